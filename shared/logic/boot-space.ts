import type { Deployment } from '../model/deployment.ts';
import { valueOf } from '../model/fact-value.ts';
import type { Disk, HostFacts } from '../model/host-facts.ts';

/** Room in /boot for the kernel that is copied there at shutdown. Bytes. */
export interface BootSpace {
  /** Kernel and initramfs of the staged deployment; 0: /boot has them already. */
  readonly needed: number;
  readonly free: number;
  /** What the deployments hold there that the new one drops, and no other needs: ostree from 2023.4 on removes them first where it must. */
  readonly reclaimable: number;
  /** `fits`; `fits-after-removal` of what is dropped; `too-small` even then. */
  readonly verdict: 'fits' | 'fits-after-removal' | 'too-small';
}

/**
 * Whether the kernel of `staged` fits into /boot once it is finalized, which otherwise fails at shutdown (reference 2.2, 4.6, 5.5).
 * `dropped`, `kept`: the other deployments. Null where sizes or space are not known (composefs).
 */
export function bootSpace(
  staged: Deployment,
  dropped: readonly Deployment[],
  kept: readonly Deployment[],
  facts: HostFacts,
): BootSpace | null {
  const bytes = valueOf(facts.boot.kernelBytes) ?? {};
  const own = bytes[staged.id];
  const disk = bootDisk(valueOf(facts.disks) ?? []);
  if (own === undefined || !disk) return null;
  const present = [...kept, ...dropped];
  const needed = present.some((other) => isSameKernel(staged, other, facts)) ? 0 : own;
  const reclaimable = dropped
    .filter((one) => ![staged, ...kept].some((other) => isSameKernel(one, other, facts)))
    .reduce((sum, one) => sum + (bytes[one.id] ?? 0), 0);
  const free = disk.available;
  const verdict = needed <= free ? 'fits' : needed <= free + reclaimable ? 'fits-after-removal' : 'too-small';
  return { needed, free, reclaimable, verdict };
}

/** The file system that holds /boot. */
export function bootDisk(disks: readonly Disk[]): Disk | null {
  const at = (mount: string) => disks.find((disk) => disk.mount === mount);
  return at('/boot') ?? at('/sysroot') ?? at('/') ?? null;
}

/** By ostree's checksum over kernel and initramfs; where that is not known by release and size, which differ when the content does. */
function isSameKernel(a: Deployment, b: Deployment, facts: HostFacts): boolean {
  const [first, second] = [kernelSum(a, facts), kernelSum(b, facts)];
  if (first !== null && second !== null) return first === second;
  const [releases, bytes] = [valueOf(facts.kernels) ?? {}, valueOf(facts.boot.kernelBytes) ?? {}];
  const release = releases[a.id];
  return release !== undefined && release === releases[b.id] && bytes[a.id] === bytes[b.id];
}

function kernelSum({ id }: Deployment, { boot, deployments }: HostFacts): string | null {
  const entry = valueOf(boot.entries)?.[id];
  if (entry) return entry.kernel;
  return valueOf(deployments)?.staged?.id === id ? (valueOf(boot.staged)?.kernel ?? null) : null;
}
