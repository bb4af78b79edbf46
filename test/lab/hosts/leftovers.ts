import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../cache.ts';
import { runCommand } from '../command.ts';
import { labDir, labPath } from '../places.ts';
import {
  cgroupPrefix,
  existingHost,
  hostFolder,
  hostPlace,
  labs,
  linkPrefix,
  readText,
  type HostPlace,
  type LabName,
} from './host-place.ts';
import { script } from './make-host.ts';
import { machineStateFolder, networkScript } from './machine.ts';
import { allProcesses, signalAll, type HostProcess } from './processes.ts';
import { stopRegistries } from './registries.ts';

/** What was there to be removed; hosts of living test runs are kept, unless all was asked for. */
export interface TakenDown {
  readonly hosts: number;
  readonly kept: number;
  /** Processes, links and control groups that belonged to no host any more. */
  readonly strays: number;
}

export interface TakeDownOptions {
  /** Whether hosts of test runs that are going on are removed too. */
  readonly all: boolean;
  /** Whether hosts that `npm run lab` has brought up are removed too. */
  readonly hand: boolean;
}

const IN_USE = 75;

/** How long, all together, is waited for keepers of runs that have just ended: they remove their hosts by themselves. */
const PATIENCE_MS = 5000;

/**
 * Removes every host of every lab, and whatever is left of hosts whose making or running was killed at any point. Only what bears
 * the lab's folder or prefixes is looked at. May be repeated, and beside test runs that begin or end meanwhile.
 */
export async function takeDown(options: TakeDownOptions): Promise<TakenDown> {
  if (options.hand) await stopRegistries();
  const deadline = Date.now() + PATIENCE_MS;
  let hosts = 0;
  for (const lab of Object.keys(labs) as LabName[]) {
    if (lab === 'hand' && !options.hand) continue;
    for (const number of numbersOf(lab, 'hosts', 'slots')) {
      const wasThere = existingHost(lab, number) !== null;
      const isRemoved = removeHost(lab, number, options.all ? null : Math.max(0, deadline - Date.now()));
      if (isRemoved && wasThere) hosts += 1;
    }
  }
  const kept = () => [...(options.all ? [] : hostsInUse()), ...(options.hand ? [] : handHosts())];
  const strays = (await killStrays(kept)) + removeLinks(kept) + removeCgroups(kept);
  await removeUnfinishedTemplates();
  await withLock(join(machineStateFolder(), 'lock'), async () => {
    if (kept().length > 0) return;
    await runCommand(['bash', networkScript, 'down', join(machineStateFolder(), 'inotify-instances')]);
  });
  return { hosts, kept: kept().filter(({ lab, number }) => existingHost(lab, number) !== null).length, strays };
}

/**
 * The hosts whose numbers are locked now, also those that are only being made. To be asked after looking at what runs: what
 * belongs to a run that began since then has its lock already. As of tier 2, which has all that a host may have.
 */
function hostsInUse(): readonly HostPlace[] {
  const locked = new Set(
    [...readFileSync('/proc/locks', 'utf8').matchAll(/: FLOCK .*:(\d+) \d+ (?:\d+|EOF)$/gm)].map(([, inode]) => inode),
  );
  return (Object.keys(labs) as LabName[]).flatMap((lab) =>
    numbersOf(lab, 'slots')
      .filter((number) => locked.has(String(statSync(join(labPath(lab), 'slots', String(number))).ino)))
      .map((number) => hostPlace(lab, number, 2)),
  );
}

function handHosts(): readonly HostPlace[] {
  return numbersOf('hand').map((number) => hostPlace('hand', number, 2));
}

/** The numbers of a lab that have an entry in one of these folders; by default those of its hosts. */
export function numbersOf(lab: LabName, ...folders: readonly ('hosts' | 'slots')[]): readonly number[] {
  const names = (folders.length === 0 ? ['hosts'] : folders)
    .map((name) => join(labPath(lab), name))
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  return [...new Set(names)].map(Number).sort((a, b) => a - b);
}

/** False when a living process keeps the number for longer than `patienceMs`; null: nobody is asked. */
function removeHost(lab: LabName, number: number, patienceMs: number | null): boolean {
  const remove = ['bash', script('remove-host.sh'), 'remove', hostFolder(lab, number)];
  const slot = join(labPath(lab), 'slots', String(number));
  const wait = ['--timeout', String((patienceMs ?? 0) / 1000), '--conflict-exit-code', String(IN_USE)];
  const words = patienceMs !== null && existsSync(slot) ? ['flock', ...wait, slot, ...remove] : remove;
  const { status, stderr } = spawnSync(words[0]!, words.slice(1), { encoding: 'utf8' });
  if (status === IN_USE) return false;
  if (status !== 0) throw new Error(`Host ${number} of the lab '${lab}' cannot be removed: ${stderr}`);
  return true;
}

/** Ends what runs for a host, or in one, that is not kept. */
async function killStrays(keptNow: () => readonly HostPlace[]): Promise<number> {
  const labsFolder = join(labDir(), 'labs');
  const ours = namespaceOf('self');
  const isStray = ({ pid, command }: HostProcess, kept: readonly HostPlace[]) => {
    const isKept = (text: string) =>
      kept.some(({ folder }) => text.includes(`${folder}/`) || text.includes(`${folder} `));
    if (command.includes('supervise.sh ') && command.includes(`${labsFolder}/`)) return !isKept(`${command} `);
    if (namespaceOf(String(pid)) === ours) return false;
    // Every process on a host has the host's disk mounted; the paths in mountinfo begin at the root of the file system.
    const mounts = readText(`/proc/${pid}/mountinfo`) ?? '';
    return (
      mounts.includes(`${belowMount(labsFolder)}/`) && !kept.some(({ sysroot }) => mounts.includes(belowMount(sysroot)))
    );
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

/** A path without the mount point of its file system, as mountinfo has it. */
function belowMount(path: string): string {
  const { stdout } = spawnSync('findmnt', ['--noheadings', '--output', 'TARGET,FSROOT', '--target', labDir()], {
    encoding: 'utf8',
  });
  const [target = '/', root = '/'] = stdout.trim().split(/\s+/);
  return join(root, path.startsWith(target) ? path.slice(target === '/' ? 0 : target.length) : path);
}

function namespaceOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
}

function removeLinks(keptNow: () => readonly HostPlace[]): number {
  const links = readdirSync('/sys/class/net').filter((name) => name.startsWith(linkPrefix));
  const kept = keptNow();
  return links.filter(
    (link) => !kept.some((host) => host.link === link) && spawnSync('ip', ['link', 'delete', link]).status === 0,
  ).length;
}

function removeCgroups(keptNow: () => readonly HostPlace[]): number {
  const root = existsSync('/sys/fs/cgroup/cgroup.controllers') ? '/sys/fs/cgroup' : '/sys/fs/cgroup/unified';
  if (!existsSync(root)) return 0;
  const found = readdirSync(root).filter((name) => name.startsWith(cgroupPrefix));
  const kept = keptNow();
  const groups = found.filter((name) => !kept.some((host) => host.cgroup === name));
  for (const group of groups) removeTree(join(root, group));
  return groups.length;
}

/** The files of a control group cannot be removed, and go with it. */
function removeTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  rmdirSync(folder);
}

/** Templates whose making was killed may have immutable folders in them. */
async function removeUnfinishedTemplates(): Promise<void> {
  const folder = join(labDir(), 'templates');
  if (!existsSync(folder)) return;
  const remove = 'chattr -R -f -i "$1"; rm -rf "$1"';
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.new'))) {
    const lock = join(folder, name.replace(/\.new$/, '.lock'));
    spawnSync('flock', ['--nonblock', lock, 'bash', '-c', remove, 'bash', join(folder, name)]);
  }
}
