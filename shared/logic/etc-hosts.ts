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
  const shown = new Map<EtcPath, string>();
  for (const comparison of comparisons) {
    for (const entry of driftEntries(comparison)) shown.set(`${entry.path}\0${fingerprintOf(entry)}`, etcCell(entry));
  }
  const paths = [...new Set(tables.flatMap((cells) => [...cells.keys()]))].sort(comparePaths);
  const rows = paths.flatMap((path): EtcHostRow[] => {
    const prints = tables.map((cells) => cells.get(path) ?? null);
    if (prints.every((print) => print === prints[0])) return [];
    return [
      { path, cells: prints.map((print) => (print === null ? null : (shown.get(`${path}\0${print}`) ?? print))) },
    ];
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

/** A change in a cell of a table: what was done, the content by the beginning of its hash, mode and owner. */
export function etcCell({ here, local }: Pick<EtcEntry, 'here' | 'local'>): string {
  if (local === null) return CHANGES[here];
  const parts = [CHANGES[here], contentCell(local), local.mode.toString(8).padStart(4, '0')];
  const owner = local.uid === 0 && local.gid === 0 ? '' : `${String(local.uid)}:${String(local.gid)}`;
  return [...parts, owner].filter((part) => part !== '').join(' ');
}

function contentCell({ type, hash, link }: EtcNode): string {
  if (type === 'file') return hash?.slice(0, 8) ?? '';
  return type === 'symlink' ? `→ ${showPath(link ?? '')}` : type;
}
