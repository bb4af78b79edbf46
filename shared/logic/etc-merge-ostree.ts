import type { EtcPath, EtcTree } from '../model/etc.ts';
import { differenceOf, isChange } from './etc-change.ts';
import { failureOf, type Merged, type MergeProblem } from './etc-merged.ts';
import { nameOf, parentOf, showPath } from './etc-path.ts';
import {
  copyPlace,
  ERRNO_WORDS,
  isDirectory,
  isMiss,
  nestedTree,
  openDirectory,
  openParent,
  placeOf,
  type EtcRoot,
  type Miss,
  type Place,
} from './etc-tree.ts';
import { isOlder } from './tool-version.ts';

/** Labels and other attributes do not count; that they are passed over is this merge's way (`OSTREE_DIFF_FLAGS_IGNORE_XATTRS`). */
const CONTENT_ALONE = { labels: false };

interface Change {
  readonly path: EtcPath;
  readonly place: Place;
}

interface Changes {
  readonly removed: Change[];
  readonly modified: Change[];
  readonly added: Change[];
}

/** `leavesOutSpecial`: sockets and the like are left out inside of directories that are copied, too, where older ones fail. */
export interface OstreeEngine {
  readonly leavesOutSpecial: boolean;
}

/** An ostree by what it says of its version; empty: not known, and taken for a new one. */
export function ostreeEngine(version: string): OstreeEngine {
  return { leavesOutSpecial: !isOlder(version, [2024, 2, 0]) };
}

/**
 * What ostree makes of /etc at shutdown (reference 4.1), done step by step on the trees as `merge_configuration_from` of libostree
 * does it: what was removed, modified and added here is applied to the image's tree, in this order, whole files. It ends at the first
 * problem; here all are told.
 */
export function mergeAsOstree(base: EtcTree, local: EtcTree, target: EtcTree, engine: OstreeEngine): Merged {
  const [baseRoot, localRoot, root] = [
    nestedTree(base, 'target'),
    nestedTree(local, 'local'),
    nestedTree(target, 'target'),
  ];
  const problems = new Map<EtcPath, MergeProblem>();
  const changes = changesOf(baseRoot, localRoot);
  const merge = createMerge(root, localRoot, local, engine, problems);
  const apply = (step: (change: Change) => MergeProblem | null, some: readonly Change[]) => {
    for (const change of some) {
      const problem = step(change);
      if (problem) problems.set(change.path, problem);
    }
  };
  apply(merge.remove, changes.removed);
  apply(merge.copy, changes.modified);
  apply(merge.copy, changes.added);
  root.inside.delete('.updated');
  return { root, problems };
}

/** As `ostree_diff_dirs`: a directory that is gone is one change; one of another type is not looked into; a new one is listed whole. */
function changesOf(base: EtcRoot, local: EtcRoot): Changes {
  const changes: Changes = { removed: [], modified: [], added: [] };
  const compare = (before: Place, after: Place, path: EtcPath | null) => {
    const within = (name: string) => (path === null ? name : `${path}/${name}`);
    for (const [name, old] of before.inside ?? []) {
      const place = after.inside?.get(name);
      if (place === undefined) {
        changes.removed.push({ path: within(name), place: old });
        continue;
      }
      const difference = differenceOf(old.node, place.node, CONTENT_ALONE);
      if (isChange(difference, false)) changes.modified.push({ path: within(name), place });
      if (isDirectory(old) && isDirectory(place)) compare(old, place, within(name));
    }
    for (const [name, place] of after.inside ?? []) {
      if (!before.inside?.has(name)) add(place, within(name));
    }
  };
  const add = (place: Place, path: EtcPath) => {
    changes.added.push({ path, place });
    for (const [name, child] of place.inside ?? []) add(child, `${path}/${name}`);
  };
  compare(base, local, null);
  return changes;
}

function createMerge(
  root: EtcRoot,
  localRoot: EtcRoot,
  local: EtcTree,
  engine: OstreeEngine,
  problems: Map<EtcPath, MergeProblem>,
) {
  const problemOf = (miss: Miss, call: string) => failureOf(miss, call, localRoot);

  /** `glnx_shutil_rm_rf_at`: what is not there is removed already. */
  function remove({ path }: Change): MergeProblem | null {
    const parent = openParent(root, path);
    if (!isMiss(parent)) {
      parent.inside.delete(nameOf(path));
      return null;
    }
    const problem = problemOf(parent, `unlinkat(${showPath(path)})`);
    return isAbsent(problem) ? null : problem;
  }

  /** `copy_modified_config_file` */
  function copy({ path, place }: Change): MergeProblem | null {
    const directory = parentOf(path);
    const problem = directory === null ? null : ensureDirectory(directory);
    if (problem) return problem;
    const parent = openParent(root, path);
    if (isMiss(parent)) return problemOf(parent, 'fstatat');
    const name = nameOf(path);
    if (isDirectory(parent.inside.get(name))) {
      if (isDirectory(place)) return null;
      return {
        kind: 'fails',
        words: `Modified config file newly defaults to directory '${showPath(path)}', cannot merge`,
      };
    }
    parent.inside.delete(name);
    if (isCopied(place.node)) parent.inside.set(name, copyPlace(place, 'local', isCopied));
    if (!engine.leavesOutSpecial) refuseSpecialInside(path, place);
    return null;
  }

  /** `copy_dir_recurse` of an older ostree. */
  function refuseSpecialInside(path: EtcPath, place: Place): void {
    for (const [name, child] of place.inside ?? []) {
      const inside = `${path}/${name}`;
      const words = `Copying ${showPath(name)}: Cannot copy non-regular/non-symlink file: ${showPath(name)}`;
      if (!isCopied(child.node)) problems.set(inside, { kind: 'fails', words });
      refuseSpecialInside(inside, child);
    }
  }

  /**
   * `ensure_directory_from_template`: the directory of what is copied gets the mode and owner that it has here, whether or not they were
   * changed. One that stands where the image has a link is gone through it.
   */
  function ensureDirectory(path: EtcPath): MergeProblem | null {
    const own = local.get(path);
    const problem = makeDirectory(path);
    if (problem) return problem;
    const directory = openDirectory(root, path);
    if (isMiss(directory)) return problemOf(directory, `opendir(${showPath(path)})`);
    if (own && differenceOf(directory.node, own, { labels: true }) !== 'same') {
      directory.node = own;
      directory.from = 'local';
    }
    return null;
  }

  function makeDirectory(path: EtcPath): MergeProblem | null {
    let parent = openParent(root, path);
    const above = parentOf(path);
    if (isMiss(parent) && above !== null && isAbsent(problemOf(parent, 'mkdirat'))) {
      const problem = ensureDirectory(above);
      if (problem) return problem;
      parent = openParent(root, path);
    }
    if (isMiss(parent)) return problemOf(parent, 'mkdirat');
    const node = local.get(path);
    if (node && !parent.inside.has(nameOf(path))) parent.inside.set(nameOf(path), placeOf(node, 'local'));
    return null;
  }

  return { remove, copy };
}

function isAbsent({ words }: MergeProblem): boolean {
  return words?.endsWith(ERRNO_WORDS.ENOENT) ?? false;
}

/** Sockets, devices and the like are left out. */
function isCopied({ type }: Place['node']): boolean {
  return type === 'file' || type === 'directory' || type === 'symlink';
}
