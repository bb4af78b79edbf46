import { noteEvent } from './boots.ts';
import type { DemoDeployment } from './deployment.ts';
import { deploymentId, type HostState } from './host-state.ts';
import type { Release } from './releases.ts';

/*
 * What the verbs do to a simulated host, each a pure function from one state to the next (reference 2.1 to 2.10); a reboot is in
 * `reboot.ts`. Whether a verb may be done at all is decided before: `decide-verb.ts`.
 */

/** When something was done, epoch ms, and the unit or session that did it. */
export interface Change {
  readonly at: number;
  readonly by: string;
}

const rebootText = (deployment: DemoDeployment) => `bootc: Reboot required for image: ${deployment.release.digest}`;

function deploymentsChanged(state: HostState, at: number): HostState {
  return { ...state, deployChangedAt: at, bootcChangedAt: at };
}

/** Stages in place of what was staged. `isWhole` false: the verb failed after it had staged (a bound image that cannot be pulled). */
export function stage(state: HostState, deployment: DemoDeployment, { at, by }: Change, isWhole = true): HostState {
  const isFollowed = state.booted?.reference === deployment.reference;
  const found =
    isFollowed && state.booted ? { ...state, booted: noteFound(state, state.booted, deployment.release) } : state;
  const isApplied = isWhole && !deployment.downloadOnly && state.spec.kind === 'bootc';
  return deploymentsChanged(
    {
      ...found,
      staged: deployment,
      stagedAt: at,
      rebootRequired: isApplied ? rebootText(deployment) : state.rebootRequired,
      boots: noteEvent(state.boots, { kind: 'staged', at, deployment, by }),
    },
    at,
  );
}

/** bootc notes what it found on the image that it pulled last: the staged one, else the one that runs (reference 1.6). */
export function remember(state: HostState, found: Release, at: number): HostState {
  const { staged, booted } = state;
  if (staged) return { ...state, staged: noteFound(state, staged, found), bootcChangedAt: at };
  return booted ? { ...state, booted: noteFound(state, booted, found), bootcChangedAt: at } : state;
}

function noteFound({ spec }: HostState, on: DemoDeployment, found: Release): DemoDeployment {
  const isKept = spec.backend === 'ostree' && spec.kind === 'bootc' && on.release !== found;
  return isKept ? { ...on, cachedUpdate: found } : on;
}

/** Keeps the staged deployment from the next boot, or lets it be applied again. */
export function setDownloadOnly(state: HostState, downloadOnly: boolean, { at }: Change): HostState {
  const { staged } = state;
  if (!staged || staged.downloadOnly === downloadOnly) return state;
  const rebootRequired = downloadOnly ? state.rebootRequired : rebootText(staged);
  return deploymentsChanged({ ...state, staged: { ...staged, downloadOnly }, rebootRequired, stagedAt: at }, at);
}

/** Deletes what is staged; that a reboot is required stays written (reference 2.10). */
export function unstage(state: HostState, { at, by }: Change): HostState {
  if (!state.staged) return state;
  const boots = noteEvent(state.boots, { kind: 'unstaged', at, by });
  return deploymentsChanged({ ...state, staged: null, stagedAt: null, boots }, at);
}

/** Puts the rollback first, or the booted deployment again; a staged one is deleted without a word (reference 2.5). */
export function toggleRollback(state: HostState, { at, by }: Change): HostState {
  const { rollback, booted, rollbackQueued, spec } = state;
  if (!rollback || !booted) return state;
  const queued = !rollbackQueued;
  const next = queued ? rollback : booted;
  return deploymentsChanged(
    {
      ...state,
      staged: null,
      stagedAt: null,
      rollbackQueued: queued,
      rebootRequired: spec.backend === 'ostree' && spec.kind === 'bootc' ? rebootText(next) : state.rebootRequired,
      boots: noteEvent(state.boots, { kind: 'rollback', at, queued, by }),
    },
    at,
  );
}

/** Pins or unpins the deployment with this id. */
export function setPinned(state: HostState, id: string, pinned: boolean, { at }: Change): HostState {
  const of = <T extends DemoDeployment | null>(one: T): T =>
    one && deploymentId(state, one) === id ? { ...one, pinned } : one;
  const { booted, rollback, others } = state;
  return deploymentsChanged({ ...state, booted: of(booted), rollback: of(rollback), others: others.map(of) }, at);
}

/** Removes a deployment that neither runs nor is staged; the next in the boot menu is then the rollback. */
export function remove(state: HostState, id: string, { at }: Change): HostState {
  const isKept = (one: DemoDeployment) => deploymentId(state, one) !== id;
  const { rollback, others } = state;
  const [first = null, ...rest] = [...(rollback ? [rollback] : []), ...others].filter(isKept);
  const rollbackQueued = state.rollbackQueued && first === rollback;
  return deploymentsChanged({ ...state, rollback: first, others: rest, rollbackQueued }, at);
}

/** Makes /usr writable until the next boot. */
export function openUsr(state: HostState): HostState {
  return { ...state, usrOverlay: true };
}

/** Masks the timer that updates the host by itself, or takes the mask away. */
export function setUpdatesPaused(state: HostState, updatesPaused: boolean): HostState {
  return { ...state, updatesPaused };
}
