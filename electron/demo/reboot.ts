import { endBoot, noteEvent, unitFailures, type BootStory, type DemoBoot } from './boots.ts';
import type { DemoDeployment } from './deployment.ts';
import { blockedAt, mergedEdits, rollbackEdits, type EtcEdits } from './etc-edits.ts';
import { BOOT_COMPLETE, bootIdOf, lastingFailures, type HostState } from './host-state.ts';

/** When a simulated host went down and when it was back, epoch ms, and what went wrong. */
export interface DemoReboot {
  readonly downAt: number;
  readonly upAt: number;
  readonly story: BootStory;
}

/** What the boot loader and the shutdown before it come to (reference 1.4): the one that boots next, and what is kept beside it. */
interface NextRoot {
  readonly booted: DemoDeployment | null;
  readonly rollback: DemoDeployment | null;
  readonly others: readonly DemoDeployment[];
}

const RED_TRIES = 3;
const BLOCKER =
  "Finalizing deployment: During /etc merge: Modified config file newly defaults to directory 'acme/agent.conf', cannot merge";
const RED_CHECK = {
  check: '/usr/lib/greenboot/check/required.d/40-gateway.sh',
  output: '40-gateway.sh: no answer from 10.20.0.1 within 30 s',
};
const NEW_FAILURE = {
  unit: 'acme-exporter.service',
  reason: 'acme-exporter: /etc/acme/exporter.toml: unknown key "listen"',
};

/** What goes wrong when the host boots now: all but the last needs a root that is not the one that runs, most a new one. */
export function storyOfNextBoot(state: HostState): BootStory {
  const { spec, staged, rollbackQueued } = state;
  const isNew = staged !== null && !staged.downloadOnly;
  switch (spec.nextBoot) {
    case 'failed-units':
      return isNew || rollbackQueued ? 'failed-units' : 'plain';
    case 'never-back':
      return 'never-back';
    case 'etc-blocker':
      return isNew && blockedAt(state) !== null ? 'etc-blocker' : 'plain';
    default:
      return isNew ? spec.nextBoot : 'plain';
  }
}

/** The host after a reboot: another boot, and what was to be booted, or what came of it. */
export function reboot(state: HostState, { downAt, upAt, story }: DemoReboot): HostState {
  const isBlocked = story === 'etc-blocker';
  const down = shutDown(state, downAt, isBlocked);
  const number = state.boots.length;
  if (story === 'greenboot-red') {
    const tried = nextRoot(state, false);
    const red = redBoots(state, tried.booted, downAt, upAt);
    const boots = [...endBoot(down, downAt), ...red];
    return arrive(
      state,
      { booted: state.booted, rollback: tried.booted, others: tried.others },
      { boots, number: number + red.length, at: upAt, fallback: true, failed: null },
    );
  }
  const failed = isBlocked
    ? { unit: BOOT_COMPLETE, reason: `ostree-finalize-staged.service failed on previous boot: ${BLOCKER}` }
    : story === 'failed-units'
      ? NEW_FAILURE
      : null;
  return arrive(state, nextRoot(state, isBlocked), {
    boots: endBoot(down, downAt),
    number,
    at: upAt,
    fallback: false,
    failed,
  });
}

/** The host after a soft reboot, with another root or with its own: the same kernel and the same boot, and /run is kept. */
export function softReboot(state: HostState, downAt: number, toStaged: boolean): HostState {
  const again = { ...state, softReboots: state.softReboots + 1, failedUnits: lastingFailures(state.spec) };
  if (!toStaged) return again;
  return {
    ...again,
    ...nextRoot(state, false),
    boots: shutDown(state, downAt, false),
    staged: null,
    stagedAt: null,
    rollbackQueued: false,
    usrOverlay: false,
    deployChangedAt: downAt,
  };
}

/**
 * A staged deployment goes first unless it is download-only, which drops the rollback and all others that are not pinned (reference 5.4);
 * else a queued rollback; else what runs. One that was only downloaded is gone in any case.
 */
function nextRoot({ staged, booted, rollback, rollbackQueued, others }: HostState, isBlocked: boolean): NextRoot {
  if (staged && !staged.downloadOnly && !isBlocked) {
    const pinned = [...(rollback ? [rollback] : []), ...others].filter((one) => one.pinned);
    return { booted: staged, rollback: booted, others: pinned };
  }
  if (rollbackQueued && rollback) return { booted: rollback, rollback: booted, others };
  return { booted, rollback, others };
}

function shutDown({ boots, staged }: HostState, at: number, isBlocked: boolean): readonly DemoBoot[] {
  if (!staged || staged.downloadOnly) return boots;
  return noteEvent(
    boots,
    isBlocked
      ? { kind: 'finalize-failed', at, deployment: staged, reason: BLOCKER }
      : { kind: 'finalized', at, deployment: staged },
  );
}

/** Greenboot tries a new deployment three times before it takes the old one again. */
function redBoots(state: HostState, deployment: DemoDeployment | null, downAt: number, upAt: number): DemoBoot[] {
  const each = (upAt - downAt) / (RED_TRIES + 1);
  return Array.from({ length: RED_TRIES }, (_, index): DemoBoot => {
    const startedAt = Math.round(downAt + (index + 0.5) * each);
    const endedAt = Math.round(startedAt + each * 0.8);
    return {
      id: bootIdOf(state.spec, state.boots.length + index),
      startedAt,
      endedAt,
      deployment,
      greenboot: 'red',
      fallback: false,
      events: [
        { kind: 'check-failed', at: endedAt - 1, ...RED_CHECK },
        ...(index === RED_TRIES - 1
          ? [{ kind: 'rollback', at: endedAt, queued: true, by: 'greenboot-healthcheck.service' } as const]
          : []),
      ],
    };
  });
}

interface Arrival {
  readonly boots: readonly DemoBoot[];
  readonly number: number;
  readonly at: number;
  readonly fallback: boolean;
  readonly failed: { readonly unit: string; readonly reason: string } | null;
}

/** A new deployment gets what was changed here; a rollback has what was changed before. */
function editsAfter(state: HostState, booted: DemoDeployment | null): EtcEdits | null {
  if (booted === state.booted || !booted) return state.etcEdits;
  return booted === state.rollback ? rollbackEdits(state) : mergedEdits(state, booted);
}

/** What a boot begins with: an empty /run, and only those failures that come with every boot or with this one. */
function arrive(state: HostState, root: NextRoot, { boots, number, at, fallback, failed }: Arrival): HostState {
  const bootId = bootIdOf(state.spec, number);
  const failures = failed ? [...lastingFailures(state.spec), failed.unit] : lastingFailures(state.spec);
  const watched = state.greenboot !== 'absent';
  const isOther = root.booted !== state.booted || root.rollback !== state.rollback;
  const boot: DemoBoot = {
    id: bootId,
    startedAt: at,
    endedAt: null,
    deployment: root.booted,
    greenboot: watched ? 'green' : 'none',
    fallback,
    events: unitFailures(failures, at, failed ? { [failed.unit]: failed.reason } : {}),
  };
  return {
    ...state,
    ...root,
    etcEdits: editsAfter(state, root.booted),
    bootId,
    bootedAt: at,
    softReboots: 0,
    staged: null,
    stagedAt: null,
    rollbackQueued: false,
    usrOverlay: false,
    rebootRequired: null,
    greenboot: !watched ? 'absent' : fallback ? 'fallback' : 'green',
    failedUnits: failures,
    deployChangedAt: isOther ? at : state.deployChangedAt,
    boots: [...boots, boot],
  };
}
