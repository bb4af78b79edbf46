import type { JournalFilter } from '../model/journal-filter.ts';
import { journalLimits } from '../model/journal-limits.ts';
import { patternSource, type FilterProblem } from './filter-tests.ts';
import { readTerms, termFor, type Term } from './fleet-filter-text.ts';
import { wholeJournal } from './journal-filter.ts';
import { priorityOf, PRIORITY_NAMES } from './journal-lines.ts';

/** A filter of a journal that was understood. `problems`: terms that were not; nothing is asked while there are any. */
export interface JournalTerms {
  readonly terms: readonly Term[];
  readonly filter: JournalFilter;
  readonly problems: readonly FilterProblem[];
}

type Change = Partial<JournalFilter>;
type Read = (values: readonly string[], before: JournalFilter, now: number) => Change | string;

const UNIT = /^[A-Za-z0-9:_.\\@*?[\]!-]{1,256}$/;
const BOOT_ID = /^[0-9a-f]{32}$/;
const MATCH = /^([A-Z_][A-Z0-9_]{0,63})=(.{0,4096})$/s;
const SPAN = /^(\d{1,6})(s|min|m|h|d|w)$/;
const SPANS: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const keys: Readonly<Record<string, Read>> = {
  unit: (values, { units }) => {
    const wrong = values.find((value) => !UNIT.test(value));
    return wrong === undefined ? { units: [...units, ...values] } : `“${wrong}” is not a unit.`;
  },
  prio: ([value = '']) => {
    const priority = priorityOf(value.toLowerCase());
    return priority === null ? `“${value}” is none of ${PRIORITY_NAMES.join(', ')}.` : { priority };
  },
  id: (values, { identifiers }) => ({ identifiers: [...identifiers, ...values] }),
  boot: ([value = '']) => {
    const word = value.toLowerCase();
    if (word === 'all' || word === 'current') return { boot: word };
    if (BOOT_ID.test(word.replaceAll('-', ''))) return { boot: { id: word.replaceAll('-', '') } };
    if (/^-?\d{1,5}$/.test(word)) return { boot: { offset: Number(word) } };
    return `“${value}” is no boot: write current, all, 0, -1 or an id of 32 digits.`;
  },
  kernel: ([value = '']) => (value === 'yes' || value === 'no' ? { kernel: value === 'yes' } : 'Write kernel:yes.'),
  since: ([value = ''], _, now) => timeOr('since', value, now),
  until: ([value = ''], _, now) => timeOr('until', value, now),
};

/** The keys of the language, for help. */
export const journalTermKeys: readonly string[] = [...Object.keys(keys), 're', 'case'];

/**
 * Reads a filter of a journal, written as the fleet's is; what journalctl takes is what can be said. All terms must hold.
 *
 * - `refused` words in the message, all of them, in any order and whatever their case; `-word`: not this one; `re:^a.*z$` a regular expression;
 *   `case:yes`: case matters
 * - `unit:sshd,nginx*` · `prio:err` this one and worse · `id:sudo` (SYSLOG_IDENTIFIER) · `kernel:yes`
 * - `boot:current`, `boot:-1`, `boot:<id>` · `since:2h`, `since:14:30`, `since:2026-11-21`, `since:2026-11-21T14:30`, `until:…` in the time of this computer
 * - `_PID=812`: as `journalctl FIELD=value`; of several values of one field any
 */
export function readJournalTerms(text: string, now: number): JournalTerms {
  const terms = readTerms(text);
  const problems: FilterProblem[] = [];
  const words: Term[] = [];
  let filter: JournalFilter = wholeJournal;
  let pattern: string | null = null;
  let matchCase = false;
  for (const term of terms) {
    const tell = (message: string) => void problems.push({ term: term.text, message });
    const { key, values } = term;
    const [value = ''] = values;
    const match = key === null && !term.quoted ? MATCH.exec(value) : null;
    if (match) {
      const [, field = '', wanted = ''] = match;
      if (term.exclude) tell('journalctl cannot leave a field out.');
      else filter = { ...filter, match: [...filter.match, { field, value: wanted }] };
    } else if (key === null) words.push(term);
    else if (values.length === 0) continue;
    else if (key === 're') pattern = values.join(',');
    else if (key === 'case') matchCase = value === 'yes';
    else if (!Object.hasOwn(keys, key)) tell(`There is no filter “${key}:”. Put a text with a colon in quotes.`);
    else if (term.exclude) tell(`journalctl cannot leave “${key}:” out; words can be left out.`);
    else {
      const change = keys[key]?.(values, filter, now) ?? '';
      if (typeof change === 'string') tell(change);
      else filter = { ...filter, ...change };
    }
  }
  const searched = textOf(words, pattern, matchCase);
  if (searched && searched.value.length > journalLimits.text) {
    problems.push({ term: text, message: `More than ${String(journalLimits.text)} characters to look for.` });
  }
  return { terms, filter: { ...filter, text: searched }, problems };
}

/** One word is looked for as it is; several, or one that must not be there, become one pattern, as journalctl takes only one. */
function textOf(words: readonly Term[], pattern: string | null, matchCase: boolean): JournalFilter['text'] {
  const [first] = words;
  if (first === undefined) return pattern === null ? null : { value: pattern, regex: true, matchCase };
  const value = first.values[0] ?? '';
  if (words.length === 1 && pattern === null && !first.exclude) return { value, regex: false, matchCase };
  // (?s): a message may have several lines. ^: looked for once, from its beginning.
  const looks = words.map(({ values, exclude }) => `(?${exclude ? '!' : '='}.*${escaped(values[0] ?? '')})`);
  return { value: `(?s)^${looks.join('')}${pattern === null ? '' : `(?=.*(?:${pattern}))`}`, regex: true, matchCase };
}

/** A text as itself in a pattern. */
function escaped(text: string): string {
  return patternSource(text.replaceAll('*', '\u0001')).replaceAll('\u0001', String.raw`\*`);
}

function timeOr(key: 'since' | 'until', value: string, now: number): Change | string {
  const at = timeOf(value, now);
  if (at === null) return `“${value}” is no time: write 2h, 14:30, 2026-11-21 or 2026-11-21T14:30.`;
  return { [key]: new Date(at).toISOString() };
}

/** Epoch ms; null: it is no time. */
function timeOf(value: string, now: number): number | null {
  const [, count, unit] = SPAN.exec(value.toLowerCase()) ?? [];
  if (count !== undefined) return now - Number(count) * (SPANS[unit ?? ''] ?? 0);
  if (/^\d{1,2}:\d{2}(?::\d{2})?$/.test(value)) {
    const [hours = 0, minutes = 0, seconds = 0] = value.split(':').map(Number);
    return hours < 24 && minutes < 60 && seconds < 60 ? new Date(now).setHours(hours, minutes, seconds, 0) : null;
  }
  // A day alone is one of this computer's calendar; Date takes it for UTC.
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
  if (!isDay && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?$/.test(value))
    return null;
  const at = new Date(isDay ? `${value}T00:00` : value).getTime();
  return Number.isNaN(at) ? null : at;
}

/** A filter text with other values of a key; null, or none, takes the key away. What else it holds stays. */
export function withJournalTerm(text: string, key: string, value: string | readonly string[] | null): string {
  const others = readTerms(text)
    .filter((term) => term.key !== key)
    .map((term) => term.text);
  const values = typeof value === 'string' ? [value] : (value ?? []);
  const prefix = `${key}:`;
  const term = `${prefix}${values.map((each) => termFor(key, each).slice(prefix.length)).join(',')}`;
  return [...others, ...(values.length === 0 ? [] : [term])].join(' ');
}

/** A filter text with a value of a field added: as a term of its own where there is one for it, else as `FIELD=value`. */
export function withFieldValue(text: string, field: string, value: string): string {
  if (field === 'PRIORITY') return withJournalTerm(text, 'prio', PRIORITY_NAMES[Number(value)] ?? value);
  if (field === '_BOOT_ID') return withJournalTerm(text, 'boot', value);
  return `${text} ${fieldTerm(field, value)}`.trim();
}

function fieldTerm(field: string, value: string): string {
  if (field === '_SYSTEMD_UNIT' || field === 'UNIT') return termFor('unit', value);
  if (field === 'SYSLOG_IDENTIFIER') return termFor('id', value);
  return `${field}=${termFor('', value).slice(1)}`;
}

/** Whether entries can be filtered by a value: of one line, and of a length that journalctl is asked with. */
export function canFilterBy(field: string, value: string): boolean {
  if (field === '_SYSTEMD_UNIT' || field === 'UNIT') return UNIT.test(value);
  return value !== '' && value.length <= (field === 'SYSLOG_IDENTIFIER' ? 256 : 4096) && !/[\0\r\n]/.test(value);
}
