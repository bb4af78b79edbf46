import type { HistoryEntry } from '../model/history.ts';
import { VerbRequest } from '../model/verb.ts';
import {
  compileKey,
  compileTerms,
  ages,
  anyText,
  words,
  type Compile,
  type CompiledTerms,
  type Test,
} from './filter-tests.ts';
import { readTerms, type Term } from './fleet-filter-text.ts';
import { hostNameOf, noteOf, outcomeWords, startOf, whatWords, whoOf } from './history-words.ts';
import { outcomeHeadline } from './outcome.ts';

/** A filter of the history that was understood. See `parseHistoryFilter`. */
export interface HistoryFilter extends CompiledTerms<HistoryEntry> {
  readonly text: string;
  readonly terms: readonly Term[];
}

/** Of a key replacement, among the verbs. */
const HOST_KEY = 'host-key';
/** Of a secret of /etc that was shown. */
const REVEAL = 'etc-reveal';
const verbs: ReadonlySet<string> = new Set([
  ...VerbRequest.options.map(({ shape }) => shape.verb.value),
  HOST_KEY,
  REVEAL,
]);

const outcomes: Readonly<Record<string, Test<HistoryEntry>>> = {
  // By how they are to be taken.
  running: (entry) => entry.kind === 'operation' && entry.endedAt === null,
  good: (entry) => entry.kind !== 'operation' || toneOf(entry) === 'success',
  failed: (entry) => kindOf(entry) === 'failed' || kindOf(entry) === 'wrong-boot',
  unknown: (entry) => kindOf(entry) === 'unknown',
  stopped: (entry) => kindOf(entry) === 'cancelled',
  // What was proven.
  staged: isKind('staged'),
  downloaded: isKind('downloaded'),
  rebooted: isKind('rebooted'),
  'wrong-boot': isKind('wrong-boot'),
  'update-found': isKind('update-found'),
  'no-update': isKind('no-update'),
  'up-to-date': isKind('up-to-date'),
  'already-staged': isKind('already-staged'),
  done: isKind('done'),
  'no-change': isKind('no-change'),
};

const keys: Readonly<Record<string, Compile<HistoryEntry>>> = {
  host: (values) => remembered(hostNameOf, anyText<string>((name) => [name])(values)),
  verb: (values) => {
    const wrong = values.find((value) => !verbs.has(value.toLowerCase()));
    if (wrong !== undefined) return `“${wrong}” is none of ${[...verbs].join(', ')}.`;
    const wanted = new Set(values.map((value) => value.toLowerCase()));
    return (entry) => wanted.has(entry.kind === 'operation' ? entry.request.verb : entry.kind);
  },
  outcome: words(outcomes),
  // With or without the computer.
  by: (values) => remembered(whoOf, anyText<string>((who) => [who, who.split('@')[0] ?? ''])(values)),
  age: ages(startOf),
  after: days((time, from) => time >= from),
  before: days((time, from) => time < from),
  on: days((time, from, until) => time >= from && time < until),
};

/** The keys of the language, for help. */
export const historyFilterKeys: readonly string[] = Object.keys(keys);

/**
 * Reads a filter of the history, written as the fleet's is: terms are separated by spaces and all must hold, `-` excludes, `"quoted words"`,
 * several values with commas, `*` in a value.
 *
 * - `web-03` a bare word: somewhere in host, verb, image, outcome or person
 * - `host:` the name it had then · `verb:upgrade,switch` also `host-key`, `etc-reveal` · `outcome:failed` · `by:jb` or `by:jb@laptop`
 * - `age:<7d`, `after:2026-11-01`, `before:2026-11-20`, `on:2026-11-21`: when it began, in the time of this computer
 *
 * Never throws; case does not matter.
 */
export function parseHistoryFilter(text: string): HistoryFilter {
  const terms = readTerms(text);
  const compiled = compileTerms<HistoryEntry>(terms, ({ key, values }) =>
    key === null ? wordTest(values[0] ?? '') : compileKey(keys, key, values),
  );
  return { text, terms, ...compiled };
}

/** Whether an entry passes. An empty filter lets all pass. */
export function matchesHistory(entry: HistoryEntry, { tests }: HistoryFilter, now: number): boolean {
  for (const test of tests) if (!test(entry, now)) return false;
  return true;
}

/** A word is looked for in the host, the person, what was done and how it ended. */
function wordTest(word: string): Test<HistoryEntry> {
  const wanted = word.toLowerCase();
  const has = (text: string) => text.toLowerCase().includes(wanted);
  const inHost = remembered(hostNameOf, has);
  const inPerson = remembered(whoOf, has);
  const inDone = rememberedOf(requestOf, (entry) => has(whatWords(entry)));
  const inOutcome = rememberedOf(outcomeOf, (entry) => has(outcomeWords(entry)));
  return (entry, now) => inHost(entry, now) || inPerson(entry, now) || inDone(entry) || inOutcome(entry);
}

// A hundred thousand operations share some hundreds of names, requests and outcomes, and none is ever changed: each is asked about once.

/** A test of a text that many entries share. What is wrong with it stays what it is. */
function remembered(read: (entry: HistoryEntry) => string, test: Test<string>): Test<HistoryEntry>;
function remembered(read: (entry: HistoryEntry) => string, test: Test<string> | string): Test<HistoryEntry> | string;
function remembered(read: (entry: HistoryEntry) => string, test: Test<string> | string): Test<HistoryEntry> | string {
  if (typeof test === 'string') return test;
  const answers = new Map<string, boolean>();
  return (entry, now) => {
    const text = read(entry);
    let answer = answers.get(text);
    if (answer === undefined) answers.set(text, (answer = test(text, now)));
    return answer;
  };
}

/** The same of a part of an entry that many share; of one without it nothing is remembered. */
function rememberedOf(
  read: (entry: HistoryEntry) => object | null,
  test: (entry: HistoryEntry) => boolean,
): (entry: HistoryEntry) => boolean {
  const answers = new Map<object, boolean>();
  return (entry) => {
    const part = read(entry);
    if (!part) return test(entry);
    let answer = answers.get(part);
    if (answer === undefined) answers.set(part, (answer = test(entry)));
    return answer;
  };
}

function requestOf(entry: HistoryEntry): object {
  return entry.kind === 'operation' ? entry.request : entry;
}

function outcomeOf(entry: HistoryEntry): object | null {
  return entry.kind === 'operation' ? entry.outcome : noteOf(entry);
}

function kindOf(entry: HistoryEntry): string | null {
  return entry.kind === 'operation' ? (entry.outcome?.kind ?? null) : null;
}

function toneOf(entry: HistoryEntry): string | null {
  return entry.kind === 'operation' && entry.outcome ? outcomeHeadline(entry.outcome).tone : null;
}

function isKind(kind: string): Test<HistoryEntry> {
  return (entry) => kindOf(entry) === kind;
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days of the calendar; `test` gets when each begins, and when the next does. */
function days(test: (time: number, from: number, until: number) => boolean): Compile<HistoryEntry> {
  return (values) => {
    const bounds: (readonly [number, number])[] = [];
    for (const value of values) {
      const [, year, month, day] = (DAY.exec(value) ?? []).map(Number);
      const from = new Date(year ?? NaN, (month ?? NaN) - 1, day);
      // The calendar takes February 30 for March 2.
      if (from.getDate() !== day || from.getMonth() + 1 !== month) return `“${value}” is not a day: write 2026-11-21.`;
      const until = new Date(from.getFullYear(), from.getMonth(), from.getDate() + 1);
      bounds.push([from.getTime(), until.getTime()]);
    }
    return (entry) => bounds.some(([from, until]) => test(startOf(entry), from, until));
  };
}
