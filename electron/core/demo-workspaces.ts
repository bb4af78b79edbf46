import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostInput } from '../../shared/model/host.ts';
import { createCore, type Core, type CoreOptions } from './create-core.ts';
import { refusedKeychain } from './secrets/keychain.ts';

/** A fleet of simulated hosts, already listening on loopback. `electron/demo` makes one; the core only knows this much. */
export interface SimulatedFleet {
  readonly hosts: readonly HostInput[];
  /** Lines for known_hosts, so that a demo does not begin with questions. */
  readonly knownHostsText: string;
  readonly keyFile: string;
  dispose(): Promise<void>;
}

export type StartFleet = (options: { readonly hosts: number; readonly dir: string }) => Promise<SimulatedFleet>;

/** A core over simulated hosts, with a data folder, an inventory and known hosts of its own; nothing of the user's is read. */
export interface DemoWorkspace {
  readonly core: Core;
  readonly hosts: number;
}

/** The demo fleets that pages look at, one for each number of hosts; one ends when its last page has left it. */
export interface DemoWorkspaces {
  enter(hosts: number): Promise<DemoWorkspace>;
  /** Never rejects. */
  leave(workspace: DemoWorkspace): Promise<void>;
  /** Resolves when all have ended, also those that were left before. */
  dispose(): Promise<void>;
}

interface Running {
  readonly started: Promise<DemoWorkspace & { dispose(): Promise<void> }>;
  visitors: number;
}

export function createDemoWorkspaces(core: CoreOptions, startFleet: StartFleet): DemoWorkspaces {
  const running = new Map<number, Running>();
  const ending = new Set<Promise<void>>();

  /** What could not be removed is left to the system, which empties its folder for such things: nobody here could do more. */
  function end({ started }: Running): Promise<void> {
    const ended = started.then((demo) => demo.dispose()).catch(() => undefined);
    ending.add(ended);
    return ended.finally(() => ending.delete(ended));
  }

  return {
    async enter(hosts) {
      const demo = running.get(hosts) ?? { started: start(core, startFleet, hosts), visitors: 0 };
      running.set(hosts, demo);
      demo.visitors += 1;
      try {
        return await demo.started;
      } catch (error) {
        // Unless somebody has begun another one meanwhile.
        if (running.get(hosts) === demo) running.delete(hosts);
        throw error;
      }
    },
    async leave({ hosts }) {
      const demo = running.get(hosts);
      if (!demo) return;
      demo.visitors -= 1;
      if (demo.visitors > 0) return;
      running.delete(hosts);
      await end(demo);
    },
    async dispose() {
      for (const demo of running.values()) void end(demo);
      running.clear();
      await Promise.all(ending);
    },
  };
}

async function start(options: CoreOptions, startFleet: StartFleet, hosts: number) {
  const dir = await mkdtemp(join(tmpdir(), 'berth-demo-'));
  const opened: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  // In the opposite order, each whatever became of those before.
  const dispose = async () => {
    for (const close of opened.splice(0).reverse()) await close().catch(() => undefined);
  };
  try {
    const fleet = await startFleet({ hosts, dir });
    opened.push(() => fleet.dispose());
    const userKnownHosts = join(dir, 'known_hosts');
    await writeFile(userKnownHosts, fleet.knownHostsText, { mode: 0o600 });
    const core = await createCore({
      ...options,
      dataDir: join(dir, 'data'),
      inventoryFile: undefined,
      keychain: refusedKeychain('secret.demo'),
      ssh: { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [fleet.keyFile], agentSocket: null },
    });
    opened.push(() => core.dispose());
    await core.inventory.addAll(fleet.hosts);
    return { core, hosts, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
