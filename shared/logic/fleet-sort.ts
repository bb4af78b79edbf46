import { conditionCodes } from '../model/condition-codes.ts';
import type { ConditionCode, FleetRow } from '../model/fleet.ts';

/** The columns that the fleet can be sorted by. `state` sorts by urgency, the worst first. */
export const sortColumns = [
  'name',
  'tags',
  'group',
  'state',
  'image',
  'version',
  'age',
  'next-boot',
  'update',
  'etc',
  'health',
  'backend',
  'seen',
] as const;
export type SortColumn = (typeof sortColumns)[number];

/** By which column, and which way. */
export interface Sort {
  readonly column: SortColumn;
  readonly direction: 'ascending' | 'descending';
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Texts as people order them: numbers by value, so that web-9 comes before web-10 and 2.9 before 2.10. */
export function compareNatural(a: string, b: string): number {
  return collator.compare(a, b);
}

/** The rows in order. What is not known comes last in either direction; equals are in the order of their names. */
export function sortRows(rows: readonly FleetRow[], { column, direction }: Sort): FleetRow[] {
  const sign = direction === 'ascending' ? 1 : -1;
  const keyed = rows.map((row) => ({ row, key: KEYS[column](row) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) {
      if (a.key !== b.key) return a.key === null ? 1 : -1;
    } else {
      const difference =
        typeof a.key === 'number' && typeof b.key === 'number'
          ? a.key - b.key
          : compareNatural(String(a.key), String(b.key));
      if (difference !== 0) return sign * difference;
    }
    return compareNatural(a.row.name, b.row.name);
  });
  return keyed.map(({ row }) => row);
}

const URGENCY = new Map(conditionCodes.map((code, index) => [code, index]));

const KEYS: Readonly<Record<SortColumn, (row: FleetRow) => string | number | null>> = {
  name: (row) => row.name,
  tags: (row) => row.tags.join(' ') || null,
  group: (row) => row.group,
  state: (row) => URGENCY.get(row.condition.code) ?? null,
  image: (row) => row.booted?.image ?? null,
  version: (row) => row.booted?.version ?? null,
  // Ages: the youngest first, which is the newest time.
  age: (row) => negated(row.booted?.timestamp ?? null),
  'next-boot': (row) => (row.nextBoot === null || row.nextBoot.kind === 'same' ? null : row.nextBoot.version),
  update: (row) => row.update && (row.update.version ?? row.update.digest),
  // The most first: what blocks, what hides, what was changed.
  etc: (row) =>
    row.etc && -((row.etc.blockers ?? 0) * 1e10 + (row.etc.masked ?? 0) * 1e5 + Math.min(row.etc.drift, 99_999)),
  health: (row) => (row.fallback ? -Infinity : negated(row.failedUnits)),
  backend: (row) => row.backend,
  seen: (row) => negated(row.factsReadAt),
};

function negated(value: number | null): number | null {
  return value === null ? null : -value;
}

/** What the fleet can be grouped by in the table. */
export const groupings = ['none', 'group', 'tag', 'state', 'image', 'version', 'backend'] as const;
export type Grouping = (typeof groupings)[number];

/** The rows under one heading. */
export interface RowGroup {
  readonly label: string;
  readonly rows: readonly FleetRow[];
}

/**
 * Puts rows, already in order, under headings, these in natural order and “None” last. A host with several tags is under each of them.
 * `none` is one group without a heading.
 */
export function groupRows(rows: readonly FleetRow[], by: Grouping): readonly RowGroup[] {
  if (by === 'none') return [{ label: '', rows }];
  const found = new Map<string, FleetRow[]>();
  const missing: FleetRow[] = [];
  for (const row of rows) {
    const labels = headings(row, by);
    if (labels.length === 0) missing.push(row);
    for (const label of labels) {
      const group = found.get(label);
      if (group) group.push(row);
      else found.set(label, [row]);
    }
  }
  const groups = [...found].map(([label, members]): RowGroup => ({ label, rows: members }));
  groups.sort((a, b) => compareNatural(a.label, b.label));
  if (missing.length > 0) groups.push({ label: 'None', rows: missing });
  return groups;
}

function headings(row: FleetRow, by: Exclude<Grouping, 'none'>): readonly string[] {
  if (by === 'tag') return row.tags;
  const label = {
    group: row.group,
    // Without what differs from host to host: “Pulling 60 %”, “Unreachable for 3 h”.
    state: STATE_HEADINGS[row.condition.code] ?? row.condition.text,
    image: row.booted?.image ?? null,
    version: row.booted?.version ?? null,
    backend: row.backend,
  }[by];
  return label === null ? [] : [label];
}

const STATE_HEADINGS: Readonly<Partial<Record<ConditionCode, string>>> = {
  'operation-running': 'Operation running',
  unreachable: 'Unreachable',
  'login-failed': 'Login failed',
  connecting: 'Connecting',
  'no-root': 'No root',
  'facts-failed': 'Status failed',
  slow: 'Slow link',
};
