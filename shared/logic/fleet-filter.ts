import type { FleetRow } from '../model/fleet.ts';
import { compileTerms, type FilterProblem } from './filter-tests.ts';
import { compileKeyTerm, compileWord, type RowTest } from './fleet-filter-terms.ts';
import { readTerms, writeTerm, type Term } from './fleet-filter-text.ts';

/**
 * A filter that was understood, ready to be asked often. A term with a problem lets no row pass: what a person meant to
 * narrow must never widen, because actions go to what is shown. A key without a value yet (`tag:`) asks for nothing.
 */
export interface Filter {
  readonly text: string;
  readonly terms: readonly Term[];
  readonly problems: readonly FilterProblem[];
  readonly tests: readonly RowTest[];
}

/**
 * Reads the filter language. Terms are separated by spaces and all must hold:
 *
 * - `web-03` a bare word: somewhere in name, address, tags, image or version
 * - `tag:prod,edge` any of the values; `"two words"` quoted values and words; in a value `*` stands for anything
 * - `-tag:lab` not
 * - keys: name, address, tag, group, image, version, digest, state, update, staged, rollback, health, etc, drift, backend, os, age, seen
 * - `drift:>5` more than so many paths of /etc changed on the host; `drift:0`; `etc:blocked`, `etc:masked`
 * - `connected`, `offline`, `unreachable`: the connection. Quoted they are bare words.
 *
 * Never throws; case does not matter.
 */
export function parseFilter(text: string): Filter {
  const terms = readTerms(text);
  return {
    text,
    terms,
    ...compileTerms(terms, (term) => (term.key === null ? compileWord(term) : compileKeyTerm(term.key, term.values))),
  };
}

/** Whether a row passes a filter. An empty filter lets all pass. */
export function matches(row: FleetRow, filter: Filter, now: number): boolean {
  for (const test of filter.tests) {
    if (!test(row, now)) return false;
  }
  return true;
}

/** The rows that pass, in their order. */
export function filterRows(rows: Iterable<FleetRow>, filter: Filter, now: number): FleetRow[] {
  const passing: FleetRow[] = [];
  for (const row of rows) {
    if (matches(row, filter, now)) passing.push(row);
  }
  return passing;
}

/**
 * How a filter stands to a term such as `tag:prod` or `update:yes` (one value): it asks for it, excludes it, or neither.
 * For the pressed state of figures, segments, groups and tags.
 */
export function termState(filter: Filter, term: string): 'include' | 'exclude' | null {
  const wanted = readTerms(term)[0];
  const found = wanted && filter.terms.find((candidate) => contains(candidate, wanted));
  return found ? (found.exclude ? 'exclude' : 'include') : null;
}

/**
 * The filter text after a click on something that stands for `term` (one value, not excluded). A term that is there already is
 * taken out again, whatever the mode; else `set` filters by it alone, `add` asks for it as well (another value
 * of the same key: any of them), `exclude` asks for its absence. What the user typed besides stays as it is.
 */
export function toggleTerm(text: string, term: string, mode: 'set' | 'add' | 'exclude'): string {
  const wanted = readTerms(term)[0];
  if (!wanted) return text;
  const terms = readTerms(text);
  const exclude = mode === 'exclude';
  const present = terms.some((candidate) => candidate.exclude === exclude && contains(candidate, wanted));
  if (mode === 'set' && !present) return writeTerm(wanted);
  // An opposite goes in any case: asking for both would show nothing.
  const rest = terms.flatMap((candidate) => (contains(candidate, wanted) ? without(candidate, wanted) : [candidate]));
  if (present) return write(rest);
  const same = rest.find(
    ({ key, exclude: excluded, values }) =>
      key !== null && key === wanted.key && excluded === exclude && values.length > 0,
  );
  if (!same) return write([...rest, { ...wanted, exclude, text: '' }]);
  return write(
    rest.map((candidate) =>
      candidate === same ? { ...candidate, values: [...candidate.values, ...wanted.values], text: '' } : candidate,
    ),
  );
}

/** Takes one term out of the text, as its chip's button does. `index` counts `Filter.terms`. */
export function removeTerm(filter: Pick<Filter, 'terms'>, index: number): string {
  return write(filter.terms.filter((_, position) => position !== index));
}

function write(terms: readonly Term[]): string {
  return terms.map((term) => term.text || writeTerm(term)).join(' ');
}

function contains(term: Term, wanted: Term): boolean {
  if (term.key !== wanted.key || term.quoted !== wanted.quoted) return false;
  return wanted.values.every((value) => term.values.some((other) => equal(other, value)));
}

function without(term: Term, wanted: Term): Term[] {
  const values = term.values.filter((value) => !wanted.values.some((other) => equal(other, value)));
  return values.length > 0 ? [{ ...term, values, text: '' }] : [];
}

function equal(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
