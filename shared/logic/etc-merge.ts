import type { EtcChange, EtcEntry, EtcPath, EtcRules, EtcTree, EtcView } from '../model/etc.ts';
import { comparableLabels, differenceOf, type Difference } from './etc-change.ts';
import {
  afterRollback,
  driftOf,
  inherited,
  isNoDirectory,
  withoutEdits,
  type Fate,
  type Versions,
} from './etc-fate.ts';
import { mergeAsComposefs } from './etc-merge-composefs.ts';
import { afterMerge } from './etc-merge-fate.ts';
import { mergeAsOstree, ostreeEngine } from './etc-merge-ostree.ts';
import { noiseMatcher } from './etc-noise.ts';
import { comparePaths } from './etc-path.ts';
import { isSecretPath } from './etc-secrets.ts';
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
  /** The same of its bootc. */
  readonly bootcVersion?: string | null;
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
  return inherited((path) => (isNoDirectory(target.get(path)) ? path : null));
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
