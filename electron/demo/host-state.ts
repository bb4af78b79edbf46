import type { HostSpec } from './host-spec.ts';
import { createRandom } from './random.ts';
import { releaseOf, type ImageName, type Release } from './releases.ts';

const DAY_MS = 86_400_000;

/** A bootable root of a simulated host. */
export interface DemoDeployment {
  readonly image: ImageName;
  readonly release: Release;
  /** The ostree commit, 64 hex. */
  readonly checksum: string;
  readonly serial: number;
  /** The fs-verity digest of the composefs backend, 128 hex. */
  readonly verity: string;
  readonly pinned: boolean;
  readonly downloadOnly: boolean;
  readonly cachedUpdate: Release | null;
}

/** What changes about a simulated host while the demo runs. Times are epoch milliseconds. */
export interface HostState {
  readonly spec: HostSpec;
  readonly machineId: string;
  readonly bootId: string;
  readonly bootedAt: number;
  readonly booted: DemoDeployment | null;
  readonly rollback: DemoDeployment | null;
  readonly others: readonly DemoDeployment[];
  staged: DemoDeployment | null;
  /** The update bootc remembers on its newest pulled image; moves when something is staged. */
  bootedCachedUpdate: Release | null;
  stagedAt: number | null;
  rebootRequired: string | null;
  /** When `/ostree/deploy` and `/ostree/bootc` changed last. */
  deployChangedAt: number;
  bootcChangedAt: number;
}

/** The state a host of the demo begins with. `startedAt`: when the demo was started; all ages count from there. */
export function initialState(spec: HostSpec, startedAt: number): HostState {
  const random = createRandom(`state ${spec.name}`);
  const bootedAt = startedAt - spec.uptimeDays * DAY_MS - random.int(0, DAY_MS / 2);
  const stagedAt = spec.staged === null ? null : startedAt - random.int(20, 130) * 60_000;
  const deployment = (version: string | null, differs: Partial<DemoDeployment> = {}) =>
    version === null || spec.image === null
      ? null
      : makeDeployment(spec.image, releaseOf(spec.image, version), differs);
  const staged = deployment(spec.staged, { downloadOnly: spec.downloadOnly });
  const pinned = deployment(spec.pinned, { pinned: true });

  return {
    spec,
    machineId: random.hex(32),
    bootId: uuid(random.hex(32)),
    bootedAt,
    booted: deployment(spec.booted),
    rollback: deployment(spec.rollback),
    others: pinned ? [pinned] : [],
    staged,
    bootedCachedUpdate:
      spec.cachedUpdate === null || spec.image === null ? null : releaseOf(spec.image, spec.cachedUpdate),
    stagedAt,
    rebootRequired: staged && !staged.downloadOnly ? rebootText(staged.release) : null,
    deployChangedAt: stagedAt ?? bootedAt,
    bootcChangedAt: stagedAt ?? bootedAt,
  };
}

/** A deployment of a release, serial 0, neither pinned nor download-only but for what `differs`. */
export function makeDeployment(
  image: ImageName,
  release: Release,
  differs: Partial<DemoDeployment> = {},
): DemoDeployment {
  const random = createRandom(`commit ${release.digest}`);
  return {
    image,
    release,
    checksum: random.hex(64),
    serial: 0,
    verity: random.hex(128),
    pinned: false,
    downloadOnly: false,
    cachedUpdate: null,
    ...differs,
  };
}

/** What bootc does to the host's state when it has staged a deployment (reference 2.1). */
export function stage(state: HostState, deployment: DemoDeployment, at: number, markReboot = true): void {
  state.staged = deployment;
  state.stagedAt = at;
  if (state.spec.backend === 'ostree') state.bootedCachedUpdate = deployment.release;
  if (markReboot) state.rebootRequired = rebootText(deployment.release);
  state.deployChangedAt = at;
  state.bootcChangedAt = at;
}

/** Deployment ids as the model spells them: `<checksum>.<serial>`, or the verity digest with composefs. */
export function deploymentId(state: HostState, deployment: DemoDeployment): string {
  return state.spec.backend === 'composefs' ? deployment.verity : `${deployment.checksum}.${String(deployment.serial)}`;
}

/** All deployments in the order of the boot menu. */
export function deployments(state: HostState): readonly DemoDeployment[] {
  const { staged, booted, rollback, others, spec } = state;
  const order = spec.rollbackQueued ? [staged, rollback, booted, ...others] : [staged, booted, rollback, ...others];
  return order.filter((deployment) => deployment !== null);
}

function rebootText(release: Release): string {
  return `bootc: Reboot required for image: ${release.digest}`;
}

function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
