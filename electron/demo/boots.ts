import type { DemoDeployment } from './deployment.ts';

/** Something that a boot of a simulated host has in its journal. `at` epoch ms; `by` is the unit or scope it ran in. */
export type DemoEvent =
  | { readonly kind: 'staged'; readonly at: number; readonly deployment: DemoDeployment; readonly by: string }
  | { readonly kind: 'unstaged'; readonly at: number; readonly by: string }
  /** Someone asked for the rollback (`queued`), or took that back. */
  | { readonly kind: 'rollback'; readonly at: number; readonly queued: boolean; readonly by: string }
  /** At shutdown: the staged deployment became the first of the boot menu. */
  | { readonly kind: 'finalized'; readonly at: number; readonly deployment: DemoDeployment }
  /** At shutdown: it did not. `reason` are the words of ostree. */
  | {
      readonly kind: 'finalize-failed';
      readonly at: number;
      readonly deployment: DemoDeployment;
      readonly reason: string;
    }
  /** A required check of greenboot; `output` is what it printed. */
  | { readonly kind: 'check-failed'; readonly at: number; readonly check: string; readonly output: string }
  | { readonly kind: 'unit-failed'; readonly at: number; readonly unit: string; readonly reason: string };

/**
 * One boot of a simulated host, and all that happened while it ran: whatever tells the past of a host tells it from these.
 * `endedAt` null: it runs. A soft reboot begins no boot.
 */
export interface DemoBoot {
  /** As in /proc/sys/kernel/random/boot_id, with hyphens. */
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Null on a host that is made of packages. */
  readonly deployment: DemoDeployment | null;
  /** What greenboot found; `none` where there is no greenboot. */
  readonly greenboot: 'none' | 'green' | 'red';
  /** Greenboot has brought back the deployment before with this boot. */
  readonly fallback: boolean;
  readonly events: readonly DemoEvent[];
}

/** What goes wrong with a boot of a host whose next deployment is a new one; `failed-units` with a rollback as well, `never-back` always. */
export type BootStory = 'plain' | 'greenboot-red' | 'etc-blocker' | 'failed-units' | 'never-back';

/** Adds an event to the boot that runs. */
export function noteEvent(boots: readonly DemoBoot[], event: DemoEvent): readonly DemoBoot[] {
  return boots.map((boot) => (boot.endedAt === null ? { ...boot, events: [...boot.events, event] } : boot));
}

/** Ends the boot that runs. */
export function endBoot(boots: readonly DemoBoot[], at: number): readonly DemoBoot[] {
  return boots.map((boot) => (boot.endedAt === null ? { ...boot, endedAt: at } : boot));
}

/** The events of units that fail at the beginning of a boot. `reasons`: the words of those that have some of their own. */
export function unitFailures(
  units: readonly string[],
  at: number,
  reasons: Readonly<Record<string, string>> = {},
): readonly DemoEvent[] {
  const common = 'Main process exited, code=exited, status=1/FAILURE';
  return units.map((unit) => ({ kind: 'unit-failed', at, unit, reason: reasons[unit] ?? `${unit}: ${common}` }));
}
