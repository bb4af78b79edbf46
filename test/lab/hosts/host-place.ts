import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { labPath } from '../places.ts';
import { addressRange } from './address-range.ts';
import type { Tier } from './model.ts';

/** The labs in a folder: `pool` is the tests', `hand` that of `npm run lab`. */
export const labs = ['hand', 'pool'] as const;
export type LabName = (typeof labs)[number];

/** Numbers go from 1 to this one, as in keep-slots.sh. */
export const lastNumber = 250;

/** Where the registry of every host listens, at the host's gateway. */
export const registryPort = 5077;

/** As `bootc install` names it. */
export const stateroot = 'default';

/** Where a host is on this machine. All follows from its lab, number and tier, and from the range of addresses of the lab's folder. */
export interface HostPlace {
  readonly lab: LabName;
  readonly number: number;
  readonly tier: Tier;
  readonly name: string;
  /** Its folder: `settings`, `console`, `sysroot`, `known_hosts`, `registry.json`; while it runs `pid`, `boot-id`, `supervisor`. */
  readonly folder: string;
  readonly sysroot: string;
  readonly address: string;
  readonly port: number;
  /** The address of its registry. Tier 1 shares the machine's network, so there it is the host's own. */
  readonly gateway: string;
  /** This machine's end of its link; empty for tier 1. */
  readonly link: string;
  /** Name of its control group; empty for tier 1. */
  readonly cgroup: string;
}

export function hostFolder(lab: LabName, number: number): string {
  return join(labPath(lab), 'hosts', String(number));
}

/** The byte in addresses, and the number in names, that tells the labs of this machine apart. */
export function labIndex(lab: LabName, range = addressRange()): number {
  return 2 * range + 1 + labs.indexOf(lab);
}

/** The place of a number, whether or not there is a host. */
export function hostPlace(lab: LabName, number: number, tier: Tier): HostPlace {
  const index = labIndex(lab);
  const folder = hostFolder(lab, number);
  const common = { lab, number, tier, name: `lab${number}`, folder, sysroot: join(folder, 'sysroot') };
  if (tier === 1) {
    const address = `127.0.${index}.${number}`;
    return { ...common, address, port: 2222, gateway: address, link: '', cgroup: '' };
  }
  return {
    ...common,
    address: `10.77.${index}.${number}`,
    port: 22,
    gateway: `10.77.${128 + index}.${number}`,
    link: `${linkPrefix}${index}-${number}`,
    cgroup: `${cgroupPrefix}${index}.${number}`,
  };
}

export const linkPrefix = 'berth-';
export const cgroupPrefix = 'berth-lab.';

/** A host that was made; null where none was. */
export function existingHost(lab: LabName, number: number): HostPlace | null {
  const settings = join(hostFolder(lab, number), 'settings');
  if (!existsSync(settings)) return null;
  return hostPlace(lab, number, /^TIER=2$/m.test(readFileSync(settings, 'utf8')) ? 2 : 1);
}

/** The process of this machine that is the host's PID 1; null when the host is off. */
export function initProcess(place: HostPlace): number | null {
  const pid = readText(join(place.folder, 'pid'));
  // A number that was used again, by a process of this machine, is in this machine's namespace.
  return pid !== null && pidNamespace(pid) !== pidNamespace('self') ? Number(pid) : null;
}

/** The id of the running boot, or of the last one. */
export function lastBootId(place: HostPlace): string | null {
  return readText(join(place.folder, 'boot-id'));
}

/** First line of a small file; null when it is not there. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch {
    return null;
  }
}

/** `pid:[…]`, the same for all processes of a namespace; null when the process has ended. */
export function pidNamespace(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}
