import { foundUpdate } from '../../../shared/logic/update.ts';
import type { Deployment, DeploymentSet } from '../../../shared/model/deployment.ts';
import type { ImageStatus } from '../../../shared/model/image.ts';

/** One of the three places on the page: a deployment, an update that is not downloaded yet, or why there is none. */
export type Slot =
  | { readonly kind: 'deployment'; readonly role: 'booted' | 'staged' | 'rollback'; readonly deployment: Deployment }
  | { readonly kind: 'update'; readonly image: ImageStatus }
  | { readonly kind: 'missing'; readonly role: 'booted' | 'staged' | 'rollback'; readonly why: string };

/** The three cards in their order: what runs, what would come next, and the way back. */
export interface Slots {
  readonly booted: Slot;
  readonly next: Slot;
  readonly rollback: Slot;
}

/** Which deployment stands in which place. A staged deployment goes before an update that was only found. `hasBootc` false: it is not there. */
export function slotsOf(set: DeploymentSet, hasBootc: boolean): Slots {
  return {
    booted: set.booted
      ? { kind: 'deployment', role: 'booted', deployment: set.booted }
      : {
          kind: 'missing',
          role: 'booted',
          why: 'The running system is not one of the deployments: a live system, or a container.',
        },
    next: nextSlot(set, hasBootc),
    rollback: set.rollback
      ? { kind: 'deployment', role: 'rollback', deployment: set.rollback }
      : { kind: 'missing', role: 'rollback', why: whyNoRollback(set) },
  };
}

function nextSlot(set: DeploymentSet, hasBootc: boolean): Slot {
  if (set.staged) return { kind: 'deployment', role: 'staged', deployment: set.staged };
  const update = foundUpdate(set);
  if (update) return { kind: 'update', image: update };
  return { kind: 'missing', role: 'staged', why: whyNothingStaged(set, hasBootc) };
}

function whyNothingStaged(set: DeploymentSet, hasBootc: boolean): string {
  if (!hasBootc)
    return 'Nothing is staged. bootc is not on this host, and only bootc tells of updates that were found.';
  if (set.source !== 'bootc')
    return 'Nothing is staged. Only bootc tells of updates that were found, and it did not answer here.';
  if (set.booted?.incompatible)
    return 'Nothing is staged. Layered packages keep bootc from updating this host: rpm-ostree reset on the host undoes them.';
  if (!set.managedByBootc) return 'Nothing is staged. The booted system does not come from a container image.';
  if (set.tracked?.image.includes('@sha256:')) {
    return 'Nothing is staged. The image is tracked by its digest, so there never is an update: switch to a tag to get them.';
  }
  return 'Nothing is staged, and the host knows of no update. Check for one to ask the registry.';
}

function whyNoRollback(set: DeploymentSet): string {
  return set.others.length > 0
    ? 'There is no deployment to go back to with a rollback. The others are listed below.'
    : 'There is no deployment to go back to. The first update that is booted leaves one.';
}
