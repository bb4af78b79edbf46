import type { HostState } from './host-state.ts';
import type { TimelineEntry } from './journal-timeline.ts';

/** What the words for journalctl ask for: `shared/logic/journal-filter.ts`. Times in microseconds. */
export interface JournalQuery {
  readonly passes: (entry: TimelineEntry) => boolean;
  readonly since: number;
  readonly until: number;
  readonly cursor: string | null;
  readonly isExport: boolean;
  readonly field: string | null;
  readonly tail: number | null;
}

/** All fields of an entry, by name. */
export function fieldsOf(
  state: HostState,
  { cursor, realtime, monotonic, boot, fields }: TimelineEntry,
): Readonly<Record<string, string>> {
  return {
    __CURSOR: cursor,
    __REALTIME_TIMESTAMP: String(realtime),
    __MONOTONIC_TIMESTAMP: String(monotonic),
    _BOOT_ID: boot.id.replaceAll('-', ''),
    _MACHINE_ID: state.machineId,
    _HOSTNAME: state.spec.name,
    ...fields,
  };
}

/** Reads the words, or says what journalctl does of what is wrong with them. */
export function parseQuery(words: readonly string[], state: HostState): JournalQuery | { readonly refusal: string } {
  const values = (name: string) =>
    words.flatMap((word) => (word.startsWith(`--${name}=`) ? [word.slice(name.length + 3)] : []));
  const value = (name: string) => values(name)[0] ?? null;
  const tests: ((entry: TimelineEntry) => boolean)[] = [];
  const field = (entry: TimelineEntry, name: string) => entry.fields[name] ?? '';

  const boot = words.includes('--boot') || words.includes('--dmesg') ? (value('boot') ?? '0') : value('boot');
  if (boot !== null && boot !== 'all') {
    const wanted = /^-?\d+$/.test(boot)
      ? state.boots.at(Number(boot) - 1)
      : state.boots.find(({ id }) => id.replaceAll('-', '') === boot);
    if (!wanted) {
      return { refusal: `Data from the specified boot (${boot}) is not available: No such boot ID in journal\n` };
    }
    tests.push((entry) => entry.boot.id === wanted.id);
  }
  const units = values('unit').map(unitPattern);
  if (units.length > 0) {
    tests.push((entry) => {
      const own = field(entry, '_SYSTEMD_UNIT');
      const about = own === 'init.scope' ? field(entry, 'UNIT') : '';
      return units.some((unit) => unit.test(own) || unit.test(about));
    });
  }
  const identifiers = values('identifier');
  if (identifiers.length > 0) tests.push((entry) => identifiers.includes(field(entry, 'SYSLOG_IDENTIFIER')));
  const priority = /^0\.\.(\d)$/.exec(value('priority') ?? '')?.[1];
  if (priority !== undefined) tests.push((entry) => Number(field(entry, 'PRIORITY') || '9') <= Number(priority));
  if (words.includes('--dmesg')) tests.push((entry) => field(entry, '_TRANSPORT') === 'kernel');
  const grep = value('grep');
  if (grep !== null) {
    const pattern = toPattern(grep, value('case-sensitive') === 'yes');
    if (!pattern) return { refusal: `Bad pattern "${grep}": missing closing parenthesis\n` };
    tests.push((entry) => pattern.test(field(entry, 'MESSAGE')));
  }
  const matches = new Map<string, string[]>();
  for (const word of words) {
    const [, name, wanted] = /^([A-Z_][A-Z0-9_]*)=(.*)$/.exec(word) ?? [];
    if (name !== undefined && wanted !== undefined) matches.set(name, [...(matches.get(name) ?? []), wanted]);
  }
  for (const [name, wanted] of matches) {
    tests.push((entry) => wanted.includes(fieldsOf(state, entry)[name] ?? ''));
  }
  const tail = value('lines');
  return {
    passes: (entry) => tests.every((test) => test(entry)),
    since: timeOf(value('since')) ?? 0,
    until: timeOf(value('until')) ?? Number.MAX_SAFE_INTEGER,
    cursor: value('cursor') ?? value('after-cursor'),
    isExport: words.includes('--output=export'),
    field: value('field'),
    tail: tail === null ? null : Number(tail),
  };
}

function timeOf(word: string | null): number | null {
  const [, seconds, micros] = /^@(\d+)\.(\d{6})$/.exec(word ?? '') ?? [];
  return seconds === undefined ? null : Number(seconds) * 1_000_000 + Number(micros);
}

function unitPattern(unit: string): RegExp {
  const full = /\.[a-z]+$/.test(unit) || /[*?[]/.test(unit) ? unit : `${unit}.service`;
  const source = full
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return /(?!)/;
  }
}

function toPattern(source: string, isCaseSensitive: boolean): RegExp | null {
  try {
    return new RegExp(source, isCaseSensitive ? '' : 'i');
  } catch {
    return null;
  }
}
