import { existsSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { labDir } from '../places.ts';

/**
 * Which folder of a lab (BERTH_LAB_DIR) has which addresses and names of this machine: a link for each range, to the folder. Here
 * because they are gone when the machine is switched off, as the hosts are.
 */
export const rangesFolder = '/run/berth-lab/ranges';

/** Ranges go from 0 to this one: each is two numbers of a byte, of which the gateways need the upper half. */
const lastRange = 59;

/** The range of this lab. `prepareMachine` has given it one; an Error where it has none. */
export function addressRange(): number {
  const range = claimedRanges().get(labDir());
  if (range !== undefined) return range;
  throw new Error(
    `The hosts in ${labDir()} are from before this machine was switched on. Remove them: npm run lab -- down`,
  );
}

/** Folder → range of every lab that has one. */
export function claimedRanges(): ReadonlyMap<string, number> {
  return new Map(entries().map(({ range, owner }) => [owner, range]));
}

/** Gives a folder the lowest free range, unless it has one. Nobody else may be at it. */
export function claimRange(owner: string): void {
  if (claimedRanges().has(owner)) return;
  // A folder that is no more needs no addresses.
  for (const each of entries()) if (!existsSync(each.owner)) rmSync(join(rangesFolder, String(each.range)));
  const taken = new Set(claimedRanges().values());
  const range = Array.from({ length: lastRange + 1 }, (_, each) => each).find((each) => !taken.has(each));
  if (range === undefined) {
    throw new Error(
      `There are ${lastRange + 1} labs on this machine, and no addresses for one more: see ${rangesFolder}. ` +
        'BERTH_LAB_DIR=<folder> npm run lab -- down gives those of a lab back.',
    );
  }
  symlinkSync(owner, join(rangesFolder, String(range)));
}

/** Takes it back. Nobody else may be at it. */
export function releaseRange(owner: string): void {
  const range = claimedRanges().get(owner);
  if (range !== undefined) rmSync(join(rangesFolder, String(range)));
}

function entries(): readonly { readonly range: number; readonly owner: string }[] {
  const names = existsSync(rangesFolder) ? readdirSync(rangesFolder) : [];
  return names.map((name) => ({ range: Number(name), owner: readlinkSync(join(rangesFolder, name)) }));
}
