import type { Deployment, DeploymentSet } from '../model/deployment.ts';

/** What the next boot runs: the booted deployment again, the staged one, or the rollback. */
export type NextBoot =
  | { readonly kind: 'same'; readonly deployment: Deployment | null }
  | { readonly kind: 'staged' | 'rollback'; readonly deployment: Deployment };

/**
 * Reference 1.4: a staged deployment goes first unless it is download-only; else a queued rollback; else the booted one again.
 * A staged deployment wins over a rollback that was queued before it.
 */
export function nextBoot(set: DeploymentSet): NextBoot {
  if (set.staged && !set.staged.downloadOnly) return { kind: 'staged', deployment: set.staged };
  if (set.rollbackQueued && set.rollback) return { kind: 'rollback', deployment: set.rollback };
  return { kind: 'same', deployment: set.booted };
}

/**
 * The deployments that are gone once a staged one has been booted: finalizing keeps the new, the booted, the pinned ones and those of other
 * stateroots (reference 5.4, 0.9). composefs knows no pins.
 */
export function droppedByStaged(set: DeploymentSet): readonly Deployment[] {
  const stateroot = set.booted?.stateroot ?? null;
  return [set.rollback, ...set.others].filter(
    (one): one is Deployment =>
      one !== null && !one.pinned && (one.stateroot === null || stateroot === null || one.stateroot === stateroot),
  );
}
