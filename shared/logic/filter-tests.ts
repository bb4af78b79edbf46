import type { Term } from './fleet-filter-text.ts';

/** A part of a filter that says nothing Berth understands, in words to show at the filter field. */
export interface FilterProblem {
  readonly term: string;
  readonly message: string;
}

/** What a compiled term asks of a row. `now` epoch ms, for the ages. */
export type Test<Row> = (row: Row, now: number) => boolean;

/** What a key of a filter language makes of its values: a test, or what is wrong, in words. */
export type Compile<Row> = (values: readonly string[]) => Test<Row> | string;

/** The terms of a filter as tests that must all hold, and what is wrong with the others. */
export interface CompiledTerms<Row> {
  readonly problems: readonly FilterProblem[];
  readonly tests: readonly Test<Row>[];
}

/**
 * Compiles terms. One with a problem lets no row pass: what a person meant to narrow must never widen. A key without a value yet
 * (`tag:`) asks for nothing.
 */
export function compileTerms<Row>(
  terms: readonly Term[],
  compile: (term: Term) => Test<Row> | string,
): CompiledTerms<Row> {
  const problems: FilterProblem[] = [];
  const tests: Test<Row>[] = [];
  for (const term of terms) {
    const compiled = compile(term);
    if (typeof compiled === 'string') {
      problems.push({ term: term.text, message: compiled });
      if (term.values.length > 0) tests.push(() => false);
    } else {
      tests.push(term.exclude ? (row, now) => !compiled(row, now) : compiled);
    }
  }
  return { problems, tests };
}

/** Compiles a term with a key by the keys of a language; a text says what is wrong with it. */
export function compileKey<Row>(
  keys: Readonly<Record<string, Compile<Row>>>,
  key: string,
  values: readonly string[],
): Test<Row> | string {
  const compile = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (!compile) return `There is no filter “${key}:”. Put a text with a colon in quotes.`;
  if (values.length === 0) return `“${key}:” needs a value.`;
  return compile(values);
}

/** Any of the values. */
export function anyOf<Row>(compile: (value: string) => Test<Row>): Compile<Row> {
  return (values) => {
    const tests = values.map(compile);
    return (row, now) => tests.some((test) => test(row, now));
  };
}

/** Any of the texts of a row is any of the values. */
export function anyText<Row>(read: (row: Row) => readonly string[]): Compile<Row> {
  return anyOf((value) => {
    const test = textTest(value);
    return (row) => read(row).some(test);
  });
}

/** The whole text, whatever its case; `*` stands for anything. */
export function textTest(value: string): (text: string) => boolean {
  const wanted = value.toLowerCase();
  if (!wanted.includes('*')) return (text) => text.toLowerCase() === wanted;
  const pattern = wildcard(wanted);
  return (text) => pattern.test(text);
}

function wildcard(text: string): RegExp {
  return new RegExp(`^${patternSource(text)}$`, 'is');
}

/** A text with `*` for anything, as the source of a pattern. */
export function patternSource(text: string): string {
  // Runs of stars are one star: many would make a hostile pattern slow.
  return text
    .replace(/\*+/g, '*')
    .replace(/[.+?^${}()|[\]\\/-]/g, '\\$&')
    .replaceAll('*', '.*');
}

/** Words that each stand for a test. */
export function words<Row>(tests: Readonly<Record<string, Test<Row>>>): Compile<Row> {
  return (values) => {
    const chosen: Test<Row>[] = [];
    for (const value of values) {
      const word = value.toLowerCase();
      const test = Object.hasOwn(tests, word) ? tests[word] : undefined;
      if (!test) return `“${value}” is none of ${Object.keys(tests).join(', ')}.`;
      chosen.push(test);
    }
    return (row, now) => chosen.some((test) => test(row, now));
  };
}

/** `>5` more than, `<5` less than, `5` just so many; what is not known is none of them. */
export function numbers<Row>(read: (row: Row) => number | null): Compile<Row> {
  return (values) => {
    const bounds: { readonly sign: string; readonly limit: number }[] = [];
    for (const value of values) {
      const [, sign = '', limit] = /^([<>]?)(\d{1,9})$/.exec(value) ?? [];
      if (limit === undefined) return `“${value}” is not a number: write >5, <5 or 5.`;
      bounds.push({ sign, limit: Number(limit) });
    }
    return (row) => {
      const number = read(row);
      if (number === null) return false;
      return bounds.some(({ sign, limit }) =>
        sign === '>' ? number > limit : sign === '<' ? number < limit : number === limit,
      );
    };
  };
}

const AGE = /^([<>])(\d{1,6})(s|min|m|h|d|w|y)$/;
const AGE_UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** `>3h` older than, `<30d` younger than; what has no time is neither. */
export function ages<Row>(read: (row: Row) => number | null): Compile<Row> {
  return (values) => {
    const bounds: { readonly older: boolean; readonly span: number }[] = [];
    for (const value of values) {
      const [, sign, count, unit] = AGE.exec(value.toLowerCase()) ?? [];
      if (!sign) return `“${value}” is not an age: write >3h or <30d (s, min, h, d, w, y).`;
      bounds.push({ older: sign === '>', span: Number(count) * (AGE_UNITS[unit ?? ''] ?? 0) });
    }
    return (row, now) => {
      const time = read(row);
      if (time === null) return false;
      return bounds.some(({ older, span }) => (older ? now - time > span : now - time < span));
    };
  };
}
