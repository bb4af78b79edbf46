import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tidyCaches } from '../cache.ts';
import { runCommand } from '../command.ts';
import { labDir, labPath } from '../places.ts';
import { sparesFolder } from './disks.ts';
import { existingHost, hostFolder, hostPlace, labs, type HostPlace, type LabName } from './host-place.ts';
import { prepareMachine, restoreMachine } from './machine.ts';
import { allProcesses, signalAll } from './processes.ts';
import { stopRegistries } from './registries.ts';
import { script } from './scripts.ts';
import { removeStrays } from './strays.ts';

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
  // Also where a machine was switched off with hosts in this lab: their names shall be known.
  await prepareMachine();
  const deadline = Date.now() + PATIENCE_MS;
  let hosts = 0;
  for (const lab of labs) {
    if (lab === 'hand' && !options.hand) continue;
    for (const number of numbersOf(lab)) {
      const wasThere = existingHost(lab, number) !== null;
      const isRemoved = removeHost(lab, number, options.all ? null : Math.max(0, deadline - Date.now()));
      if (isRemoved && wasThere) hosts += 1;
    }
  }
  const kept = () => [...(options.all ? [] : hostsInUse()), ...(options.hand ? [] : handHosts())];
  const strays = await removeStrays(kept);
  await removeUnfinishedTemplates();
  await removeDisks();
  await tidyCaches();
  await restoreMachine(() => kept().length > 0);
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
  return labs.flatMap((lab) =>
    numbersOf(lab, 'slots')
      .filter((number) => locked.has(String(statSync(join(labPath(lab), 'slots', String(number))).ino)))
      .map((number) => hostPlace(lab, number, 2)),
  );
}

function handHosts(): readonly HostPlace[] {
  return numbersOf('hand').map((number) => hostPlace('hand', number, 2));
}

/** The numbers of a lab that have a host, or at least the folder of one; or those that were ever kept. */
export function numbersOf(lab: LabName, name: 'hosts' | 'slots' = 'hosts'): readonly number[] {
  const folder = join(labPath(lab), name);
  return (existsSync(folder) ? readdirSync(folder) : []).map(Number).sort((a, b) => a - b);
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

/** Disks that were copied beforehand, and those of hosts that were removed: ostree makes folders in them immutable. */
async function removeDisks(): Promise<void> {
  const copying = allProcesses().filter(
    ({ command }) => command.includes('stock-disks.sh') && command.includes(labDir()),
  );
  signalAll(copying, 'SIGKILL');
  const trash = join(labPath('pool'), 'trash');
  if (existsSync(sparesFolder())) {
    mkdirSync(trash, { recursive: true });
    renameSync(sparesFolder(), join(trash, `spares.${Date.now()}`));
  }
  for (const lab of labs) await runCommand(['bash', script('empty-trash.sh'), labPath(lab), 'now']);
}
