import type { ImageKind, ImageSet } from '../images/image-set.ts';
import { makeImages } from '../images/make-images.ts';
import { type Registry, startRegistry } from '../registry/registry.ts';
import { endHost } from './end-host.ts';
import { hostPlace, registryPort } from './host-place.ts';
import { createLabHost } from './lab-host.ts';
import { labKey, makeHost } from './make-host.ts';
import type { LabHost, LabHostOptions, Tier } from './model.ts';
import { powerOn } from './power.ts';
import { registryStateFile } from './registry-control.ts';
import { takeSlots, type Slots } from './slots.ts';

/** Hosts that boot at the same time: more only wait for each other. */
const BOOTS_AT_ONCE = 4;

/** A host of the pool, booted. It is the caller's alone until it is released, or until this process ends. */
export async function acquireLabHost(options: LabHostOptions = {}): Promise<LabHost> {
  const [host] = await acquireLabHosts(1, options);
  return host!;
}

/** Several hosts of one kind. When one cannot be made, none is left. */
export async function acquireLabHosts(count: number, options: LabHostOptions = {}): Promise<readonly LabHost[]> {
  const images = await makeImages(kindOf(options));
  const slots = await takeSlots('pool', count);
  const leases = slots.numbers.map((number) => createLease(number, slots));
  try {
    const boots = leases.map((lease) => () => bootHost(lease, images, options));
    return await allOf(boots, BOOTS_AT_ONCE);
  } catch (error) {
    await Promise.allSettled(leases.map((lease) => lease.release()));
    throw error;
  }
}

/** Which images the options ask for. */
export function kindOf({ tier, kind }: LabHostOptions): ImageKind {
  const wanted = kind ?? (tier === 2 ? 'full' : 'small');
  if (tier !== undefined && tier !== tierOf(wanted)) {
    throw new Error(`Hosts of kind '${wanted}' are of tier ${tierOf(wanted)}, not ${tier}. Leave one of the two away.`);
  }
  return wanted;
}

export function tierOf(kind: ImageKind): Tier {
  return kind === 'small' ? 1 : 2;
}

/** A number of the pool with what was started for it. */
interface Lease {
  readonly number: number;
  /** Ends a registry of the host with the lease. */
  keep(registry: Registry): void;
  /** Ends what was started, and gives the number back; once, however often it is asked. */
  release(): Promise<void>;
}

function createLease(number: number, slots: Slots): Lease {
  const registries: Registry[] = [];
  let released: Promise<void> | null = null;
  async function release(): Promise<void> {
    await Promise.all(registries.map((registry) => registry.close()));
    await slots.giveBack(number);
  }
  return { number, keep: (registry) => void registries.push(registry), release: () => (released ??= release()) };
}

async function bootHost(lease: Lease, images: ImageSet, options: LabHostOptions): Promise<LabHost> {
  const place = hostPlace('pool', lease.number, tierOf(images.kind));
  const make = () => makeHost(place, images, options);
  await make();
  const stateFile = registryStateFile(place);
  lease.keep(await startRegistry({ address: place.gateway, port: registryPort, imageSet: images, stateFile }));
  await powerOn(place);
  return createLabHost(place, await labKey('pool'), {
    release: lease.release,
    async remake() {
      await endHost(place, 'discard');
      await make();
    },
  });
}

/** The results of all, a few at a time; rejects with the first error once none is under way. */
async function allOf<T>(makers: readonly (() => Promise<T>)[], atOnce: number): Promise<readonly T[]> {
  const results: T[] = [];
  const left = [...makers.entries()];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await next[1]();
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, makers.length) }, worker));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return results;
}
