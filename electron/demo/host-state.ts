import type { DemoBoot } from './boots.ts';
import type { DemoDeployment } from './deployment.ts';
import type { EtcEdits } from './etc-edits.ts';
import type { HostSpec } from './host-spec.ts';
import { createRandom } from './random.ts';

/** What changes about a simulated host while the demo runs; each change makes a new one. Times are epoch milliseconds. */
export interface HostState {
  readonly spec: HostSpec;
  readonly machineId: string;
  readonly bootId: string;
  readonly bootedAt: number;
  readonly softReboots: number;
  /** Null on a host that is made of packages. */
  readonly booted: DemoDeployment | null;
  readonly rollback: DemoDeployment | null;
  readonly others: readonly DemoDeployment[];
  readonly staged: DemoDeployment | null;
  readonly rollbackQueued: boolean;
  readonly usrOverlay: boolean;
  readonly updatesPaused: boolean;
  readonly greenboot: 'absent' | 'green' | 'fallback';
  readonly failedUnits: readonly string[];
  readonly stagedAt: number | null;
  /** What was changed in /etc; null: as the host begins. */
  readonly etcEdits: EtcEdits | null;
  readonly rebootRequired: string | null;
  /** When `/ostree/deploy` and `/ostree/bootc` changed last. */
  readonly deployChangedAt: number;
  readonly bootcChangedAt: number;
  /** All boots that its journal knows, oldest first; the last one runs. */
  readonly boots: readonly DemoBoot[];
}

/** Fails when the update before was not finalized (reference 4.6). */
export const BOOT_COMPLETE = 'ostree-boot-complete.service';

/** Units that fail at every boot of a host. */
export function lastingFailures({ failedUnits }: HostSpec): readonly string[] {
  return failedUnits.filter((unit) => unit !== BOOT_COMPLETE);
}

/** The id of the boot with this number of a host. */
export function bootIdOf({ name }: HostSpec, number: number): string {
  const hex = createRandom(`boot ${name} ${String(number)}`).hex(32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

/** Deployment ids as the model spells them: `<checksum>.<serial>`, or the verity digest with composefs. */
export function deploymentId({ spec }: HostState, deployment: DemoDeployment): string {
  return spec.backend === 'composefs' ? deployment.verity : `${deployment.checksum}.${String(deployment.serial)}`;
}

/** All deployments in the order of the boot menu. */
export function deployments(state: HostState): readonly DemoDeployment[] {
  const { staged, booted, rollback, others, rollbackQueued } = state;
  const order = rollbackQueued ? [staged, rollback, booted, ...others] : [staged, booted, rollback, ...others];
  return order.filter((deployment) => deployment !== null);
}

/** What `bootc upgrade` follows: the image that is staged, else the one that runs (reference 2.2). */
export function newestOfHost({ staged, booted }: HostState): DemoDeployment | null {
  return staged ?? booted;
}
