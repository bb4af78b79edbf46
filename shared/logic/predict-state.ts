import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { ImageReference, ImageStatus } from '../model/image.ts';
import type { VerbRequest } from '../model/verb.ts';
import { trackedBy } from '../parse/boot-order.ts';
import { digestOf } from './format.ts';
import { droppedByStaged, nextBoot } from './next-boot.ts';

/** The id of a deployment that a verb will make: nobody knows its serial before, nor what else it may be called. */
export const NOT_YET = 'not-yet';

/**
 * The deployments of a host once a verb that is not refused has done what it is for; a reboot: once it has come back. `pulled` is what the
 * registry has under the reference that the verb pulls; null: nothing that is not here. What is known of further updates, and whether a
 * soft reboot can lead to what is staged, is not foreseen. Rules: reference 1.4, 2.2 to 2.7, 2.10, 5.2, 5.4.
 */
export function predictState(
  set: DeploymentSet,
  request: VerbRequest,
  pulled: ImageStatus | null = null,
): DeploymentSet {
  switch (request.verb) {
    case 'download':
      return pull(set, pulled, true);
    case 'upgrade':
      return pull(set, pulled, false);
    case 'apply-download':
      return lock(set, false);
    case 'switch':
      return pulled ? stage(set, ofImage({ ...pulled, reference: request.image }, set), request.image) : set;
    case 'kernel-arguments':
      return again(set);
    // A toggle in the boot loader, which deletes what is staged.
    case 'rollback':
      return { ...unstage(set), rollbackQueued: true };
    case 'undo-rollback':
      return { ...unstage(set), rollbackQueued: false };
    case 'unstage':
      return unstage(set);
    case 'pin':
    case 'unpin':
      return change(set, request.deployment, { pinned: request.verb === 'pin' });
    case 'remove':
      return remove(set, request.deployment);
    case 'usr-overlay':
      return { ...set, usrOverlay: { access: 'read-write', persistence: 'transient' } };
    case 'reboot':
    case 'soft-reboot':
      return boot(set);
    // Deployments are not what the others are for.
    default:
      return set;
  }
}

/** An upgrade goes from what is staged, else from what runs; what is there already is only locked or unlocked. */
function pull(set: DeploymentSet, pulled: ImageStatus | null, downloadOnly: boolean): DeploymentSet {
  const { staged, booted } = set;
  if (staged && (pulled === null || digestOf(staged) === pulled.digest)) return lock(set, downloadOnly);
  if (pulled === null || (booted && digestOf(booted) === pulled.digest)) return set;
  return stage(set, { ...ofImage(pulled, set), downloadOnly }, set.tracked);
}

function lock(set: DeploymentSet, downloadOnly: boolean): DeploymentSet {
  return { ...set, staged: set.staged && { ...set.staged, downloadOnly } };
}

/** What is staged replaces what was staged, and goes before a queued rollback without taking it away. */
function stage(set: DeploymentSet, staged: Deployment, tracked: ImageReference | null): DeploymentSet {
  return { ...set, staged, tracked };
}

function ofImage(image: ImageStatus, { booted }: DeploymentSet): Deployment {
  return {
    id: NOT_YET,
    image,
    cachedUpdate: null,
    origin: null,
    version: image.version,
    timestamp: image.timestamp,
    stateroot: booted?.stateroot ?? null,
    checksum: null,
    serial: null,
    pinned: false,
    incompatible: false,
    layers: [],
    softRebootCapable: false,
    downloadOnly: false,
  };
}

/** The newest deployment once more, with other arguments. */
function again(set: DeploymentSet): DeploymentSet {
  const newest = set.staged ?? nextBoot(set).deployment;
  return newest ? { ...set, staged: { ...newest, id: NOT_YET, pinned: false, downloadOnly: false } } : set;
}

/** What bootc follows is then what runs (`spec.image`, reference 1.2). */
function unstage(set: DeploymentSet): DeploymentSet {
  if (!set.staged) return set;
  return { ...set, staged: null, tracked: set.booted && trackedBy(set.booted) };
}

function change(set: DeploymentSet, id: string, changes: Partial<Deployment>): DeploymentSet {
  const of = <T extends Deployment | null>(one: T) => (one?.id === id ? { ...one, ...changes } : one);
  return {
    ...set,
    booted: of(set.booted),
    staged: of(set.staged),
    rollback: of(set.rollback),
    others: set.others.map(of),
  };
}

/** Whichever comes behind what runs is the rollback then, and it is not queued. */
function remove(set: DeploymentSet, id: string): DeploymentSet {
  if (set.staged?.id === id) return unstage(set);
  const others = set.others.filter((one) => one.id !== id);
  if (set.rollback?.id !== id) return { ...set, others };
  const [next, ...rest] = others;
  return { ...set, rollback: next ?? null, others: rest, rollbackQueued: false };
}

/** Nothing goes wrong: what is foreseen is booted. What was locked is gone, and of the others what finalizing drops. */
function boot(set: DeploymentSet): DeploymentSet {
  const { kind, deployment } = nextBoot(set);
  const settled = { ...unstage(set), rollbackQueued: false };
  const usrOverlay = kind === 'same' && set.usrOverlay?.persistence === 'persistent' ? set.usrOverlay : null;
  if (kind === 'same' || deployment === null) return { ...settled, usrOverlay };
  const tracked = trackedBy(deployment);
  const booted = { ...deployment, softRebootCapable: false };
  if (kind === 'rollback') return { ...settled, booted, rollback: set.booted, tracked, usrOverlay };
  const dropped = droppedByStaged(set);
  const others = [set.rollback, ...set.others].filter(
    (one): one is Deployment => one !== null && !dropped.includes(one),
  );
  return { ...settled, booted, rollback: set.booted, others, tracked, usrOverlay };
}
