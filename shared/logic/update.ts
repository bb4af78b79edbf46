import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { ImageReference, ImageStatus } from '../model/image.ts';

/**
 * The update that bootc knows of and that is neither running nor staged (reference 1.6), or null. bootc never clears nor dates what it
 * found: a find equal to the rollback is the version that was left, not news (see `leftVersion`); one of another image than
 * the tracked belongs to a reference that a `switch` left behind.
 */
export function foundUpdate(set: DeploymentSet): ImageStatus | null {
  const known = new Set([set.booted, set.staged, set.rollback].map((deployment) => deployment?.image?.digest));
  return candidates(set).find((update) => !known.has(update.digest)) ?? null;
}

/** After a rollback: the newer image that the host was rolled back from and that `bootc upgrade` would stage again, or null. */
export function leftVersion(set: DeploymentSet): ImageStatus | null {
  const present = new Set([set.booted, set.staged].map((deployment) => deployment?.image?.digest));
  const left = set.rollback?.image?.digest;
  return candidates(set).find((update) => update.digest === left && !present.has(update.digest)) ?? null;
}

/** The deployment that an upgrade starts from: bootc follows a staged image rather than the booted one (reference 2.2). */
export function newestDeployment(set: DeploymentSet): Deployment | null {
  return set.staged ?? set.booted;
}

/** Whether two references name the same image, however its signature is checked. */
export function sameImage(a: ImageReference, b: ImageReference): boolean {
  return a.image === b.image && a.transport === b.transport;
}

/**
 * Everything bootc may have found, the youngest first. It writes a find onto the image it pulled last: the staged one, after a rollback
 * the one that was left, else the booted one.
 */
function candidates(set: DeploymentSet): readonly ImageStatus[] {
  const { tracked, staged, rollback, booted } = set;
  const wasLeft = rollback?.image && booted?.cachedUpdate?.digest === rollback.image.digest;
  return [staged?.cachedUpdate, wasLeft ? rollback.cachedUpdate : null, booted?.cachedUpdate].filter(
    (update): update is ImageStatus => !!update && (tracked === null || sameImage(update.reference, tracked)),
  );
}
