import type { EtcNode, EtcPath, EtcTree } from '../model/etc.ts';
import { differenceOf, isChange } from './etc-change.ts';
import { failureOf, type Merged, type MergeProblem } from './etc-merged.ts';
import { nameOf, showPath } from './etc-path.ts';
import { isDirectory, isMiss, nestedTree, openParent, placeOf, type EtcRoot, type Place } from './etc-tree.ts';

interface Changes {
  readonly removed: EtcPath[];
  readonly changed: Map<EtcPath, Place>;
  readonly problems: Map<EtcPath, MergeProblem>;
}

/**
 * What bootc makes of /etc on its composefs backend (reference 4.3; crates/etc-merge of bootc), where attributes and labels count, and
 * what cannot be merged is found when an update is staged. Read from its source: there was no host to try it on.
 */
export function mergeAsComposefs(base: EtcTree, local: EtcTree, target: EtcTree): Merged {
  // Sockets, devices and the like are not seen in any of the trees.
  const [baseRoot, localRoot, root] = [
    nestedTree(mergeable(base), 'target'),
    nestedTree(mergeable(local), 'local'),
    nestedTree(mergeable(target), 'target'),
  ];
  const { removed, changed, problems } = changesOf(baseRoot, localRoot, root);
  for (const [path, place] of changed) {
    const problem = problems.has(path) ? null : put(root, path, place);
    if (problem) problems.set(path, problem);
  }
  for (const path of removed) {
    const parent = openParent(root, path);
    if (!isMiss(parent)) parent.inside.delete(nameOf(path));
    else if (parent.errno === 'ENOTDIR') problems.set(path, { ...failureOf(parent, '', localRoot), words: null });
  }
  return { root, problems };
}

function mergeable(tree: EtcTree): EtcTree {
  const isMergeable = ({ type }: EtcNode) => type === 'file' || type === 'directory' || type === 'symlink';
  return new Map([...tree].filter(([, node]) => isMergeable(node)));
}

function changesOf(base: EtcRoot, local: EtcRoot, target: EtcRoot): Changes {
  const changes: Changes = { removed: [], changed: new Map(), problems: new Map() };
  compare(base, local, target, null, changes);
  return changes;
}

/** Whether something was changed in a directory or below it. `target`: what the new image has there. */
function compare(
  before: Place,
  after: Place,
  target: Place | undefined,
  path: EtcPath | null,
  changes: Changes,
): boolean {
  let isTouched = false;
  for (const [name, place] of after.inside ?? []) {
    const at = path === null ? name : `${path}/${name}`;
    const old = before.inside?.get(name);
    const found = target?.inside?.get(name);
    // Under a leaf of the new image nothing is found, and directories are refused there all the same.
    const isUnderLeaf = target !== undefined && !isDirectory(target);
    if (changeOf(old, place, isUnderLeaf ? target : found, at, changes)) {
      if (isDirectory(place) || isDirectory(found)) refuse(place, isUnderLeaf ? target : found, at, changes);
      isTouched = true;
    }
  }
  for (const name of before.inside?.keys() ?? []) {
    if (!after.inside?.has(name)) changes.removed.push(path === null ? name : `${path}/${name}`);
  }
  return isTouched;
}

function changeOf(
  old: Place | undefined,
  place: Place,
  target: Place | undefined,
  path: EtcPath,
  changes: Changes,
): boolean {
  const isChanged = old === undefined || isChange(differenceOf(old.node, place.node, { labels: true }), true);
  if (isChanged) changes.changed.set(path, place);
  if (!isDirectory(place)) return isChanged;
  if (old === undefined) {
    addInside(place, path, changes);
    return true;
  }
  // A directory that was a file here comes along empty.
  if (!isDirectory(old)) return true;
  // It stands before what is inside, should it be needed: one that the new image has no more comes back for that.
  changes.changed.set(path, place);
  const isTouchedInside = compare(old, place, target, path, changes);
  if (!isChanged && !(isTouchedInside && !isDirectory(target))) changes.changed.delete(path);
  return isChanged || isTouchedInside;
}

function addInside(place: Place, path: EtcPath, changes: Changes): void {
  for (const [name, child] of place.inside ?? []) {
    changes.changed.set(`${path}/${name}`, child);
    addInside(child, `${path}/${name}`, changes);
  }
}

/** `check_if_mergable` */
function refuse(place: Place, target: Place | undefined, path: EtcPath, changes: Changes): void {
  if (target === undefined || isDirectory(place) === isDirectory(target)) return;
  const words = isDirectory(place)
    ? `Directory '${showPath(path)}' now defaults to a file in new etc`
    : `File '${showPath(path)}' now defaults to a directory in new etc`;
  changes.problems.set(path, { kind: 'fails', words });
}

/** A changed directory gives its mode and owner alone: what is inside comes by itself. */
function put(root: EtcRoot, path: EtcPath, place: Place): MergeProblem | null {
  const parent = openParent(root, path);
  if (isMiss(parent)) return null;
  const name = nameOf(path);
  const found = parent.inside.get(name);
  if (found !== undefined && isDirectory(found) !== isDirectory(place)) {
    const [what, becomes] = isDirectory(place) ? ['directory', 'file'] : ['file', 'directory'];
    const words = `Modified config ${what} "${showPath(path)}" newly defaults to ${becomes}. Cannot merge`;
    return { kind: 'fails', words };
  }
  if (isDirectory(place) && isDirectory(found)) {
    found.node = place.node;
    found.from = 'local';
  } else parent.inside.set(name, placeOf(place.node, 'local'));
  return null;
}
