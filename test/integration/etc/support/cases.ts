import { contentOf, fifo, file, folder, link, tree } from '../../../unit/logic/etc-trees.ts';
import { etcRows } from '../../../unit/logic/etc-rows.ts';
import type { EtcNode, EtcPath, EtcTree } from '../../../../shared/model/etc.ts';

/** Three trees in a folder of their own at the top of /etc, so that many cases go through one merge without touching each other. */
export interface EtcCase {
  readonly name: string;
  readonly base: EtcTree;
  readonly local: EtcTree;
  readonly target: EtcTree;
}

/** The rows of the table, each by its name. `index`: which folder is theirs. */
export const namedCases: readonly EtcCase[] = etcRows.map((row, index) => {
  const within = (nodes: EtcTree) => below(`row-${String(index).padStart(3, '0')}`, nodes);
  return {
    name: row.name,
    base: within(tree(row.base)),
    local: within(tree(row.local)),
    target: within(tree(row.target)),
  };
});

function below(top: string, nodes: EtcTree): EtcTree {
  return new Map([[top, folder()], ...[...nodes].map(([path, node]): [EtcPath, EtcNode] => [`${top}/${path}`, node])]);
}

/** How a case is told when it fails. */
export function showCase({ name, base, local, target }: EtcCase): string {
  const show = (side: string, nodes: EtcTree) =>
    [...nodes].map(([path, node]) => `  ${side} ${path}: ${showNode(node)}`);
  return [name, ...show('base', base), ...show('local', local), ...show('target', target)].join('\n');
}

export function showNode(node: EtcNode | undefined): string {
  if (node === undefined) return 'nothing';
  const owner = `${node.mode.toString(8)} ${String(node.uid)}:${String(node.gid)}`;
  return `${node.type} ${owner} ${node.link ?? (node.type === 'file' ? contentOf(node) || (node.hash?.slice(0, 8) ?? '') : '')}`.trimEnd();
}

/** Numbers that look random, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Kind = 'none' | 'file' | 'link' | 'directory' | 'fifo';
type Sides<Value> = readonly [base: Value, local: Value, target: Value];
type Maps = Sides<Map<EtcPath, EtcNode>>;
/** Which of the sides it is; an image holds neither sockets nor FIFOs. */
const LOCAL = 1;

/**
 * Cases of all types, changes and nestings: a path is mostly what it was in the base, and else anything. Links of the new image lead
 * to what is beside them, nowhere, or in circles; none leads out of a case to what is on this machine.
 */
export function randomCases(count: number, seed: number): EtcCase[] {
  const random = randomOf(seed);
  const pick = <Value>(first: Value, ...rest: readonly Value[]): Value =>
    [first, ...rest][Math.floor(random() * (rest.length + 1))] ?? first;
  /** A value for each side, of which local and target are mostly what the base is, and sometimes both the same other. */
  const sides = <Value>(fresh: () => Value, changes: number): Sides<Value> => {
    const base = fresh();
    const local = random() < changes ? fresh() : base;
    return [base, local, random() < changes ? fresh() : random() < changes / 3 ? local : base];
  };
  const kind = (depth: number) =>
    pick<Kind>(
      'none',
      'file',
      'file',
      'file',
      'file',
      'link',
      ...(depth < 3 ? (['directory', 'directory'] as const) : []),
    );
  const owner = () => ({ uid: pick(0, 0, 0, 1000), gid: pick(0, 0, 7) });
  const linkAt = (depth: number) =>
    link(pick('a', './b', 'b/a', 'gone', '/nowhere', ...(depth > 1 ? ['../a', '../b/c'] : [])));

  function grow(path: EtcPath, depth: number, maps: Maps): void {
    const kinds: Sides<Kind> = sides<Kind>(() => kind(depth), 0.12);
    const files = sides(
      () => file(pick('a', 'b', 'c\n'), { mode: pick(0o644, 0o644, 0o600, 0o4755), ...owner() }),
      0.2,
    );
    const folders = sides(() => folder(pick(0o755, 0o755, 0o700, 0o2750), owner()), 0.15);
    const links = sides(() => linkAt(depth), 0.2);
    /** Puts the path into a tree; what is below it goes nowhere unless it is a directory there. */
    const put = (side: 0 | 1 | 2): Map<EtcPath, EtcNode> => {
      const chosen = kinds[side] === 'file' && side === LOCAL && random() < 0.02 ? 'fifo' : kinds[side];
      const node = { none: null, file: files[side], link: links[side], directory: folders[side], fifo: fifo() }[chosen];
      if (node) maps[side].set(path, node);
      return chosen === 'directory' ? maps[side] : new Map<EtcPath, EtcNode>();
    };
    const below: Maps = [put(0), put(LOCAL), put(2)];
    if (!kinds.includes('directory')) return;
    for (const name of ['a', 'b']) grow(`${path}/${name}`, depth + 1, below);
  }

  return Array.from({ length: count }, (_, index) => {
    const top = `case-${String(index).padStart(4, '0')}`;
    const begin = () => new Map([[top, folder()]]);
    const maps: Maps = [begin(), begin(), begin()];
    for (const name of ['a', 'b', 'c']) grow(`${top}/${name}`, 1, maps);
    return { name: top, base: maps[0], local: maps[1], target: maps[2] };
  });
}

/** The trees of several cases together. */
export function together(cases: readonly EtcCase[], side: 'base' | 'local' | 'target'): EtcTree {
  return new Map(cases.flatMap((one) => [...one[side]]));
}
