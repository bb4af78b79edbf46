import { execFile } from 'node:child_process';
import type { SshFiles } from '../default-paths.ts';
import type { Log } from '../log/log.ts';
import type { PromptBroker } from '../prompts/prompt-broker.ts';
import { askAfterRefusal } from './ask-after-refusal.ts';
import { createSshTransport } from './choose-transport.ts';
import type { RememberedSecrets } from './connect-questions.ts';
import { createHandshakeBudget } from './handshake-budget.ts';
import { clearLeftovers } from './openssh-folders.ts';
import type { KnownHosts } from './known-hosts.ts';
import type { SshTransport } from './ssh-connection.ts';
import type { SshRouter } from './ssh-route.ts';

export interface TransportsOptions {
  readonly router: SshRouter;
  readonly prompts: PromptBroker;
  readonly knownHosts: KnownHosts;
  /** Berth's own file of known hosts. */
  readonly berthKnownHosts: string;
  readonly ssh: SshFiles;
  /** Secrets that may be used again at a host of the inventory. */
  readonly remembered?: RememberedSecrets | undefined;
  readonly log: Log;
  /** From the first packet to being logged in; by default what each transport thinks right. */
  readonly readyTimeoutMs?: number | undefined;
  /** How often the built-in transport asks for a sign of life. */
  readonly keepaliveMs?: number | undefined;
  readonly platform?: NodeJS.Platform | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** It asks through SSH_ASKPASS even where there is a display or a terminal, and takes a fingerprint for an answer. */
const OLDEST_OPENSSH = 8.4;

/** Both transports behind one interface. Each is loaded with the first connection that wants it. */
export function openTransports(options: TransportsOptions): SshTransport {
  const { router, prompts, knownHosts, berthKnownHosts, ssh, remembered, log, readyTimeoutMs, keepaliveMs } = options;
  const env = options.env ?? process.env;
  // sshd does not care who of the two comes.
  const budget = createHandshakeBudget();
  if (canShareConnections(ssh, options.platform)) void clearLeftovers(env);
  const common = { prompts, knownHosts, remembered, budget, readyTimeoutMs, log };
  const transport = createSshTransport({
    router,
    knownHosts,
    async loadBuiltIn() {
      const { createSsh2Transport } = await import('./ssh2-transport.ts');
      return createSsh2Transport({ ...common, keepaliveMs });
    },
    async loadOpenSsh() {
      const { config } = ssh;
      const program = config?.program ?? null;
      if (!config || program === null) return { missing: 'it is not used in this workspace' };
      if (!canShareConnections(ssh, options.platform)) {
        return { missing: 'the OpenSSH of Windows cannot share a connection between commands' };
      }
      const missing = await whyMissing(program, env);
      if (missing !== null) return { missing };
      const { createOpenSshTransport } = await import('./openssh-transport.ts');
      const configFile = config.isUsual ? null : config.userFile;
      return createOpenSshTransport({ ...common, program, configFile, berthKnownHosts, env });
    },
  });
  return askAfterRefusal(transport);
}

/** Whether there may be masters of OpenSSH's, which Windows does not have. */
function canShareConnections({ config }: SshFiles, platform: NodeJS.Platform = process.platform): boolean {
  return (config?.program ?? null) !== null && platform !== 'win32';
}

/** Why OpenSSH's client cannot be used here; null when it can. */
async function whyMissing(program: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const said = await new Promise<string>((resolve) => {
    execFile(program, ['-V'], { env, timeout: 10_000 }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
  const version = /OpenSSH_(\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined) return `there is no ${program} on this computer`;
  return Number(version) < OLDEST_OPENSSH ? `it is older than ${String(OLDEST_OPENSSH)}` : null;
}
