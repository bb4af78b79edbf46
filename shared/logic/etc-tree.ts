import type { EtcNode, EtcPath, EtcTree } from '../model/etc.ts';
import { nameOf, parentOf } from './etc-path.ts';

/** Whose version of a path it is. */
export type Origin = 'local' | 'target';

/** A path of a tree with what is inside it; null: it is no directory. A merge changes places of the tree that it works on. */
export interface Place {
  node: EtcNode;
  from: Origin;
  readonly inside: Map<string, Place> | null;
}

export interface DirectoryPlace extends Place {
  readonly inside: Map<string, Place>;
}

/** /etc itself, whose own mode and owner no merge looks at. */
export type EtcRoot = DirectoryPlace;

const ROOT_NODE: EtcNode = {
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  link: null,
  hash: null,
  isReadable: true,
  label: null,
  xattrs: null,
  changedAt: 0,
};

/** A node as a place, without what is inside. */
export function placeOf(node: EtcNode, from: Origin): Place {
  return { node, from, inside: node.type === 'directory' ? new Map() : null };
}

/** A tree of paths as directories with what is inside. What stands in no directory, as after a race while it was read, is left out. */
export function nestedTree(tree: EtcTree, from: Origin): EtcRoot {
  const root: EtcRoot = { node: ROOT_NODE, from, inside: new Map() };
  const places = new Map<EtcPath, Place>();
  for (const [path, node] of tree) places.set(path, placeOf(node, from));
  for (const [path, place] of places) {
    const parent = parentOf(path);
    (parent === null ? root : places.get(parent))?.inside?.set(nameOf(path), place);
  }
  return root;
}

export function isDirectory(place: Place | undefined): place is DirectoryPlace {
  return place !== undefined && place.inside !== null;
}

/**
 * Why a path leads nowhere, as the kernel says it; `outside`: it leads out of /etc by a link, whose target is given, so that only the
 * host knows.
 */
export type Miss =
  | { readonly errno: 'ENOENT' | 'ENOTDIR' | 'ELOOP' }
  | { readonly errno: 'outside'; readonly link: string; readonly rest: readonly string[] };

/** What the kernel says, in the words of the C library. */
export const ERRNO_WORDS = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  ELOOP: 'Too many levels of symbolic links',
} as const;

const MAX_LINKS = 40;

/** Opens a directory as the kernel does, through links in the tree. */
export function openDirectory(root: EtcRoot, path: EtcPath): DirectoryPlace | Miss {
  const todo = path.split('/').reverse();
  const stack: DirectoryPlace[] = [root];
  let links = 0;
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    const here = stack[stack.length - 1] ?? root;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (stack.length === 1) return { errno: 'outside', link: path, rest: ['..', ...todo.reverse()] };
      stack.pop();
      continue;
    }
    const next = here.inside.get(name);
    if (next === undefined) return { errno: 'ENOENT' };
    if (isDirectory(next)) stack.push(next);
    else if (next.node.link === null) return { errno: 'ENOTDIR' };
    else if ((links += 1) > MAX_LINKS) return { errno: 'ELOOP' };
    else if (next.node.link.startsWith('/')) {
      return { errno: 'outside', link: next.node.link, rest: [...next.node.link.split('/'), ...todo.reverse()] };
    } else todo.push(...next.node.link.split('/').reverse());
  }
  return stack[stack.length - 1] ?? root;
}

export function isMiss(found: Place | Miss): found is Miss {
  return 'errno' in found;
}

/** The directory in which a path stands, through links in the tree. */
export function openParent(root: EtcRoot, path: EtcPath): DirectoryPlace | Miss {
  const parent = parentOf(path);
  return parent === null ? root : openDirectory(root, parent);
}

/**
 * Tells what stands at paths of a tree that changes no more; links before the last part are followed, the last is not. Directories are
 * opened once each, so that all of a tree takes as long as it is large, however deep it is.
 */
export function createLookUp(root: EtcRoot): (path: EtcPath) => Place | undefined {
  const opened = new Map<EtcPath, DirectoryPlace | null>();
  const lookUp = (path: EtcPath): Place | undefined => {
    const parent = parentOf(path);
    return (parent === null ? root : open(parent))?.inside.get(nameOf(path));
  };
  const open = (path: EtcPath): DirectoryPlace | null => {
    const known = opened.get(path);
    if (known !== undefined) return known;
    const place = lookUp(path);
    const found = place?.node.type === 'symlink' ? openDirectory(root, path) : place;
    const directory = found && !isMiss(found) && isDirectory(found) ? found : null;
    opened.set(path, directory);
    return directory;
  };
  return lookUp;
}

/** A copy of a place with all that is inside, as another's. */
export function copyPlace(place: Place, from: Origin, isCopied: (node: EtcNode) => boolean): Place {
  const copy = placeOf(place.node, from);
  for (const [name, child] of place.inside ?? []) {
    if (isCopied(child.node)) copy.inside?.set(name, copyPlace(child, from, isCopied));
  }
  return copy;
}

/** All places below one, a directory before what is inside. */
export function* walk(place: Place, path: EtcPath | null = null): Generator<[EtcPath, Place]> {
  for (const [name, child] of place.inside ?? []) {
    const at = path === null ? name : `${path}/${name}`;
    yield [at, child];
    yield* walk(child, at);
  }
}
