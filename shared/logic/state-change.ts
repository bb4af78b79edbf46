import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { HostSnapshot } from '../model/operation.ts';

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
