import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync, rmdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { labDir } from '../places.ts';
import { addressRange, claimedRanges } from './address-range.ts';
import { cgroupPrefix, labIndex, labs, linkPrefix, readText, type HostPlace } from './host-place.ts';
import { allProcesses, signalAll, type HostProcess } from './processes.ts';

/**
 * Removes processes, links and control groups of hosts of this lab that nobody has any more; how many there were. `keptNow` tells
 * which hosts are left alone; it is asked after looking at what there is.
 */
export async function removeStrays(keptNow: () => readonly HostPlace[]): Promise<number> {
  return (await killStrays(keptNow)) + removeLinks(keptNow) + removeCgroups(keptNow);
}

/** Ends what runs for a host, or in one, that is not kept. */
async function killStrays(keptNow: () => readonly HostPlace[]): Promise<number> {
  const labsFolder = join(labDir(), 'labs');
  const labsInMounts = inMountTables(labsFolder);
  const ours = namespaceOf('self');
  const isStray = ({ pid, command }: HostProcess, kept: readonly HostPlace[]) => {
    const isKept = (text: string) =>
      kept.some(({ folder }) => text.includes(`${folder}/`) || text.includes(`${folder} `));
    if (command.includes('supervise.sh ') && command.includes(`${labsFolder}/`)) return !isKept(`${command} `);
    if (namespaceOf(String(pid)) === ours) return false;
    // Every process on a host has the host's disk mounted.
    const mounts = readText(`/proc/${pid}/mountinfo`) ?? '';
    const isOf = ({ sysroot }: HostPlace) => mounts.includes(join(labsInMounts, relative(labsFolder, sysroot)));
    return mounts.includes(`${labsInMounts}/`) && !kept.some(isOf);
  };
  for (let round = 0, count = 0; ; round++) {
    const all = allProcesses();
    const kept = keptNow();
    const strays = all.filter((each) => isStray(each, kept));
    if (strays.length === 0 || round === 200) return count;
    if (round === 0) count = strays.length;
    signalAll(strays, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A folder as mount tables have it: from the root of its file system, wherever that is mounted. */
function inMountTables(folder: string): string {
  const { stdout } = spawnSync('findmnt', ['--noheadings', '--output', 'TARGET,FSROOT', '--target', labDir()], {
    encoding: 'utf8',
  });
  const [target = '/', root = '/'] = stdout.trim().split(/\s+/);
  return join(root, relative(target, folder));
}

function namespaceOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
}

function removeLinks(keptNow: () => readonly HostPlace[]): number {
  const links = ownNames('/sys/class/net', linkPrefix);
  const kept = keptNow();
  return links.filter(
    (link) => !kept.some((host) => host.link === link) && spawnSync('ip', ['link', 'delete', link]).status === 0,
  ).length;
}

function removeCgroups(keptNow: () => readonly HostPlace[]): number {
  const root = existsSync('/sys/fs/cgroup/cgroup.controllers') ? '/sys/fs/cgroup' : '/sys/fs/cgroup/unified';
  const found = ownNames(root, cgroupPrefix);
  const kept = keptNow();
  const groups = found.filter((name) => !kept.some((host) => host.cgroup === name));
  for (const group of groups) removeTree(join(root, group));
  return groups.length;
}

/** Names in a folder that begin with a prefix and the number of a lab: those of this lab, and those that no lab owns any more. */
function ownNames(folder: string, prefix: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const others = [...claimedRanges().values()].filter((range) => range !== addressRange());
  const foreign = others.flatMap((range) => labs.map((lab) => labIndex(lab, range)));
  return names.filter((name) => name.startsWith(prefix) && !foreign.includes(parseInt(name.slice(prefix.length), 10)));
}

/** The files of a control group cannot be removed, and go with it. */
function removeTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  rmdirSync(folder);
}
