import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFaults } from './faults.ts';
import { initProcess, type HostPlace } from './host-place.ts';
import type { LabHost } from './model.ts';
import { powerCut, powerOn, waitForBoot } from './power.ts';
import { createRegistryControl } from './registry-control.ts';
import { runOnHost } from './run-on-host.ts';

/** What a host cannot do by itself: somebody keeps its number, and knows how it was made. */
export interface HostOwner {
  /** Ends the host, in whatever state it is, and makes another one in its place, which is off. */
  remake(): Promise<void>;
  /** Removes the host and gives its number back. */
  release(): Promise<void>;
}

/** The face of a host that was made. */
export function createLabHost(place: HostPlace, keyFile: string, owner: HostOwner): LabHost {
  const { number, name, tier, address, port, folder } = place;

  async function bootId(): Promise<string> {
    const { stdout, stderr, code } = await runOnHost(place, keyFile, 'cat /proc/sys/kernel/random/boot_id');
    if (code !== 0) throw new Error(`${name} does not tell its boot id: ${stderr}`);
    return stdout.trim();
  }

  return {
    number,
    name,
    tier,
    address,
    port,
    keyFile,
    get knownHostsLine() {
      return readFileSync(join(folder, 'known_hosts'), 'utf8').trimEnd();
    },
    consoleFile: join(folder, 'console'),
    registry: createRegistryControl(place),
    faults: createFaults(place, async () => {
      await owner.remake();
      await powerOn(place);
    }),
    run: (command, options) => runOnHost(place, keyFile, command, options),
    path(path) {
      if (path === '/sysroot' || path.startsWith('/sysroot/')) return join(folder, path);
      const init = initProcess(place);
      if (init === null)
        throw new Error(`${name} is off: without power only paths below /sysroot are there, not ${path}.`);
      return join('/proc', String(init), 'root', path);
    },
    bootId,
    async reboot() {
      const before = await bootId();
      // The connection may break before the answer comes.
      await runOnHost(place, keyFile, 'systemctl reboot');
      await waitForBoot(place, before);
    },
    waitForBoot: (after) => waitForBoot(place, after),
    powerCut: () => powerCut(place),
    powerOn: () => powerOn(place),
    release: owner.release,
  };
}
