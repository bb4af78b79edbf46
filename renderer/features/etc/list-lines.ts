import { comparePaths, nameOf, parentOf, showPath } from '../../../shared/logic/etc-path.ts';
import { ETC_OUTCOMES } from '../../../shared/logic/etc-words.ts';
import type { EtcEntry, EtcOutcome } from '../../../shared/model/etc.ts';

/** What a group is of: an outcome, or what somebody wants as it is. */
export type ListGroup = EtcOutcome | 'wanted';

/** A line of the list. `level` from 1, as in `aria-level`; `key` names what can be folded. */
export type ListLine =
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly outcome: ListGroup;
      readonly count: number;
      readonly isOpen: boolean;
      readonly level: 1;
    }
  | {
      readonly kind: 'folder';
      readonly key: string;
      readonly name: string;
      readonly count: number;
      readonly isOpen: boolean;
      readonly level: number;
    }
  | {
      readonly kind: 'entry';
      readonly key: string;
      readonly entry: EtcEntry;
      /** It stands in a folder, so that nothing above it says what becomes of it. */
      readonly inTree: boolean;
      readonly name: string;
      readonly level: number;
    };

export interface ListOptions {
  readonly layout: 'outcomes' | 'tree';
  /** What a path must contain, or a pattern with `*`; the name of an outcome's group passes too. */
  readonly filter: string;
  /** Shows also what rules hide. */
  readonly withNoise: boolean;
  /** Keys of what is folded. */
  readonly closed: ReadonlySet<string>;
  /** Paths that are wanted as they are: a group of their own, the last. */
  readonly kept: ReadonlySet<string>;
}

/** The lines of the list from the entries of a comparison. A filter opens what it finds. */
export function listLines(entries: readonly EtcEntry[], options: ListOptions): readonly ListLine[] {
  const passes = filterOf(options.filter);
  const shown = entries.filter((entry) => (options.withNoise || entry.noise === null) && passes(entry));
  const closed = options.filter.trim() === '' ? options.closed : new Set<string>();
  return options.layout === 'tree' ? treeLines(shown, closed) : outcomeLines(shown, closed, options.kept);
}

function outcomeLines(
  entries: readonly EtcEntry[],
  closed: ReadonlySet<string>,
  kept: ReadonlySet<string>,
): readonly ListLine[] {
  const groups = new Map<ListGroup, EtcEntry[]>();
  for (const entry of entries) {
    const group = kept.has(entry.path) ? 'wanted' : entry.outcome;
    const members = groups.get(group);
    if (members) members.push(entry);
    else groups.set(group, [entry]);
  }
  return [...ETC_OUTCOMES, 'wanted' as const].flatMap((outcome): readonly ListLine[] => {
    const members = groups.get(outcome);
    if (!members) return [];
    const key = `outcome ${outcome}`;
    const isOpen = !closed.has(key);
    const head = { kind: 'group', key, outcome, count: members.length, isOpen, level: 1 } as const;
    if (!isOpen) return [head];
    const sorted = [...members].sort((a, b) => comparePaths(a.path, b.path));
    return [
      head,
      ...sorted.map((entry): ListLine => ({
        kind: 'entry',
        key: entry.path,
        entry,
        inTree: false,
        name: pathText(entry),
        level: 2,
      })),
    ];
  });
}

function treeLines(entries: readonly EtcEntry[], closed: ReadonlySet<string>): readonly ListLine[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const counts = new Map<string, number>();
  for (const { path } of entries) {
    for (let folder = parentOf(path); folder !== null; folder = parentOf(folder)) {
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  const paths = [...new Set([...byPath.keys(), ...counts.keys()])].sort(comparePaths);
  const lines: ListLine[] = [];
  let closedAbove: string | null = null;
  for (const path of paths) {
    if (closedAbove !== null && path.startsWith(closedAbove)) continue;
    closedAbove = null;
    const level = path.split('/').length;
    const entry = byPath.get(path);
    const count = counts.get(path);
    // A folder that changed itself stands there as both.
    if (count !== undefined) {
      const key = `folder ${path}`;
      const isOpen = !closed.has(key);
      lines.push({ kind: 'folder', key, name: `${showPath(nameOf(path))}/`, count, isOpen, level });
      if (!isOpen) closedAbove = `${path}/`;
    }
    if (entry && (count === undefined || closedAbove === null)) {
      const own = count !== undefined;
      const name = own ? '(itself)' : `${showPath(nameOf(path))}${isDirectory(entry) ? '/' : ''}`;
      lines.push({ kind: 'entry', key: path, entry, inTree: true, name, level: own ? level + 1 : level });
    }
  }
  return lines;
}

/** A path as it is shown; a directory ends in a slash. */
export function pathText(entry: EtcEntry): string {
  return `${showPath(entry.path)}${isDirectory(entry) ? '/' : ''}`;
}

function isDirectory({ local, target, base }: EtcEntry): boolean {
  return (local ?? target ?? base)?.type === 'directory';
}

function filterOf(text: string): (entry: EtcEntry) => boolean {
  const wanted = text
    .trim()
    .replace(/^\/etc\//, '')
    .toLowerCase();
  if (wanted === '') return () => true;
  if (!wanted.includes('*')) return (entry) => showPath(entry.path).toLowerCase().includes(wanted);
  const source = wanted
    .split(/(\*+)/)
    .map((part) => (part === '*' ? '[^/]*' : part.startsWith('*') ? '.*' : part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&')));
  const pattern = new RegExp(`^${source.join('')}$`, 's');
  return (entry) => pattern.test(showPath(entry.path).toLowerCase());
}
