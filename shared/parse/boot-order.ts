import type { Deployment, DeploymentSet, UsrOverlay } from '../model/deployment.ts';
import { parseImageOrigin } from './origin.ts';

/** A deployment with its place, as rpm-ostree and ostree list them: in the order of the boot loader. */
export interface ListedDeployment {
  readonly deployment: Deployment;
  readonly booted: boolean;
  readonly staged: boolean;
  /** `unlocked` of ostree: `none`, `development`, `hotfix` or `transient`. */
  readonly unlocked: string;
}

/**
 * Puts a list into bootc's slots: what stands before the booted one in its stateroot and is not staged is the rollback, queued;
 * else the first one after it is the rollback. `managedByBootc` is false: only bootc, or who knows of it, can tell.
 */
export function inSlots(source: 'rpm-ostree' | 'ostree', listed: readonly ListedDeployment[]): DeploymentSet {
  const bootedAt = listed.findIndex((item) => item.booted);
  const booted = listed[bootedAt] ?? null;
  const staged = listed.find((item) => item.staged && item !== booted) ?? null;
  const kin = (item: ListedDeployment) =>
    booted !== null && item !== booted && item !== staged && item.deployment.stateroot === booted.deployment.stateroot;
  const queued = listed.slice(0, Math.max(bootedAt, 0)).find(kin) ?? null;
  const rollback = queued ?? listed.slice(bootedAt + 1).find(kin) ?? null;
  const current = staged ?? booted;
  return {
    source,
    backend: 'ostree',
    managedByBootc: false,
    booted: booted?.deployment ?? null,
    staged: staged?.deployment ?? null,
    rollback: rollback?.deployment ?? null,
    others: listed
      .filter((item) => item !== booted && item !== staged && item !== rollback)
      .map((item) => item.deployment),
    rollbackQueued: queued !== null,
    tracked: current && trackedBy(current.deployment),
    readOnly: false,
    usrOverlay: booted && overlayOf(booted.unlocked),
  };
}

/** The image reference that a deployment follows, also where its digest is not known. */
export function trackedBy(deployment: Deployment): DeploymentSet['tracked'] {
  if (deployment.incompatible) return null;
  return deployment.image?.reference ?? parseImageOrigin(deployment.origin ?? '');
}

function overlayOf(unlocked: string): UsrOverlay | null {
  switch (unlocked) {
    case 'development':
      return { access: 'read-write', persistence: 'transient' };
    case 'hotfix':
      return { access: 'read-write', persistence: 'persistent' };
    case 'transient':
      return { access: 'read-only', persistence: 'transient' };
    default:
      return null;
  }
}
