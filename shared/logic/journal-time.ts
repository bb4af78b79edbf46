const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Whose clock times are written for: this computer's, the host's, or UTC. */
export type JournalZone = 'local' | 'host' | 'utc';

/** Writes times of entries, microseconds since the epoch: `21 Nov 14:31:02`, and in full with year, microseconds and zone. */
export interface JournalClock {
  short(realtimeUs: number): string;
  full(realtimeUs: number): string;
}

/** `timeZone`: IANA name; undefined: this computer's. One that is not known here is UTC. */
export function journalClock(timeZone: string | undefined): JournalClock {
  const { format, zone } = formatterOf(timeZone);
  const parts = (realtimeUs: number) => {
    const at = new Date(Math.min(Math.max(0, realtimeUs / 1000), 8.64e15));
    return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  };
  const day = ({ day: date, month }: Record<string, string>) => `${Number(date)} ${MONTHS[Number(month) - 1] ?? ''}`;
  const time = ({ hour, minute, second }: Record<string, string>) => `${hour ?? ''}:${minute ?? ''}:${second ?? ''}`;
  return {
    short(realtimeUs) {
      const read = parts(realtimeUs);
      return `${day(read)} ${time(read)}`;
    },
    full(realtimeUs) {
      const read = parts(realtimeUs);
      const micros = String(realtimeUs % 1_000_000).padStart(6, '0');
      return `${day(read)} ${read['year'] ?? ''}, ${time(read)}.${micros} ${zone}`;
    },
  };
}

function formatterOf(timeZone: string | undefined): { readonly format: Intl.DateTimeFormat; readonly zone: string } {
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  };
  try {
    const format = new Intl.DateTimeFormat('en-GB', { ...options, ...(timeZone !== undefined && { timeZone }) });
    return { format, zone: timeZone ?? format.resolvedOptions().timeZone };
  } catch {
    return { format: new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }), zone: 'UTC' };
  }
}
