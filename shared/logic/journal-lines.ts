import type { JournalEntry } from '../model/journal.ts';

/** What priorities are called, as journalctl has it: 0 to 7. */
export const PRIORITY_NAMES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

/** A priority by its name or number; null: it is none. */
export function priorityOf(text: string): number | null {
  const index = (PRIORITY_NAMES as readonly string[]).indexOf(text.toLowerCase());
  if (index !== -1) return index;
  return /^[0-7]$/.test(text) ? Number(text) : null;
}

/** The time of an entry in UTC to the microsecond: `2026-03-01T06:00:00.000123Z`. */
export function utcMicros(realtimeUs: number): string {
  const micros = String(realtimeUs % 1_000_000).padStart(6, '0');
  // Beyond what a Date holds it is no time of a host.
  const at = new Date(Math.min(Math.floor(realtimeUs / 1000), 8.64e15));
  return `${at.toISOString().slice(0, -4)}${micros}Z`.replace(/\.\d+Z$/, `.${micros}Z`);
}

/** An entry as text: `<time> <host> <identifier>[<pid>]: <message>`; more lines of a message stand indented below it. */
export function entryText(entry: JournalEntry, host: string, time: string = utcMicros(entry.realtimeUs)): string {
  const { identifier, pid, message, cut } = entry;
  const who = `${identifier || 'unknown'}${pid === null ? '' : `[${String(pid)}]`}`;
  const head = `${time} ${host} ${who}: `;
  const left = cut === 0 ? '' : cut === null ? '[too large to be sent]' : ` [${String(cut)} bytes more]`;
  return `${head}${message.replaceAll('\n', `\n${' '.repeat(Math.min(head.length, 60))}`)}${left}`;
}
