import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostInput } from '../../shared/model/host.ts';
import { createCore, type Core, type CoreOptions } from './create-core.ts';

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
  leave(workspace: DemoWorkspace): Promise<void>;
  dispose(): Promise<void>;
}

interface Running {
  readonly started: Promise<DemoWorkspace & { dispose(): Promise<void> }>;
  visitors: number;
}

export function createDemoWorkspaces(core: CoreOptions, startFleet: StartFleet): DemoWorkspaces {
  const running = new Map<number, Running>();

  return {
    async enter(hosts) {
      const demo = running.get(hosts) ?? { started: start(core, startFleet, hosts), visitors: 0 };
      running.set(hosts, demo);
      demo.visitors += 1;
      try {
        return await demo.started;
      } catch (error) {
        running.delete(hosts);
        throw error;
      }
    },
    async leave({ hosts }) {
      const demo = running.get(hosts);
      if (!demo) return;
      demo.visitors -= 1;
      if (demo.visitors > 0) return;
      running.delete(hosts);
      await (await demo.started).dispose();
    },
    async dispose() {
      const all = [...running.values()];
      running.clear();
      await Promise.allSettled(all.map(async ({ started }) => (await started).dispose()));
    },
  };
}

async function start(options: CoreOptions, startFleet: StartFleet, hosts: number) {
  const dir = await mkdtemp(join(tmpdir(), 'berth-demo-'));
  const fleet = await startFleet({ hosts, dir });
  const userKnownHosts = join(dir, 'known_hosts');
  await writeFile(userKnownHosts, fleet.knownHostsText, { mode: 0o600 });
  const core = await createCore({
    ...options,
    dataDir: join(dir, 'data'),
    inventoryFile: undefined,
    ssh: { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [fleet.keyFile], agentSocket: null },
  });
  await core.inventory.addAll(fleet.hosts);
  return {
    core,
    hosts,
    async dispose() {
      await core.dispose();
      await fleet.dispose();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
