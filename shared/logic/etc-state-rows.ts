import type { EtcSeen } from '../model/etc-act.ts';
import type { HostSnapshot } from '../model/operation.ts';
import type { StateCell, StateRow } from './compare-state.ts';
import { comparePaths, showPath } from './etc-path.ts';
import { isSameNode } from './etc-steps.ts';
import { formatBytes } from './format.ts';

/** More lines than this nobody reads; the proof has all of them. */
const MAX_ROWS = 8;

/** Paths of /etc that an operation found and left otherwise. */
export function etcRows(before: HostSnapshot, after: HostSnapshot | null): readonly StateRow[] {
  if (!before.etc || !after?.etc) return [];
  const was = new Map(before.etc.map((one) => [one.path, one]));
  const is = new Map(after.etc.map((one) => [one.path, one]));
  const paths = [...new Set([...was.keys(), ...is.keys()])].sort(comparePaths);
  const rows = paths.flatMap((path): StateRow[] => {
    const [then, now] = [was.get(path)?.local ?? null, is.get(path)?.local ?? null];
    if (isSameNode(then, now)) return [];
    const isShipped = isSameNode(now, is.get(path)?.base ?? null);
    return [
      {
        label: `/etc/${showPath(path)}`,
        before: cell(then, false),
        after: cell(now, true),
        result: { text: isShipped ? 'As the image has it' : now ? 'Changed' : 'Gone', tone: 'success' },
      },
    ];
  });
  return rows.slice(0, MAX_ROWS);
}

function cell(node: EtcSeen | null, changed: boolean): StateCell {
  if (!node) return { text: 'not there', digest: null, changed };
  const { type, mode, size, hash, link } = node;
  if (type === 'symlink') return { text: `link to ${showPath(link ?? '')}`, digest: null, changed };
  const rights = mode.toString(8).padStart(4, '0');
  if (type !== 'file') return { text: `${type} ${rights}`, digest: null, changed };
  return { text: `file ${rights}, ${formatBytes(size)}`, digest: hash?.slice(0, 8) ?? null, changed };
}
