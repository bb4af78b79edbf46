import type { EtcEntry, EtcView } from '../../../shared/model/etc.ts';

/** What can be done about a file. */
export type FileActionId = 'take' | 'solve' | 'restore' | 'merge' | 'keep' | 'unkeep' | 'delete' | 'promote' | 'copy';

/** Differences that can be wanted as they are. */
const KEEPABLE: ReadonlySet<EtcEntry['outcome']> = new Set(['masked', 'orphan', 'kept', 'kept-deleted']);

/** A button of a file. */
export interface FileAction {
  readonly id: FileActionId;
  readonly text: string;
}

const KEEP: FileAction = { id: 'keep', text: 'Keep' };
const UNKEEP: FileAction = { id: 'unkeep', text: 'Keep no longer' };

/**
 * What fits a file, the one that is most likely wanted first. `hasMerge`: all three versions are text, so that lines can be merged. What puts
 * back what the image has now is “take the image’s version” where the new one then wins, else “restore”.
 */
export function fileActions(
  entry: EtcEntry,
  view: EtcView,
  { hasMerge, isKept }: { readonly hasMerge: boolean; readonly isKept: boolean },
): readonly FileAction[] {
  const { outcome, here, there, base, local, target } = entry;
  const isChanged = here !== 'same';
  const brings = view === 'staged' && target !== null && there !== null && there !== 'same';
  const promote: FileAction = { id: 'promote', text: 'Promote to image…' };
  if (!isChanged) return [];
  if (outcome === 'blocker') return [{ id: 'solve', text: 'Solve the blocker…' }, promote];
  return [
    ...(brings && base ? [{ id: 'take', text: 'Take the image’s version…' } as const] : []),
    ...(outcome === 'masked' && hasMerge ? [{ id: 'merge', text: 'Merge lines…' } as const] : []),
    ...(KEEPABLE.has(outcome) ? [isKept ? UNKEEP : KEEP] : []),
    ...(local ? [promote] : []),
    ...(base && !brings ? [{ id: 'restore', text: 'Restore…' } as const] : []),
    ...(local && !base ? [{ id: 'delete', text: 'Delete…' } as const] : []),
  ];
}
