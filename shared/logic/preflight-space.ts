import type { Deployment } from '../model/deployment.ts';
import { valueOf } from '../model/fact-value.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { PreflightProbe } from '../parse/preflight.ts';
import { bootDisk, bootSpace } from './boot-space.ts';
import { formatBytes } from './format.ts';
import { droppedByStaged, nextBoot } from './next-boot.ts';
import { fail, over, pass, unknown, warn, type Check, type CheckResult } from './preflight-check.ts';

const COMMAND = 'df -h /sysroot /boot';
/** Where nobody knows what a pull fetches: less than this is less than many an update. Bytes. */
const USUAL_UPDATE = 1_500_000_000;
const FREE_SPACE = 'Clean up old layers, or remove a deployment that is not needed.';

/** What a pull has to fetch: the compressed sizes of the layers that are not here. Null: not known. */
export function bytesToFetch({ image, layers }: Pick<PreflightProbe, 'image' | 'layers'>): number | null {
  if (image?.state !== 'known' || layers?.state !== 'known' || image.value.layers.length === 0) return null;
  const here = layers.value;
  return image.value.layers.reduce((sum, { digest, size }) => (here.has(digest) ? sum : sum + size), 0);
}

/** Space for layers, above what ostree itself keeps free (reference 2.2, 5.5). */
export const checkSpaceSysroot: Check = ({ probe, bytesToFetch }) =>
  over(probe.space, 'The space on /sysroot is not known.', COMMAND, ({ disks, reserve }) => {
    const disk = disks.find(({ mount }) => mount === '/sysroot') ?? disks.find(({ mount }) => mount === '/');
    if (!disk) return unknown('The space on /sysroot is not known.', null, COMMAND);
    const kept = reserve.kind === 'bytes' ? reserve.bytes : (disk.size * reserve.percent) / 100;
    const free = disk.available - kept;
    const after =
      kept === 0
        ? ''
        : ` after the ${reserve.kind === 'bytes' ? formatBytes(reserve.bytes) : `${String(reserve.percent)} %`} that ostree keeps free`;
    if (free <= 0)
      return fail(
        `/sysroot has ${formatBytes(disk.available)} free, less than what ostree keeps free.`,
        FREE_SPACE,
        COMMAND,
      );
    const text = `/sysroot: ${formatBytes(free)} free${after}`;
    if (bytesToFetch !== null) {
      return free >= bytesToFetch
        ? pass(`${text}, ${formatBytes(bytesToFetch)} to fetch`, COMMAND)
        : fail(`${text}, and ${formatBytes(bytesToFetch)} to fetch.`, FREE_SPACE, COMMAND);
    }
    return free < USUAL_UPDATE
      ? warn(`${text}: a large update may not fit.`, FREE_SPACE, COMMAND)
      : pass(text, COMMAND);
  });

/**
 * Space for the kernel that is copied at shutdown. Of what is staged its size is known; of what will be pulled only that kernels of this host
 * take so much.
 */
export const checkSpaceBoot: Check = ({ request, facts, probe }) => {
  const set = valueOf(facts.deployments);
  if (!set) return unknown('The space in /boot is not known.', null, COMMAND);
  const isReboot = request.verb === 'reboot' || request.verb === 'soft-reboot';
  const dropped = droppedByStaged(set);
  const kept = [set.booted, set.rollback, ...set.others].filter(
    (one): one is Deployment => one !== null && !dropped.includes(one),
  );
  if (isReboot && nextBoot(set).kind !== 'staged') return null;
  return over(probe.space, 'The space in /boot is not known.', COMMAND, ({ disks }) => {
    const now: HostFacts = { ...facts, disks: { state: 'known', value: [...disks], readAt: facts.readAt } };
    if (set.staged && (isReboot || request.verb === 'apply-download')) {
      const space = bootSpace(set.staged, dropped, kept, now);
      if (!space) return unknown('How much the new kernel takes in /boot is not known.', null, COMMAND);
      if (space.needed === 0) return pass('/boot has the kernel already', COMMAND);
      return ofKernel(space.verdict, space.needed, space.free, isReboot);
    }
    const sizes = Object.values(valueOf(facts.boot.kernelBytes) ?? {});
    const disk = bootDisk(disks);
    if (!disk || sizes.length === 0) return null;
    const usual = Math.max(...sizes);
    const text = `/boot: ${formatBytes(disk.available)} free, a kernel takes about ${formatBytes(usual)}`;
    if (disk.available >= usual) return pass(text, COMMAND);
    return warn(
      `${text}. If the update brings a new one, it is copied at shutdown, and without room the update is lost.`,
      'Remove a deployment with a kernel of its own; ostree from 2023.4 on removes the old one first.',
      COMMAND,
    );
  });
};

function ofKernel(
  verdict: 'fits' | 'fits-after-removal' | 'too-small',
  needed: number,
  free: number,
  isReboot: boolean,
): CheckResult {
  const text = `/boot: ${formatBytes(free)} free, the new kernel takes ${formatBytes(needed)}`;
  if (verdict === 'fits') return pass(text, COMMAND);
  if (verdict === 'fits-after-removal') {
    return warn(
      `${text}: there is room only once the old one is removed.`,
      'ostree from 2023.4 on does that first. With an older one remove the rollback before.',
      COMMAND,
    );
  }
  const lost = `${text}. It is copied at shutdown: the update is lost, and the host boots what it runs now.`;
  const remedy = 'Unpin and remove deployments with kernels of their own, or make /boot larger.';
  return isReboot ? warn(lost, remedy, COMMAND) : fail(lost, remedy, COMMAND);
}
