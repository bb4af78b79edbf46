import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../cache.ts';
import { runCommand } from '../command.ts';
import { labDir } from '../places.ts';
import { claimedRanges, claimRange, releaseRange, rangesFolder } from './address-range.ts';

const networkScript = join(import.meta.dirname, '..', 'boot', 'network.sh');

/** What all labs of this machine share, until it is switched off: which addresses are whose, and settings that were raised. */
const folder = '/run/berth-lab';

/**
 * What all hosts need of this machine: addresses that are this lab's alone, routes, and room for many systemds. May be repeated;
 * `restoreMachine` takes it back.
 */
export async function prepareMachine(): Promise<void> {
  await alone(async () => {
    claimRange(labDir());
    await network('up');
  });
}

/** Gives all of it back, unless somebody uses this lab; what is shared goes with the last lab. */
export async function restoreMachine(isInUse: () => boolean): Promise<void> {
  await alone(async () => {
    if (isInUse()) return;
    releaseRange(labDir());
    if (claimedRanges().size === 0) await network('down');
  });
}

async function alone(action: () => Promise<void>): Promise<void> {
  mkdirSync(rangesFolder, { recursive: true });
  await withLock(join(folder, 'lock'), action);
}

async function network(direction: 'up' | 'down'): Promise<void> {
  await runCommand(['bash', networkScript, direction, join(folder, 'inotify-instances')]);
}
