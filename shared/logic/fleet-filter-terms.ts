import { conditionCodes } from '../model/condition-codes.ts';
import type { FleetRow } from '../model/fleet.ts';
import type { Term } from './fleet-filter-text.ts';
import {
  ages,
  anyOf,
  anyText,
  compileKey,
  numbers,
  patternSource,
  words,
  type Compile,
  type Test,
} from './filter-tests.ts';

/** What a compiled term asks of a row of the fleet. */
export type RowTest = Test<FleetRow>;

/** The keys, in the order in which they are offered. */
const keys: Readonly<Record<string, Compile<FleetRow>>> = {
  tag: anyText((row) => row.tags),
  group: anyText((row) => [row.group ?? 'none']),
  image: anyOf(imageTest),
  version: anyOf(versionTest),
  state: (values) => {
    const unknown = values.find((value) => !conditionCodes.some((code) => code === value.toLowerCase()));
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
  etc: words({
    blocked: isEtcBlocked,
    masked: (row) => (row.etc?.masked ?? 0) > 0,
    transient: (row) => row.etc?.isTransient === true,
    unknown: (row) => row.etc === null,
  }),
  drift: numbers((row) => row.etc?.drift ?? null),
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

/** What is staged will be lost at shutdown, as the merge of /etc fails. */
export function isEtcBlocked(row: FleetRow): boolean {
  return (row.etc?.blockers ?? 0) > 0;
}

/** Connecting was tried and failed; a host that nobody asked for is only offline. */
export function isUnreachable(row: FleetRow): boolean {
  return row.connection === 'waiting' || row.connection === 'failed';
}

/** Compiles a term with a key; a text says what is wrong with it. */
export function compileKeyTerm(key: string, values: readonly string[]): RowTest | string {
  return compileKey(keys, key, values);
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

/** Whole parts of a reference: `acme/web` and `web:stable` are in `quay.io/acme/web:stable`, `we` is not. `none`: no image. */
function imageTest(value: string): RowTest {
  const wanted = value.toLowerCase();
  if (wanted === 'none') return (row) => !row.booted?.image;
  const pattern = new RegExp(`(?:^|/)${patternSource(wanted)}(?:$|[:/@])`, 'i');
  return (row) => pattern.test(row.booted?.image ?? '');
}

/** A version or the beginning of one, in whole numbers: `2.14` is 2.14.0 and not 2.140. */
function versionTest(value: string): RowTest {
  const pattern = new RegExp(`^${patternSource(value)}(?:$|[^0-9a-z])`, 'i');
  return (row) => pattern.test(row.booted?.version ?? '');
}
