import type { PRIORITY_NAMES } from './journal-lines.ts';

/** The filter text (`readJournalTerms`) of a jump to a journal: what is about a unit, a boot or a span of time (epoch ms). */
export function journalJump(about: {
  readonly unit?: string;
  readonly boot?: string;
  readonly priority?: (typeof PRIORITY_NAMES)[number];
  readonly since?: number;
  readonly until?: number;
}): string {
  const time = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return [
    ...(about.unit === undefined ? [] : [`unit:${about.unit}`]),
    ...(about.boot === undefined ? [] : [`boot:${about.boot}`]),
    ...(about.priority === undefined ? [] : [`prio:${about.priority}`]),
    ...(about.since === undefined ? [] : [`since:${time(about.since)}`]),
    ...(about.until === undefined ? [] : [`until:${time(about.until + 999)}`]),
  ].join(' ');
}
