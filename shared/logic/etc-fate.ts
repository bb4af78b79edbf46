import type { EtcEntry, EtcNode, EtcPath } from '../model/etc.ts';
import type { Difference } from './etc-change.ts';
import { parentOf } from './etc-path.ts';

/** What becomes of a path; `result` as in `EtcEntry`. Null: nothing differs. */
export type Fate = Pick<EtcEntry, 'outcome' | 'result'> & { readonly toolWords?: string | null };

/** One path in all trees. */
export interface Versions {
  readonly path: EtcPath;
  readonly base: EtcNode | undefined;
  readonly local: EtcNode | undefined;
  readonly target: EtcNode | undefined;
  readonly here: Difference;
  readonly there: Difference;
  /** From the local version to the target's. */
  readonly across: Difference;
}

/** What was changed here, whatever comes. */
export function driftOf({ here, base, local }: Versions, isTransient: boolean): Fate | null {
  if (here === 'unknown') return { outcome: 'unknown', result: null };
  if (here === 'same') return null;
  if (isTransient) return { outcome: 'lost', result: base ? 'base' : 'absent' };
  return local ? { outcome: 'kept', result: 'local' } : { outcome: 'kept-deleted', result: 'absent' };
}

/** A rollback merges nothing: its own /etc comes as it was left. */
export function afterRollback({ here, there, across, local, target }: Versions): Fate | null {
  if (across === 'same') return null;
  const result = target ? 'target' : 'absent';
  if (!local) return { outcome: 'comes-back', result };
  const isEdited = here !== 'same' && here !== 'unknown';
  if (!target) return { outcome: isEdited ? 'left-behind' : 'removed', result };
  if (across === 'unknown') return { outcome: 'unknown', result };
  return { outcome: isEdited && there === 'same' ? 'left-behind' : 'differs', result };
}

/** A transient /etc is empty again at each boot, and the new image's stands there. */
export function withoutEdits({ here, there, across, target }: Versions): Fate | null {
  const result = target ? 'target' : 'absent';
  if (here === 'unknown') return { outcome: 'unknown', result };
  if (here !== 'same') return { outcome: across === 'same' ? 'converged' : 'lost', result };
  if (there === 'same') return null;
  return { outcome: target ? 'arrives' : 'removed', result };
}

/**
 * What the uppermost directory above a path has to say; null: none has. Each directory is asked once, so that deep trees take no
 * longer than flat ones.
 */
export function inherited<Value>(ask: (directory: EtcPath) => Value | null): (path: EtcPath) => Value | null {
  const known = new Map<EtcPath, Value | null>();
  return function above(path): Value | null {
    const parent = parentOf(path);
    if (parent === null) return null;
    const cached = known.get(parent);
    if (cached !== undefined) return cached;
    const found = above(parent) ?? ask(parent);
    known.set(parent, found);
    return found;
  };
}

export function isNoDirectory(node: EtcNode | undefined): boolean {
  return node !== undefined && node.type !== 'directory';
}
