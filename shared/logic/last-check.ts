import type { HostDetail } from '../model/fleet.ts';
import type { Operation } from '../model/operation.ts';

/** The proof that a host runs, or waits to run, the newest image of its registry. */
export type LastCheck = NonNullable<HostDetail['lastCheck']>;

/**
 * What an ended operation proves about the registry, or null: it ended without finding anything newer than `digest`. bootc keeps no date
 * of its checks (reference 1.6), so Berth keeps its own.
 */
export function lastCheckOf({ outcome, after, endedAt }: Operation): LastCheck | null {
  if (!outcome || !after || endedAt === null) return null;
  const { booted, staged } = after.deployments;
  const newest = {
    'up-to-date': booted,
    'no-update': staged ?? booted,
    'already-staged': staged,
    staged,
    'update-found': null,
    downloaded: null,
    done: null,
    'no-change': null,
    rebooted: null,
    'wrong-boot': null,
    failed: null,
    cancelled: null,
    unknown: null,
  }[outcome.kind];
  const digest = newest?.image?.digest;
  return digest === undefined ? null : { at: endedAt, digest };
}

/** The newer of two proofs. */
export function newerCheck(a: LastCheck | null, b: LastCheck | null): LastCheck | null {
  if (!a || !b) return a ?? b;
  return a.at >= b.at ? a : b;
}
