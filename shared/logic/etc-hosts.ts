import type { EtcComparison, EtcEntry, EtcNode, EtcPath } from '../model/etc.ts';
import { comparePaths, showPath } from './etc-path.ts';

/** Hosts with identical drift; `fingerprint` over path, outcome and hash, short enough to be read out. */
export interface EtcHostGroup {
  readonly fingerprint: string;
  readonly hostIds: string[];
  readonly drift: number;
}

/** A path that is not the same on all; `cells` as the groups are ordered, null: as the image of the hosts has it. */
export interface EtcHostRow {
  readonly path: EtcPath;
  readonly cells: (string | null)[];
}

export interface EtcHostMatrix {
  readonly groups: EtcHostGroup[];
  readonly rows: EtcHostRow[];
}

/** Of more, the matrix shows the first ones. */
export const MAX_MATRIX_ROWS = 5000;

/** What was changed on a host, whatever becomes of it; what is expected to differ is left out. */
export function driftEntries({ entries }: Pick<EtcComparison, 'entries'>): EtcEntry[] {
  return entries.filter(({ here, noise }) => here !== 'same' && noise === null);
}

/**
 * Groups hosts by what was changed on them, the smallest group first: the odd one out. `digest`: a hash of a text in hex.
 */
export function groupHosts(
  comparisons: readonly Pick<EtcComparison, 'hostId' | 'entries'>[],
  digest: (text: string) => string,
): EtcHostMatrix {
  const byDrift = new Map<string, { hostIds: string[]; cells: ReadonlyMap<EtcPath, string> }>();
  for (const comparison of comparisons) {
    const cells = new Map(driftEntries(comparison).map((entry) => [entry.path, fingerprintOf(entry)]));
    const key = [...cells]
      .map(([path, cell]) => `${path}\0${cell}`)
      .sort()
      .join('\0\0');
    const group = byDrift.get(key);
    if (group) group.hostIds.push(comparison.hostId);
    else byDrift.set(key, { hostIds: [comparison.hostId], cells });
  }
  const ordered = [...byDrift].sort(
    ([, a], [, b]) => a.hostIds.length - b.hostIds.length || b.cells.size - a.cells.size,
  );
  const tables = ordered.map(([, { cells }]) => cells);
  const shown = cellsOf(comparisons.flatMap(driftEntries));
  const paths = [...new Set(tables.flatMap((cells) => [...cells.keys()]))].sort(comparePaths);
  const rows = paths.flatMap((path): EtcHostRow[] => {
    const prints = tables.map((cells) => cells.get(path) ?? null);
    if (prints.every((print) => print === prints[0])) return [];
    return [{ path, cells: prints.map((print) => (print === null ? null : (shown.get(path)?.get(print) ?? print))) }];
  });
  return {
    groups: ordered.map(([key, { hostIds, cells }]) => ({
      fingerprint: digest(key).slice(0, 12),
      hostIds,
      drift: cells.size,
    })),
    rows: rows.slice(0, MAX_MATRIX_ROWS),
  };
}

/** What makes a change the same on two hosts. */
function fingerprintOf({ outcome, here, local }: EtcEntry): string {
  if (local === null) return `${outcome} ${here}`;
  const { type, mode, uid, gid, link, hash, size } = local;
  return JSON.stringify([outcome, here, type, mode, uid, gid, link, hash ?? (type === 'file' ? size : null)]);
}

const CHANGES: Readonly<Record<EtcEntry['here'], string>> = {
  same: 'as the image',
  added: 'added',
  deleted: 'deleted',
  content: 'edited',
  metadata: 'mode or owner',
  type: 'another type',
  attributes: 'attributes',
};

/** What becomes of a change, where it does not simply stay. */
const FATES: Partial<Readonly<Record<EtcEntry['outcome'], string>>> = {
  blocker: 'blocks',
  masked: 'hides a change',
  lost: 'will be lost',
  unknown: 'not known',
  converged: 'as the new image',
  orphan: 'gone from the image',
  'left-behind': 'left behind',
  'comes-back': 'comes back',
  differs: 'differs',
};

/** The texts of all changes, by path and by what makes them the same. Of secrets no hashes: they are numbered. */
function cellsOf(entries: readonly EtcEntry[]): ReadonlyMap<EtcPath, ReadonlyMap<string, string>> {
  const cells = new Map<EtcPath, Map<string, string>>();
  const secrets = new Map<EtcPath, string[]>();
  for (const entry of entries) {
    const { path, isSecret, local } = entry;
    const known = secrets.get(path) ?? [];
    const content = local?.hash ?? '';
    if (!known.includes(content)) secrets.set(path, [...known, content]);
    const number = (secrets.get(path) ?? []).indexOf(content) + 1;
    const ofPath = cells.get(path) ?? new Map<string, string>();
    ofPath.set(fingerprintOf(entry), cellOf(entry, isSecret ? `version ${String(number)}` : contentCell(local)));
    cells.set(path, ofPath);
  }
  return cells;
}

/** A change in a cell of a table: what was done, the content by the beginning of its hash, mode and owner, what becomes of it. */
function cellOf({ here, local, outcome }: EtcEntry, content: string): string {
  const mode = local === null ? '' : local.mode.toString(8).padStart(4, '0');
  const owner =
    local === null || (local.uid === 0 && local.gid === 0) ? '' : `${String(local.uid)}:${String(local.gid)}`;
  const fate = FATES[outcome] === undefined ? '' : `(${FATES[outcome]})`;
  return [CHANGES[here], local === null ? '' : content, mode, owner, fate].filter((part) => part !== '').join(' ');
}

function contentCell(node: EtcNode | null): string {
  if (node?.type === 'file') return node.hash?.slice(0, 8) ?? '';
  return node?.type === 'symlink' ? `→ ${showPath(node.link ?? '')}` : (node?.type ?? '');
}
