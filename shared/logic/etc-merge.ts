import type { EtcChange, EtcEntry, EtcNode, EtcOutcome, EtcPath, EtcRules, EtcTree, EtcView } from '../model/etc.ts';
import { comparableLabels, differenceOf, type Difference } from './etc-change.ts';
import { mergeAsComposefs } from './etc-merge-composefs.ts';
import { mergeAsOstree, ostreeEngine } from './etc-merge-ostree.ts';
import type { Merged } from './etc-merged.ts';
import { noiseMatcher } from './etc-noise.ts';
import { comparePaths, parentOf } from './etc-path.ts';
import { isSecretPath } from './etc-secrets.ts';
import { createLookUp } from './etc-tree.ts';
import { etcReason } from './etc-words.ts';

/** The trees of a host and what decides about them; `target` null: there is nothing to compare with, and drift alone is told. */
export interface EtcTrees {
  readonly base: EtcTree;
  readonly local: EtcTree;
  readonly target: EtcTree | null;
  readonly view: EtcView;
  readonly backend: 'ostree' | 'composefs';
  readonly isTransient: boolean;
  readonly rules: EtcRules;
  /** What the host's ostree says of its version: older ones fail where newer ones do not. */
  readonly ostreeVersion?: string | null;
}

/** What becomes of a path; `result` as in `EtcEntry`. Null: nothing differs. */
type Fate = Pick<EtcEntry, 'outcome' | 'result'> & { readonly toolWords?: string | null };

/** One path in all trees. */
interface Versions {
  readonly path: EtcPath;
  readonly base: EtcNode | undefined;
  readonly local: EtcNode | undefined;
  readonly target: EtcNode | undefined;
  readonly here: Difference;
  readonly there: Difference;
  /** From the local version to the target's. */
  readonly across: Difference;
}

/**
 * What will become of every path of /etc that is not the same in all versions of it, in the order of a walk: by the next boot into
 * what is staged, by a rollback, or what was changed here alone. Rules: reference 4.
 */
export function compareEtc(trees: EtcTrees): readonly EtcEntry[] {
  const { base, local, rules } = trees;
  const target = trees.view === 'drift' ? null : trees.target;
  const fateOf = judge(trees, target);
  const noise = noiseMatcher(rules);
  const [atHere, atThere] = [comparableLabels(base, local), { labels: trees.backend === 'composefs' }];
  const here = trees.backend === 'composefs' ? atThere : atHere;
  const inTheWay = target ? createInTheWay(target) : () => null;
  const entries: EtcEntry[] = [];
  const other = target ?? base;
  for (const path of new Set([...base.keys(), ...local.keys(), ...other.keys()])) {
    const nodes = { path, base: base.get(path), local: local.get(path), target: other.get(path) };
    const versions: Versions = {
      ...nodes,
      here: differenceOf(nodes.base, nodes.local, here),
      there: differenceOf(nodes.base, nodes.target, atThere),
      across: acrossOf(differenceOf(nodes.local, nodes.target, atThere), trees.backend),
    };
    const fate = fateOf(versions);
    if (fate === null) continue;
    const facts = {
      path,
      outcome: fate.outcome,
      here: told(versions.here),
      there: target === null ? null : told(versions.there),
      base: nodes.base ?? null,
      local: nodes.local ?? null,
      target: target === null ? null : (nodes.target ?? null),
      result: fate.result,
      toolWords: fate.toolWords ?? null,
    };
    entries.push({
      ...facts,
      reason: etcReason(facts, { ...trees, inTheWay: inTheWay(path) }),
      noise: fate.outcome === 'blocker' ? null : noise(path),
      isSecret: isSecretPath(path),
    });
  }
  return entries.sort((a, b) => comparePaths(a.path, b.path));
}

/** Attributes tell two versions apart on composefs alone. */
function acrossOf(difference: Difference, backend: EtcTrees['backend']): Difference {
  return difference === 'attributes' && backend === 'ostree' ? 'same' : difference;
}

/** What cannot be told counts for no change. */
function told(difference: Difference): EtcChange {
  return difference === 'unknown' ? 'same' : difference;
}

/** Finds what the new image has in the place of a directory above a path: the uppermost. */
function createInTheWay(target: EtcTree): (path: EtcPath) => EtcPath | null {
  return inherited((path) => {
    return isNoDirectory(target.get(path)) ? path : null;
  });
}

/**
 * What the uppermost directory above a path has to say; null: none has. Each directory is asked once, so that deep trees take no
 * longer than flat ones.
 */
function inherited<Value>(ask: (directory: EtcPath) => Value | null): (path: EtcPath) => Value | null {
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

function judge(trees: EtcTrees, target: EtcTree | null): (versions: Versions) => Fate | null {
  if (target === null) return (versions) => driftOf(versions, trees.isTransient);
  if (trees.view === 'rollback') return afterRollback;
  if (trees.isTransient) return withoutEdits;
  if (trees.backend === 'composefs') return afterMerge(trees.base, mergeAsComposefs(trees.base, trees.local, target));
  return afterMerge(
    trees.base,
    mergeAsOstree(trees.base, trees.local, target, ostreeEngine(trees.ostreeVersion ?? '')),
  );
}

/** What was changed here, whatever comes. */
function driftOf({ here, base, local }: Versions, isTransient: boolean): Fate | null {
  if (here === 'unknown') return { outcome: 'unknown', result: null };
  if (here === 'same') return null;
  if (isTransient) return { outcome: 'lost', result: base ? 'base' : 'absent' };
  return local ? { outcome: 'kept', result: 'local' } : { outcome: 'kept-deleted', result: 'absent' };
}

/** A rollback merges nothing: its own /etc comes as it was left. */
function afterRollback({ here, there, across, local, target }: Versions): Fate | null {
  if (across === 'same') return null;
  const result = target ? 'target' : 'absent';
  if (!local) return { outcome: 'comes-back', result };
  const isEdited = here !== 'same' && here !== 'unknown';
  if (!target) return { outcome: isEdited ? 'left-behind' : 'removed', result };
  if (across === 'unknown') return { outcome: 'unknown', result };
  return { outcome: isEdited && there === 'same' ? 'left-behind' : 'differs', result };
}

/** A transient /etc is empty again at each boot, and the new image's stands there. */
function withoutEdits({ here, there, across, target }: Versions): Fate | null {
  const result = target ? 'target' : 'absent';
  if (here === 'unknown') return { outcome: 'unknown', result };
  if (here !== 'same') return { outcome: across === 'same' ? 'converged' : 'lost', result };
  if (there === 'same') return null;
  return { outcome: target ? 'arrives' : 'removed', result };
}

/** Whether what stands at a path through a link, coming from another path, is what would stand there anyway. */
function isAlike(node: EtcNode, { local, target }: Versions): boolean {
  return [local, target].some((version) => version && differenceOf(version, node, { labels: false }) === 'same');
}

function isNoDirectory(node: EtcNode | undefined): boolean {
  return node !== undefined && node.type !== 'directory';
}

/** The state of a path in the merged tree. */
interface Merging {
  /** Whose version stands there; null: nothing does. */
  readonly stands: 'local' | 'target' | null;
  /** Whether something above it cannot be merged, so that it is not gone on with. */
  readonly isBelowProblem: boolean;
  /** Whether something above it was a file in the base: what is in there is not looked at. */
  readonly isPassedOver: boolean;
}

function afterMerge(base: EtcTree, merged: Merged): (versions: Versions) => Fate | null {
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
