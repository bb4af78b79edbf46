import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SimulatedFleet } from '../../electron/core/demo-workspaces.ts';
import { silentLog } from '../../electron/core/log/file-log.ts';
import { createPromptBroker } from '../../electron/core/prompts/prompt-broker.ts';
import { createKnownHosts } from '../../electron/core/ssh/known-hosts.ts';
import { loadNativeScripts } from '../../electron/core/ssh/native-scripts.ts';
import { createPlainRouter } from '../../electron/core/ssh/plain-router.ts';
import type { SshConnection } from '../../electron/core/ssh/ssh-connection.ts';
import { openTransports } from '../../electron/core/ssh/open-transports.ts';
import type { DemoFleetOptions } from '../../electron/demo/start-demo-fleet.ts';

export const nativeDir = resolve(import.meta.dirname, '../../native');

/** A demo fleet in a folder of its own, and a transport that knows its key and its hosts. */
export async function openDemoFleet(
  start: (options: DemoFleetOptions) => Promise<SimulatedFleet>,
  options: Omit<DemoFleetOptions, 'dir'>,
) {
  const dir = await mkdtemp(join(tmpdir(), 'berth-demo-test-'));
  const fleet = await start({ ...options, dir });
  const userFile = join(dir, 'known_hosts');
  await writeFile(userFile, fleet.knownHostsText);
  const prompts = createPromptBroker();
  const knownHosts = createKnownHosts({ berthFile: join(dir, 'berth_known_hosts'), userFile, systemFiles: [] });
  const ssh = { userKnownHosts: userFile, systemKnownHosts: [], defaultKeyFiles: [fleet.keyFile], agentSocket: null };
  const transport = openTransports({
    ...{ prompts, knownHosts, berthKnownHosts: join(dir, 'berth_known_hosts'), ssh, log: silentLog },
    router: createPlainRouter(ssh, 'admin'),
  });
  const connections: SshConnection[] = [];

  return {
    fleet,
    prompts,
    scripts: await loadNativeScripts(nativeDir),
    async connect(name: string): Promise<SshConnection> {
      const host = fleet.hosts.find((candidate) => candidate.name === name);
      if (!host) throw new Error(`There is no host ${name}`);
      const { address, port, user, keyFile } = host;
      const target = { hostId: name, name, address, port, user, keyFile, transport: 'auto' as const };
      const connection = await transport.connect(target, new AbortController().signal);
      connections.push(connection);
      return connection;
    },
    async dispose() {
      for (const connection of connections) connection.close();
      prompts.dispose();
      await transport.dispose();
      await fleet.dispose();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
