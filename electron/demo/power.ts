import type { BootStory } from './boots.ts';
import type { DemoPower } from './decision.ts';
import type { HostState } from './host-state.ts';
import { reboot, softReboot, storyOfNextBoot } from './reboot.ts';

/** How long the parts of a reboot take at the pace of people, milliseconds. */
export const powerTimes = {
  /** From the command until nobody answers. */
  goingDown: 1_500,
  silence: 6_000,
  softSilence: 2_500,
  /** Three attempts of a new deployment, and the old one. */
  redSilence: 18_000,
  /** Longer than anybody waits. */
  neverBack: 45 * 60_000,
} as const;

/** A simulated host that can be switched off and on. */
export interface PowerHost {
  readonly now: () => number;
  readonly pace: number;
  /** Its connections end, and its port answers nobody. Everything that ran on it ends as well, /run with it unless `isSoft`. */
  goDown(isSoft: boolean): void;
  /** It boots; only then does its port answer again. */
  comeBack(boot: (state: HostState) => HostState): void;
  /** The host as it is now. */
  state(): HostState;
}

/** Carries out the reboots of one simulated host, in time. */
export interface Power {
  /** The host was told; `at` epoch ms, when it begins to go down. What it was told before is forgotten, unless it is down already. */
  ask(power: DemoPower & { readonly at: number }): void;
  /** When it will begin to go down, epoch ms, where that is still to come and was asked for with a delay; else null. */
  scheduledAt(): number | null;
  /** Takes a reboot back that is still to come. */
  cancel(): void;
  dispose(): void;
}

export function createPower({ now, pace, goDown, comeBack, state }: PowerHost): Power {
  let timer: NodeJS.Timeout | null = null;
  let isDown = false;
  let scheduledAt: number | null = null;

  function later(milliseconds: number, step: () => void): void {
    if (timer) clearTimeout(timer);
    timer = setTimeout(step, milliseconds);
  }

  function reset(way: DemoPower['way']): void {
    const isSoft = way !== 'reboot';
    const story: BootStory = isSoft ? 'plain' : storyOfNextBoot(state());
    const downAt = now();
    isDown = true;
    scheduledAt = null;
    goDown(isSoft);
    later(silenceOf(isSoft, story) * pace, () => {
      isDown = false;
      const upAt = now();
      comeBack((host) =>
        isSoft ? softReboot(host, downAt, way === 'soft-reboot-to-staged') : reboot(host, { downAt, upAt, story }),
      );
    });
  }

  return {
    ask({ way, at, afterMs }) {
      if (isDown) return;
      scheduledAt = afterMs > 0 ? at : null;
      later(Math.max(0, at - now()) + powerTimes.goingDown * pace, () => {
        reset(way);
      });
    },
    scheduledAt: () => scheduledAt,
    cancel() {
      if (scheduledAt === null || isDown) return;
      scheduledAt = null;
      if (timer) clearTimeout(timer);
    },
    dispose() {
      if (timer) clearTimeout(timer);
    },
  };
}

function silenceOf(isSoft: boolean, story: BootStory): number {
  if (isSoft) return powerTimes.softSilence;
  if (story === 'greenboot-red') return powerTimes.redSilence;
  return story === 'never-back' ? powerTimes.neverBack : powerTimes.silence;
}
