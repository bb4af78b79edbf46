import type { EtcNode, EtcOutcome, EtcTree } from '../model/etc.ts';
import { differenceOf } from './etc-change.ts';
import { inherited, isNoDirectory, type Fate, type Versions } from './etc-fate.ts';
import type { Merged } from './etc-merged.ts';
import { createLookUp } from './etc-tree.ts';

/** The state of a path in the merged tree. */
interface Merging {
  /** Whose version stands there; null: nothing does. */
  readonly stands: 'local' | 'target' | null;
  /** Whether something above it cannot be merged, so that it is not gone on with. */
  readonly isBelowProblem: boolean;
  /** Whether something above it was a file in the base: what is in there is not looked at. */
  readonly isPassedOver: boolean;
}

/** What a merge makes of each path. `base`: what it compared the local tree with. */
export function afterMerge(base: EtcTree, merged: Merged): (versions: Versions) => Fate | null {
  const lookUp = createLookUp(merged.root);
  const problemAbove = inherited((path) => merged.problems.get(path) ?? null);
  const fileAbove = inherited((path) => (isNoDirectory(base.get(path)) && lookUp(path)?.from === 'target') || null);
  return (versions) => {
    const { path } = versions;
    const problem = merged.problems.get(path);
    if (problem?.kind === 'fails') return { outcome: 'blocker', result: null, toolWords: problem.words };
    if (problem) return { outcome: 'unknown', result: null };
    const place = lookUp(path);
    if (place?.from === 'local' && place.node !== versions.local && !isAlike(place.node, versions)) {
      return { outcome: 'lost', result: null };
    }
    const merging = {
      stands: place?.from ?? null,
      isBelowProblem: problemAbove(path) !== null,
      isPassedOver: fileAbove(path) !== null,
    };
    const outcome = outcomeOf(versions, merging);
    if (outcome === null) return null;
    const isOpen = merging.isBelowProblem || (outcome === 'unknown' && versions.here === 'unknown');
    return {
      outcome,
      result: isOpen ? null : outcome === 'merged-directory' ? 'merged' : (merging.stands ?? 'absent'),
    };
  };
}

function outcomeOf(versions: Versions, merging: Merging): EtcOutcome | null {
  switch (versions.here) {
    case 'unknown':
      return 'unknown';
    case 'same':
      return untouched(versions, merging);
    case 'attributes':
      // They are no change to the merge of ostree, which gives them to what it copies alone.
      if (merging.stands === 'local') return edited(versions, merging);
      return versions.target ? 'lost' : 'removed';
    case 'added':
      return added(versions, merging);
    case 'deleted':
      return deleted(versions, merging);
    default:
      return edited(versions, merging);
  }
}

function untouched({ there, local }: Versions, { stands, isBelowProblem }: Merging): EtcOutcome | null {
  switch (there) {
    case 'same':
      return local && stands === null ? 'lost' : null;
    case 'unknown':
      return 'unknown';
    case 'deleted':
      return stands === null ? 'removed' : 'orphan';
    default:
      return stands === 'target' || isBelowProblem ? 'arrives' : 'masked';
  }
}

function added({ across, local, target }: Versions, { stands, isPassedOver }: Merging): EtcOutcome {
  if (!target) return stands === 'local' ? 'kept' : 'lost';
  if (local?.type === 'directory' && target.type === 'directory' && !isPassedOver) {
    // An empty one brings nothing along, not even its mode.
    return stands === 'local' || across === 'same' ? 'merged-directory' : 'lost';
  }
  if (across === 'same') return 'converged';
  if (across === 'unknown') return 'unknown';
  return stands === 'local' ? 'masked' : 'lost';
}

function deleted({ there, target }: Versions, { stands, isBelowProblem }: Merging): EtcOutcome {
  if (!target) return 'converged';
  if (stands !== null && !isBelowProblem) return 'lost';
  return there === 'same' || there === 'unknown' ? 'kept-deleted' : 'masked';
}

function edited({ there, across, target }: Versions, { stands, isBelowProblem }: Merging): EtcOutcome {
  if (!target) return stands === 'local' || isBelowProblem ? 'orphan' : 'lost';
  if (across === 'same') return 'converged';
  if (stands !== 'local' && !isBelowProblem) return 'lost';
  // What only differs in attributes is no change worth a word beside an edit.
  if (there === 'same' || there === 'attributes') return 'kept';
  return there === 'unknown' ? 'unknown' : 'masked';
}

/** Whether what stands at a path through a link, coming from another path, is what would stand there anyway. */
function isAlike(node: EtcNode, { local, target }: Versions): boolean {
  return [local, target].some((version) => version && differenceOf(version, node, { labels: false }) === 'same');
}
