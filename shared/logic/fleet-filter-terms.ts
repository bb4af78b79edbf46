import { ConditionCode, type FleetRow } from '../model/fleet.ts';
import type { Term } from './fleet-filter-text.ts';

/** What a compiled term asks of a row. `now` epoch ms, for the ages. */
export type RowTest = (row: FleetRow, now: number) => boolean;

/** What a key of the filter language makes of its values: a test, or what is wrong, in words. */
type Compile = (values: readonly string[]) => RowTest | string;

/** The keys, in the order in which they are offered. */
const keys: Readonly<Record<string, Compile>> = {
  tag: anyText((row) => row.tags),
  group: anyText((row) => [row.group ?? 'none']),
  image: anyOf(imageTest),
  version: anyOf(versionTest),
  state: (values) => {
    const unknown = values.find((value) => !ConditionCode.safeParse(value.toLowerCase()).success);
    if (unknown !== undefined) return `There is no state “${unknown}”.`;
    const codes = new Set(values.map((value) => value.toLowerCase()));
    return (row) => codes.has(row.condition.code);
  },
  update: words({ yes: (row) => row.update !== null, no: (row) => row.update === null }),
  staged: words({ yes: (row) => row.staged, no: (row) => !row.staged }),
  rollback: words({ queued: (row) => row.rollbackQueued, no: (row) => !row.rollbackQueued }),
  health: words({
    good: (row) => row.failedUnits === 0 && !row.fallback,
    bad: isUnhealthy,
    unknown: (row) => row.failedUnits === null && !row.fallback,
  }),
  backend: words({
    ostree: (row) => row.backend === 'ostree',
    composefs: (row) => row.backend === 'composefs',
    'rpm-ostree': (row) => row.backend === 'rpm-ostree',
    packages: (row) => row.backend === 'packages',
    unknown: (row) => row.backend === null,
  }),
  os: anyOf((value) => {
    const wanted = value.toLowerCase();
    return (row) => row.os?.toLowerCase().includes(wanted) ?? false;
  }),
  digest: anyOf((value) => {
    const wanted = value.toLowerCase().replace(/^@?(?:sha256:)?/, '');
    return (row) => row.booted?.digest?.replace(/^sha256:/, '').startsWith(wanted) ?? false;
  }),
  age: ages((row) => row.booted?.timestamp ?? null),
  seen: ages((row) => row.factsReadAt),
  name: anyText((row) => [row.name]),
  address: anyText((row) => [row.address]),
};

/** The keys of the language, for help and completion. */
export const filterKeys: readonly string[] = Object.keys(keys);

/** Words about the connection that need no key. */
const keywords: Readonly<Record<string, RowTest>> = {
  connected: (row) => row.connection === 'connected',
  offline: (row) => row.connection !== 'connected',
  unreachable: isUnreachable,
};

/** Something is wrong on the host itself: failed units, or greenboot had to bring the old deployment back. */
export function isUnhealthy(row: FleetRow): boolean {
  return row.fallback || (row.failedUnits ?? 0) > 0;
}

/** Connecting was tried and failed; a host that nobody asked for is only offline. */
export function isUnreachable(row: FleetRow): boolean {
  return row.connection === 'waiting' || row.connection === 'failed';
}

/** Compiles a term with a key; a text says what is wrong with it. */
export function compileKeyTerm(key: string, values: readonly string[]): RowTest | string {
  const compile = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (!compile) return `There is no filter “${key}:”. Put a text with a colon in quotes.`;
  if (values.length === 0) return `“${key}:” needs a value.`;
  return compile(values);
}

/** Compiles a bare word: a keyword, else a text to be found. */
export function compileWord({ values, quoted }: Term): RowTest {
  const word = (values[0] ?? '').toLowerCase();
  if (!quoted && Object.hasOwn(keywords, word)) return keywords[word] ?? (() => false);
  return (row) => haystack(row).includes(word);
}

// Rows are replaced, never changed, so their text is made once: typing in the filter field asks 5,000 rows at every key.
const haystacks = new WeakMap<FleetRow, string>();

function haystack(row: FleetRow): string {
  const known = haystacks.get(row);
  if (known !== undefined) return known;
  const text = [row.name, row.address, ...row.tags, row.booted?.image ?? '', row.booted?.version ?? '']
    .join('\n')
    .toLowerCase();
  haystacks.set(row, text);
  return text;
}

function anyOf(compile: (value: string) => RowTest): Compile {
  return (values) => {
    const tests = values.map(compile);
    return (row, now) => tests.some((test) => test(row, now));
  };
}

function anyText(read: (row: FleetRow) => readonly string[]): Compile {
  return anyOf((value) => {
    const test = textTest(value);
    return (row) => read(row).some(test);
  });
}

/** The whole text, whatever its case; `*` stands for anything. */
function textTest(value: string): (text: string) => boolean {
  const wanted = value.toLowerCase();
  if (!wanted.includes('*')) return (text) => text.toLowerCase() === wanted;
  const pattern = wildcard(wanted);
  return (text) => pattern.test(text);
}

/** Whole parts of a reference: `acme/web` and `web:stable` are in `quay.io/acme/web:stable`, `we` is not. `none`: no image. */
function imageTest(value: string): RowTest {
  const wanted = value.toLowerCase();
  if (wanted === 'none') return (row) => !row.booted?.image;
  const pattern = new RegExp(`(?:^|/)${source(wanted)}(?:$|[:/@])`, 'i');
  return (row) => pattern.test(row.booted?.image ?? '');
}

/** A version or the beginning of one, in whole numbers: `2.14` is 2.14.0 and not 2.140. */
function versionTest(value: string): RowTest {
  const pattern = new RegExp(`^${source(value)}(?:$|[^0-9a-z])`, 'i');
  return (row) => pattern.test(row.booted?.version ?? '');
}

function wildcard(text: string): RegExp {
  return new RegExp(`^${source(text)}$`, 'is');
}

function source(text: string): string {
  // Runs of stars are one star: many would make a hostile pattern slow.
  return text
    .replace(/\*+/g, '*')
    .replace(/[.+?^${}()|[\]\\/-]/g, '\\$&')
    .replaceAll('*', '.*');
}

function words(tests: Readonly<Record<string, RowTest>>): Compile {
  return (values) => {
    const chosen: RowTest[] = [];
    for (const value of values) {
      const word = value.toLowerCase();
      const test = Object.hasOwn(tests, word) ? tests[word] : undefined;
      if (!test) return `“${value}” is none of ${Object.keys(tests).join(', ')}.`;
      chosen.push(test);
    }
    return (row, now) => chosen.some((test) => test(row, now));
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
function ages(read: (row: FleetRow) => number | null): Compile {
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
