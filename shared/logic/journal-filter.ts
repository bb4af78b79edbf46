import type { JournalBootChoice, JournalFilter } from '../model/journal-filter.ts';

/** What lets everything pass. */
export const wholeJournal: JournalFilter = {
  boot: 'all',
  units: [],
  priority: null,
  identifiers: [],
  since: null,
  until: null,
  kernel: false,
  text: null,
  match: [],
};

/**
 * A filter as words for journalctl, each to be one argument. Every value stands behind a name and `=` in its own word, so that none can be taken for
 * an option, or for the value of another one; a match begins with its field, which is a name. `bounds` false leaves the times out.
 */
export function journalWords(filter: JournalFilter, bounds = true): string[] {
  const { boot, units, priority, identifiers, since, until, kernel, text, match } = filter;
  return [
    ...bootWords(boot),
    ...units.map((unit) => `--unit=${unit}`),
    ...identifiers.map((identifier) => `--identifier=${identifier}`),
    ...(priority === null ? [] : [`--priority=0..${String(priority)}`]),
    // By itself --dmesg is of this boot alone.
    ...(kernel ? ['--dmesg', ...(boot === 'all' ? ['--boot=all'] : [])] : []),
    ...(bounds && since !== null ? [`--since=${timeWord(since)}`] : []),
    ...(bounds && until !== null ? [`--until=${timeWord(until)}`] : []),
    ...(text === null
      ? []
      : [
          `--grep=${text.regex ? text.value : escapePattern(text.value)}`,
          `--case-sensitive=${text.matchCase ? 'yes' : 'no'}`,
        ]),
    ...match.map(({ field, value }) => `${field}=${value}`),
  ];
}

function bootWords(boot: JournalBootChoice): string[] {
  if (boot === 'all') return [];
  if (boot === 'current') return ['--boot'];
  return [`--boot=${'id' in boot ? boot.id : String(boot.offset)}`];
}

/** An ISO time as systemd.time(7) takes it whatever the time zone; to the microsecond, as far as it says. */
function timeWord(iso: string): string {
  return microsWord(isoMicros(iso));
}

/** Microseconds since the epoch as systemd.time(7) takes them. */
export function microsWord(micros: number): string {
  return `@${String(Math.floor(micros / 1_000_000))}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

/** Microseconds since the epoch. */
export function isoMicros(iso: string): number {
  const fraction = /[.,](\d+)/.exec(iso)?.[1] ?? '';
  const seconds = Math.floor(Date.parse(iso) / 1000);
  return seconds * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** A text as a pattern of PCRE2 for just that text: a backslash in front of what is neither letter nor digit makes it mean itself. */
function escapePattern(text: string): string {
  return text.replace(/[!-/:-@[-^`{-~]/g, '\\$&');
}
