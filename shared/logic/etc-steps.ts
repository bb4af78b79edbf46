import { failure, type Failure } from '../errors/failure.ts';
import type { EtcFileAct, EtcFound, EtcSeen } from '../model/etc-act.ts';
import { etcActLimits } from '../model/etc-limits.ts';
import type { EtcPath } from '../model/etc.ts';
import { comparePaths, parentOf, showPath } from './etc-path.ts';
import { isSecretPath } from './etc-secrets.ts';

/**
 * One thing that is done to one path. `expect`: what has to be there right before; null: nothing; `made`: what an earlier step has left,
 * nothing or a directory. What is done is known by its foreseen end: `then`, with the content from the image or as it was given.
 */
export interface EtcStep {
  readonly kind: 'image' | 'file' | 'link' | 'directory' | 'remove';
  readonly path: EtcPath;
  readonly expect: EtcSeen | null | 'made';
  readonly then: EtcSeen | null;
  /** What was there before is not brought home. */
  readonly isSecret: boolean;
}

export type EtcSteps =
  { readonly steps: readonly EtcStep[]; readonly failure: null } | { readonly steps: null; readonly failure: Failure };

/** Whether two nodes are the same to the merge: type, mode, owner, and content or target; times and labels are not (reference 4.1). */
export function isSameNode(one: EtcSeen | null, other: EtcSeen | null): boolean {
  if (!one || !other) return one === other;
  if (one.type !== other.type || one.uid !== other.uid || one.gid !== other.gid) return false;
  if (one.type === 'symlink') return one.link === other.link;
  return one.mode === other.mode && (one.type !== 'file' || (one.hash !== null && one.hash === other.hash));
}

/** Whether what was seen is what is there now. What was seen without its hash is known by its size and the second of its last change. */
export function isAsSeen(seen: EtcFileAct['seen'], now: EtcSeen | null): boolean {
  if (seen === 'found') return true;
  if (!seen || !now || seen.hash !== null || seen.type !== 'file') return isSameNode(seen, now);
  const second = (node: EtcSeen) => Math.floor(node.changedAt / 1000);
  return seen.size === now.size && second(seen) === second(now) && isSameNode({ ...seen, hash: now.hash }, now);
}

/** What an act makes of its path; what it leaves open is as it is here, or as the image has it, or 0644 and root. */
export function etcForeseen(act: EtcFileAct, found: EtcFound | null): EtcSeen | null {
  const { base = null, local = null } = found ?? {};
  switch (act.act) {
    case 'restore':
      return base;
    case 'delete':
      return null;
    case 'link':
      return { ...EMPTY, type: 'symlink', mode: 0o777, uid: act.uid, gid: act.gid, link: act.target };
    case 'directory':
      return { ...EMPTY, type: 'directory', mode: act.mode, uid: act.uid, gid: act.gid };
    case 'write': {
      const like = [local, base].find((node) => node?.type === 'file') ?? { mode: 0o644, uid: 0, gid: 0 };
      const { hash, size } = act.content;
      const [mode, uid, gid] = [act.mode ?? like.mode, act.uid ?? like.uid, act.gid ?? like.gid];
      return { ...EMPTY, type: 'file', mode, uid, gid, hash, size };
    }
  }
}

const EMPTY = { mode: 0, uid: 0, gid: 0, size: 0, hash: null, link: null, changedAt: 0 } as const;

/**
 * What has to be done for acts, in its order, or why it cannot be: decided from what was found at their paths, above and below them.
 * `etc.changed`: something is not as it was seen; `etc.nothing`: all is so already.
 */
export function etcSteps(acts: readonly EtcFileAct[], found: readonly EtcFound[]): EtcSteps {
  const places = new Map(found.map((one) => [one.path, one]));
  const changed = acts.filter(({ path, seen }) => !isAsSeen(seen, places.get(path)?.local ?? null));
  if (changed.length > 0) return refused(failure('etc.changed', { paths: listed(changed.map(({ path }) => path)) }));
  const work: Work = { places, found, steps: [], made: new Set(), gone: new Set() };
  for (const act of acts) {
    const reason = addParents(work, act) ?? addAct(work, act);
    if (reason) return refused(reason);
  }
  if (work.steps.length === 0) return refused(failure('etc.nothing'));
  if (work.steps.length > etcActLimits.steps) return refused(failure('etc.too-many', { limit: etcActLimits.steps }));
  return { steps: work.steps, failure: null };
}

interface Work {
  readonly places: ReadonlyMap<EtcPath, EtcFound>;
  readonly found: readonly EtcFound[];
  readonly steps: EtcStep[];
  /** Paths that a step has put a directory or another node at, and paths that a step has taken away. */
  readonly made: Set<EtcPath>;
  readonly gone: Set<EtcPath>;
}

function refused(reason: Failure): EtcSteps {
  return { steps: null, failure: reason };
}

/** Some paths as text, the rest as a number. */
export function listed(paths: readonly EtcPath[]): string {
  const shown = paths.slice(0, 3).map((path) => `/etc/${showPath(path)}`);
  return paths.length > 3 ? `${shown.join(', ')} and ${String(paths.length - 3)} more` : shown.join(', ');
}

/** What puts something somewhere needs its directories: those that are missing come from the image. */
function addParents(work: Work, act: EtcFileAct): Failure | null {
  const { path } = act;
  if (act.act === 'delete' || (act.act === 'restore' && !work.places.get(path)?.base)) return null;
  const above: EtcPath[] = [];
  for (let parent = parentOf(path); parent !== null; parent = parentOf(parent)) above.unshift(parent);
  for (const parent of above) {
    const { base = null, local = null } = work.places.get(parent) ?? {};
    if (work.made.has(parent) || (local?.type === 'directory' && !work.gone.has(parent))) continue;
    if (local && !work.gone.has(parent)) {
      return failure('etc.parent', { path: show(path), parent: show(parent) });
    }
    if (base?.type !== 'directory') return failure('etc.no-parent', { path: show(path), parent: show(parent) });
    push(work, 'image', parent, base);
  }
  return null;
}

function addAct(work: Work, act: EtcFileAct): Failure | null {
  // It came with a directory above it.
  if (act.act === 'restore' && work.made.has(act.path)) return null;
  const place = work.places.get(act.path) ?? null;
  const then = etcForeseen(act, place);
  const local = work.gone.has(act.path) ? null : (place?.local ?? null);
  const isSame = isSameNode(local, then);
  if (isSame && then?.type !== 'directory') return null;
  if (then && !PUTTABLE.has(then.type)) return failure('etc.not-a-file', { path: show(act.path) });
  const isDirectory = local?.type === 'directory';
  // A directory that stays one only gets another mode or owner.
  if (isDirectory && then?.type === 'directory') {
    if (!isSame) push(work, kindOf(act, then), act.path, then);
    return null;
  }
  // A rename replaces a file or link at once; nothing replaces a directory so, and a directory nothing.
  if (local && (isDirectory || then === null || then.type === 'directory')) removeAll(work, act.path);
  if (then === null) return null;
  push(work, kindOf(act, then), act.path, then);
  if (act.act === 'restore' && then.type === 'directory') {
    for (const { path, base } of inOrder(work, act.path)) {
      if (base && !PUTTABLE.has(base.type)) return failure('etc.not-a-file', { path: show(path) });
      if (base) push(work, 'image', path, base);
    }
  }
  return null;
}

const PUTTABLE: ReadonlySet<EtcSeen['type']> = new Set(['file', 'symlink', 'directory']);

function kindOf({ act }: EtcFileAct, { type }: EtcSeen): EtcStep['kind'] {
  if (act === 'restore') return 'image';
  return type === 'symlink' ? 'link' : type === 'directory' ? 'directory' : 'file';
}

/** A path with all below it, the deepest first. */
function removeAll(work: Work, path: EtcPath): void {
  const below = inOrder(work, path).filter(({ local }) => local !== null);
  for (const one of [...below.reverse().map((each) => each.path), path]) {
    if (work.gone.has(one)) continue;
    push(work, 'remove', one, null);
  }
}

function inOrder({ found }: Work, path: EtcPath): EtcFound[] {
  return found
    .filter((one) => one.path.startsWith(`${path}/`))
    .sort((one, other) => comparePaths(one.path, other.path));
}

function push(work: Work, kind: EtcStep['kind'], path: EtcPath, then: EtcSeen | null): void {
  const isTouched = work.made.has(path) || work.gone.has(path);
  // Below what is no directory here there is nothing, whatever a path may have been found to be.
  const local = work.places.get(path)?.local ?? null;
  const isBelowMade = [...parents(path)].some((parent) => work.made.has(parent));
  const expect = isTouched || (isBelowMade && !local) ? 'made' : local;
  work.steps.push({ kind, path, expect, then, isSecret: isSecretPath(path) });
  work.made.delete(path);
  work.gone.delete(path);
  (then ? work.made : work.gone).add(path);
}

function* parents(path: EtcPath): Generator<EtcPath> {
  for (let parent = parentOf(path); parent !== null; parent = parentOf(parent)) yield parent;
}

function show(path: EtcPath): string {
  return `/etc/${showPath(path)}`;
}

/** What came of steps: the paths that are as foreseen, and those that are not. */
export interface EtcProof {
  readonly reached: readonly EtcPath[];
  readonly missed: readonly EtcPath[];
}

/** Compares what was found after an operation with what its steps were to come to; null where it was not planned or nothing was found. */
export function proveEtc(
  acts: readonly EtcFileAct[],
  before: readonly EtcFound[] | undefined,
  after: readonly EtcFound[] | undefined,
): EtcProof | null {
  const { steps } = before ? etcSteps(acts.map(asFound(before)), before) : { steps: null };
  if (!steps || !after) return null;
  const wanted = new Map(steps.map(({ path, then }) => [path, then]));
  const now = new Map(after.map(({ path, local }) => [path, local]));
  const isReached = ([path, then]: readonly [EtcPath, EtcSeen | null]) => isSameNode(then, now.get(path) ?? null);
  const all = [...wanted].map((one) => [one[0], isReached(one)] as const);
  return {
    reached: all.flatMap(([path, is]) => (is ? [path] : [])),
    missed: all.flatMap(([path, is]) => (is ? [] : [path])),
  };
}

/** What was seen when an act was asked for was compared at the time; from then on what was found counts. */
function asFound(found: readonly EtcFound[]): (act: EtcFileAct) => EtcFileAct {
  const places = new Map(found.map(({ path, local }) => [path, local]));
  return (act) => ({ ...act, seen: places.get(act.path) ?? null });
}

/**
 * The acts with all that they leave open decided by what was found, which is from then on what has been seen: afterwards it can be told
 * whether all is as foreseen, and what changed meanwhile.
 */
export function completeActs(acts: readonly EtcFileAct[], found: readonly EtcFound[]): EtcFileAct[] {
  const places = new Map(found.map((one) => [one.path, one]));
  return acts.map(asFound(found)).map((act) => {
    if (act.act !== 'write') return act;
    const then = etcForeseen(act, places.get(act.path) ?? null);
    return then ? { ...act, mode: then.mode, uid: then.uid, gid: then.gid } : act;
  });
}

/** Whether two requests ask the same of different hosts: what they found there may differ, and what is as it was there. */
export function isSameEtcWish(one: readonly EtcFileAct[], other: readonly EtcFileAct[]): boolean {
  const wish = (acts: readonly EtcFileAct[]) =>
    JSON.stringify(
      acts.map((act) => [
        act.act,
        act.path,
        act.act === 'write' ? act.content.hash : act.act === 'link' ? act.target : null,
      ]),
    );
  return wish(one) === wish(other);
}
