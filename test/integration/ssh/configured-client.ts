import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { openSshConfig } from '../../../electron/core/ssh-config/open-ssh-config.ts';
import type { ConnectManners, SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import type { TransportsOptions } from '../../../electron/core/ssh/open-transports.ts';
import type { Host, TransportChoice } from '../../../shared/model/host.ts';
import { createSshClient, never, trustHostKeys, type Answers, type SshClient } from './harness.ts';

/** What the inventory says of the host besides its name. */
type Differs = Partial<Omit<Host, 'transport'>> & { readonly transport?: TransportChoice };

/** A client that reads an ssh configuration of its own, with both transports. */
export interface ConfiguredClient extends SshClient {
  /** Connects to what one would type after `ssh`. */
  open(name: string, differs?: Differs, manners?: ConnectManners): Promise<SshConnection>;
  /** Changes the configuration. */
  write(config: string): Promise<void>;
}

export interface ConfiguredOptions {
  readonly transport?: TransportChoice;
  readonly agentSocket?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly transports?: Partial<TransportsOptions>;
}

export async function createConfiguredClient(
  config: string,
  answers: Answers = trustHostKeys,
  { transport = 'auto', agentSocket, env, transports = {} }: ConfiguredOptions = {},
): Promise<ConfiguredClient> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-config-'));
  const userFile = join(folder, 'config');
  const userKnownHosts = join(folder, 'known_hosts');
  await writeFile(userFile, config, { mode: 0o600 });
  const files = { userFile, systemFile: null, systemFolder: folder, program: 'ssh', isUsual: false };
  const ssh = {
    ...{ userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [], agentSocket: agentSocket ?? null },
    config: files,
  };
  const environment: NodeJS.ProcessEnv = { ...process.env, HOME: homedir(), SSH_AUTH_SOCK: agentSocket, ...env };
  if (agentSocket === undefined) delete environment['SSH_AUTH_SOCK'];
  const { router } = openSshConfig(files, ssh, userInfo().username, environment);
  const client = await createSshClient(answers, ssh, { router, env: environment, ...transports });
  return {
    ...client,
    open(name, differs = {}, manners) {
      const wish = { address: name, port: null, user: null, keyFile: null, ...differs };
      return client.transport.connect({ hostId: name, name, transport, ...wish }, never, manners);
    },
    write: (text) => writeFile(userFile, text, { mode: 0o600 }),
    async dispose() {
      await client.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
