import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tidyCaches } from '../cache.ts';
import { makeImages } from '../images/make-images.ts';
import { existingHost, hostPlace, initProcess, lastBootId, readText, type HostPlace } from './host-place.ts';
import { endHost } from './end-host.ts';
import { createFaults } from './faults.ts';
import { numbersOf } from './leftovers.ts';
import { prepareMachine } from './machine.ts';
import { labKey, makeHost } from './make-host.ts';
import type { Faults, LabHostOptions } from './model.ts';
import { kindOf, tierOf } from './pool.ts';
import { isSupervised, powerOn } from './power.ts';
import { restartRegistries } from './registries.ts';
import { runOnHost } from './run-on-host.ts';

/** One line of `lab status`. */
export interface HostStatus {
  readonly place: HostPlace;
  readonly isOn: boolean;
  /** What the host says of its deployments, such as `43.20261109.0, staged 44.20261116.0`; empty when it does not answer. */
  readonly booted: string;
  readonly bootId: string;
}

/** Hosts 1 to `count` of the lab `hand`: made where they are not there, switched on where they are off. */
export async function bringUp(
  count: number,
  options: LabHostOptions,
  program: string,
  tell: (line: string) => void,
): Promise<void> {
  const kind = kindOf(options);
  tell(`Looking for the images of ${kind} hosts; making them takes a minute the first time`);
  const images = await makeImages(kind);
  await prepareMachine();
  const places: HostPlace[] = [];
  for (let number = 1; number <= count; number++) {
    const existing = existingHost('hand', number);
    const place = existing ?? hostPlace('hand', number, tierOf(kind));
    if (place.tier !== tierOf(kind)) {
      throw new Error(`${place.name} is there, of tier ${place.tier}. Remove it first: npm run lab -- down`);
    }
    if (existing !== null && addressOf(existing) !== place.address) {
      throw new Error(`${place.name} has an address that is another lab's now. Remove it first: npm run lab -- down`);
    }
    if (existing === null) {
      // What an interrupted command has left.
      await endHost(place, 'remove');
      await makeHost(place, images, options);
    }
    places.push(place);
  }
  await restartRegistries(program);
  await tidyCaches();
  for (const place of places) {
    await powerOn(place);
    tell(`${place.name} is up at ${place.address}:${place.port}`);
  }
}

/** The address that a host was made for. */
function addressOf(place: HostPlace): string | undefined {
  return /^ADDRESS=(.*)$/m.exec(readFileSync(join(place.folder, 'settings'), 'utf8'))?.[1];
}

/** A host by its number. */
export function handHost(number: number): HostPlace {
  const place = existingHost('hand', number);
  if (place !== null) return place;
  const numbers = numbersOf('hand');
  const there = numbers.length === 0 ? 'There are none' : `There are ${numbers.join(', ')}`;
  throw new Error(`No host ${number} in the lab. ${there}; npm run lab -- up ${number} makes ${number}.`);
}

/** Faults of a host; it stays the one it is. */
export function handFaults(place: HostPlace): Faults {
  return createFaults(place, () =>
    Promise.reject(new Error('A host is replaced by another with: npm run lab -- down && npm run lab -- up')),
  );
}

export async function handStatus(): Promise<readonly HostStatus[]> {
  const key = await labKey('hand');
  const places = numbersOf('hand').flatMap((number) => existingHost('hand', number) ?? []);
  return Promise.all(
    places.map(async (place) => {
      const isOn = isSupervised(place) && initProcess(place) !== null;
      const booted = isOn ? await deploymentsOf(place, key) : '';
      return { place, isOn, booted, bootId: lastBootId(place) ?? '' };
    }),
  );
}

async function deploymentsOf(place: HostPlace, key: string): Promise<string> {
  const { stdout } = await runOnHost(place, key, 'ostree admin status');
  const versions = [...stdout.matchAll(/^([ *]) \S+ [0-9a-f]{64}\.\d+(?: \((.*)\))?\n +Version: (.*)$/gm)];
  const told = versions.map(([, mark, state, version]) =>
    mark === '*' ? `${version} (booted)` : `${version} (${state ?? 'other'})`,
  );
  return told.join(', ') || (readText(`${place.folder}/console`) ?? '').split('\n').at(-1)!;
}
