import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { HostSnapshot } from '../model/operation.ts';
import type { VerbRequest } from '../model/verb.ts';

/** Whether the host was booted between two states. A soft reboot keeps the boot id (reference 2.2), so what runs counts as well. */
export function rebooted(before: HostSnapshot, after: HostSnapshot): boolean {
  if (before.bootId !== null && after.bootId !== null && before.bootId !== after.bootId) return true;
  return (before.deployments.booted?.id ?? null) !== (after.deployments.booted?.id ?? null);
}

/** The staged deployment that was not there before, or that was and is applied by the next boot only now (it was download-only). */
export function newlyStaged(before: DeploymentSet, after: DeploymentSet): Deployment | null {
  const { staged } = after;
  if (!staged || staged.downloadOnly) return null;
  return before.staged?.id === staged.id && !before.staged.downloadOnly ? null : staged;
}

/** The staged deployment that is kept from the next boot, and was not there before or not kept from it. */
export function newlyDownloaded(before: DeploymentSet, after: DeploymentSet): Deployment | null {
  const { staged } = after;
  if (!staged?.downloadOnly) return null;
  return before.staged?.id === staged.id && before.staged.downloadOnly ? null : staged;
}

/** Whether what a verb is for is so in a state; null where no state can tell (a clean-up), or where more than one state is compared. */
export function hasEffect(request: VerbRequest, { deployments, autoUpdate }: HostSnapshot): boolean | null {
  const { staged, rollbackQueued, usrOverlay } = deployments;
  switch (request.verb) {
    case 'apply-download':
      return staged !== null && !staged.downloadOnly;
    case 'rollback':
      return rollbackQueued;
    case 'undo-rollback':
      return !rollbackQueued;
    case 'unstage':
      return staged === null;
    case 'pin':
      return find(deployments, request.deployment)?.pinned ?? false;
    case 'unpin':
      return find(deployments, request.deployment)?.pinned === false;
    case 'remove':
      return find(deployments, request.deployment) === null;
    case 'usr-overlay':
      return usrOverlay?.access === 'read-write';
    case 'pause-updates':
      return autoUpdate?.masked ?? null;
    case 'resume-updates':
      return autoUpdate ? !autoUpdate.masked : null;
    case 'switch': {
      const next = staged?.image?.reference;
      return next?.image === request.image.image && next.transport === request.image.transport;
    }
    default:
      return null;
  }
}

function find({ booted, staged, rollback, others }: DeploymentSet, id: string): Deployment | null {
  return [staged, booted, rollback, ...others].find((one) => one?.id === id) ?? null;
}
