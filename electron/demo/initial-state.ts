import { unitFailures, type BootStory } from './boots.ts';
import { makeDeployment, succeed, type DemoDeployment } from './deployment.ts';
import type { HostSpec } from './host-spec.ts';
import { BOOT_COMPLETE, bootIdOf, deployments, lastingFailures, type HostState } from './host-state.ts';
import { createRandom } from './random.ts';
import { reboot } from './reboot.ts';
import { releaseOf, type Release } from './releases.ts';
import { openUsr, remember, stage, toggleRollback, type Change } from './transitions.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/**
 * The state a host of the demo begins with, and how it came to it: what runs was staged before, and what did not come up was tried.
 * `startedAt`: when the demo was started; all ages count from there.
 */
export function initialState(spec: HostSpec, startedAt: number): HostState {
  const random = createRandom(`state ${spec.name}`);
  const bootedAt = startedAt - spec.uptimeDays * DAY_MS - random.int(0, DAY_MS / 2);
  const stagedAt = startedAt - random.int(20, 130) * MINUTE_MS;
  const past = pastOf(spec);
  const release = (version: string | null) =>
    version === null || spec.image === null ? null : releaseOf(spec.image, version);
  const byHand = (at: number): Change => ({ at, by: `session-${String(random.int(3, 60))}.scope` });

  const tried = release(past.tried);
  const installedAt = tried ? bootedAt - random.int(9, 40) * DAY_MS : bootedAt;
  let state = installed(spec, past, installedAt, random.hex(32));
  if (tried) state = stageRelease(state, tried, byHand(bootedAt - random.int(40, 200) * MINUTE_MS));
  if (tried) state = reboot(state, { downAt: bootedAt - MINUTE_MS, upAt: bootedAt, story: past.story });

  const found = release(spec.cachedUpdate);
  if (found) state = remember(state, found, bootedAt);
  const staged = release(spec.staged);
  if (staged) state = stageRelease(state, staged, byHand(stagedAt), spec.downloadOnly);
  if (spec.rollbackQueued) state = toggleRollback(state, byHand(stagedAt));
  return spec.usrOverlay ? openUsr(state) : state;
}

interface Past {
  readonly installed: string | null;
  /** What the last reboot was to run, null where it has been up since it was installed; and what came of it. */
  readonly tried: string | null;
  readonly story: BootStory;
}

function pastOf({ booted, rollback, greenboot, failedUnits, cachedUpdate }: HostSpec): Past {
  if (greenboot === 'fallback') return { installed: booted, tried: rollback, story: 'greenboot-red' };
  if (failedUnits.includes(BOOT_COMPLETE)) return { installed: booted, tried: cachedUpdate, story: 'etc-blocker' };
  if (rollback === null) return { installed: booted, tried: null, story: 'plain' };
  return { installed: rollback, tried: booted, story: 'plain' };
}

function installed(spec: HostSpec, past: Past, at: number, machineId: string): HostState {
  const deployment = (version: string | null, differs: Partial<DemoDeployment> = {}) =>
    version === null || spec.image === null
      ? null
      : makeDeployment(spec.image, releaseOf(spec.image, version), {
          enforcesPolicy: spec.signature === 'containerPolicy',
          ...differs,
        });
  const booted = deployment(past.installed);
  const pinned = deployment(spec.pinned, { pinned: true });
  // etc-blocker: the rollback was there before, and nothing that failed has dropped it.
  const rollback = past.story === 'etc-blocker' ? deployment(spec.rollback) : null;
  const bootId = bootIdOf(spec, 0);
  return {
    spec,
    machineId,
    bootId,
    bootedAt: at,
    softReboots: 0,
    booted,
    rollback,
    others: pinned ? [pinned] : [],
    staged: null,
    rollbackQueued: false,
    usrOverlay: false,
    updatesPaused: spec.autoUpdate === 'masked',
    greenboot: spec.greenboot === 'absent' ? 'absent' : 'green',
    failedUnits: lastingFailures(spec),
    stagedAt: null,
    etcEdits: null,
    rebootRequired: null,
    deployChangedAt: at,
    bootcChangedAt: at,
    boots: [
      {
        id: bootId,
        startedAt: at,
        endedAt: null,
        deployment: booted,
        greenboot: spec.greenboot === 'absent' ? 'none' : 'green',
        fallback: false,
        events: unitFailures(lastingFailures(spec), at),
      },
    ],
  };
}

function stageRelease(state: HostState, release: Release, change: Change, downloadOnly = false): HostState {
  if (!state.booted) return state;
  const made = succeed(state.booted, state.booted.image, release, deployments(state), { downloadOnly });
  return stage(state, made, change);
}
