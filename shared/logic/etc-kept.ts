import type { EtcKept, EtcSeen } from '../model/etc-act.ts';
import type { EtcEntry, EtcNode } from '../model/etc.ts';

/** Of a node what it is known by. */
export function seenOf(node: EtcNode | null): EtcSeen | null {
  if (!node) return null;
  const { type, mode, uid, gid, size, hash, link, changedAt } = node;
  return { type, mode, uid, gid, size, hash, link, changedAt };
}

/** A difference as it is now, for it to be kept. */
export function keptOf({ path, local, target }: EtcEntry): EtcKept {
  return { path, local: seenOf(local), target: seenOf(target) };
}

/** Whether a difference is one that a person wants as it is: neither the version of here nor that of the image is another one since. */
export function isKept(entry: EtcEntry, kept: readonly EtcKept[]): boolean {
  const one = kept.find(({ path }) => path === entry.path);
  return (
    one !== undefined &&
    isUnchanged(one.local, entry.local) &&
    (entry.target === null || isUnchanged(one.target, entry.target))
  );
}

/** Content that was not hashed at one of the two times is known by size and time. */
function isUnchanged(then: EtcSeen | null, now: EtcNode | null): boolean {
  if (!then || !now) return then === null && now === null;
  const isSame = (key: 'type' | 'mode' | 'uid' | 'gid' | 'link') => then[key] === now[key];
  if (!isSame('type') || !isSame('mode') || !isSame('uid') || !isSame('gid') || !isSame('link')) return false;
  if (then.type !== 'file') return true;
  if (then.hash !== null && now.hash !== null) return then.hash === now.hash;
  return then.size === now.size && then.changedAt === now.changedAt;
}
