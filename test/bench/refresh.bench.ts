import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readChanges } from '../../electron/core/hosts/facts-reader.ts';
import { silentLog } from '../../electron/core/log/file-log.ts';
import { createPromptBroker } from '../../electron/core/prompts/prompt-broker.ts';
import { createConnectionPool } from '../../electron/core/ssh/connection-pool.ts';
import { createKnownHosts } from '../../electron/core/ssh/known-hosts.ts';
import { loadNativeScripts, type NativeScripts } from '../../electron/core/ssh/native-scripts.ts';
import { openTransports } from '../../electron/core/ssh/open-transports.ts';
import { createPlainRouter } from '../../electron/core/ssh/plain-router.ts';
import type { SshTarget } from '../../electron/core/ssh/ssh-connection.ts';
import { root } from '../../build/paths.mjs';
import { startSshd, type TestSshd } from '../support/sshd.ts';
import { findPeer, runPeer } from './support/peers.ts';
import { median, report, skip, timed } from './support/report.ts';

/**
 * Refreshing 100 hosts: Berth's question whether anything changed, asked in 100 sessions to one real sshd, against
 * parallel-ssh and Ansible running the same script, 32 at a time as their users do. Cold: with connecting. Warm: over the open
 * connections, which the peers do not have.
 */
const SESSIONS = 100;
const PARALLEL = '32';
const RUNS = 3;

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  // The peers open 32 handshakes at once; with sshd's default MaxStartups they would lose some. An empty home keeps the rc files
  // of whoever runs the bench out of it.
  const sshd = await startSshd({ config: ['MaxStartups 200', 'MaxSessions 200', `SetEnv HOME=${dir}`] });
  try {
    const scripts = await loadNativeScripts(join(root, 'native'));
    const { cold, warm } = await measureBerth(sshd, scripts, dir);
    const peers = await measurePeers(sshd, scripts, dir);
    for (const [peer, seconds] of peers) {
      report({
        bench: 'refresh',
        measure: 'cold, 100 sessions',
        value: cold,
        unit: 's',
        against: peer,
        againstValue: seconds,
        aim: { atLeast: 3 },
      });
      report({
        bench: 'refresh',
        measure: 'warm, 100 sessions',
        value: warm,
        unit: 's',
        against: peer,
        againstValue: seconds,
        aim: { atLeast: 15 },
      });
    }
  } finally {
    await sshd.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function measureBerth(sshd: TestSshd, scripts: NativeScripts, dir: string) {
  const knownHostsFile = join(dir, 'known_hosts');
  await writeFile(knownHostsFile, `[127.0.0.1]:${sshd.port} ${await sshd.hostKey()}\n`);
  const berthKnownHosts = join(dir, 'none');
  const knownHosts = createKnownHosts({ berthFile: berthKnownHosts, userFile: knownHostsFile, systemFiles: [] });
  const ssh = { userKnownHosts: knownHostsFile, systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null };
  const targets = Array.from({ length: SESSIONS }, (_, index): SshTarget => ({
    hostId: `host-${index}`,
    name: `host-${index}`,
    address: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    keyFile: sshd.keyFile,
    transport: 'built-in',
  }));
  const cold: number[] = [];
  const warm: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const pool = createConnectionPool({
      transport: openTransports({
        ...{ prompts: createPromptBroker(), knownHosts, berthKnownHosts, ssh, log: silentLog },
        router: createPlainRouter(ssh, sshd.user),
      }),
      log: silentLog,
    });
    const refresh = () =>
      Promise.all(
        targets.map(async (target) => {
          const changes = await readChanges(await pool.connect(target, 'background'), scripts);
          if (!changes?.bootId) throw new Error(`${target.name} did not answer`);
        }),
      );
    cold.push((await timed(refresh)) / 1000);
    warm.push((await timed(refresh)) / 1000);
    pool.dispose();
  }
  return { cold: median(cold), warm: median(warm) };
}

async function measurePeers(sshd: TestSshd, scripts: NativeScripts, dir: string): Promise<Map<string, number>> {
  const seconds = new Map<string, number>();
  const probe = join(dir, 'probe.sh');
  // What Berth sends, as a file with the two arguments it sends with it.
  await writeFile(probe, `set -- probes/changes ${'0'.repeat(32)}\n${scripts.text('probes/changes')}`);
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', `IdentityFile=${sshd.keyFile}`];

  if (findPeer('parallel-ssh', 'pssh')) {
    const hosts = join(dir, 'pssh-hosts');
    await writeFile(hosts, Array.from({ length: SESSIONS }, () => `127.0.0.1:${sshd.port}\n`).join(''));
    const args = ['-h', hosts, '-l', sshd.user, '-p', PARALLEL, ...options.flatMap((option) => ['-O', option])];
    const command = `parallel-ssh "$@" -I 'sh -s' <"$PROBE" >/dev/null`;
    seconds.set('parallel-ssh', await repeat(() => runPeer('sh', ['-c', command, 'sh', ...args], { PROBE: probe })));
  } else {
    skip('refresh', 'parallel-ssh', 'pssh is not installed');
  }

  if (findPeer('ansible', 'ansible-core')) {
    const inventory = join(dir, 'inventory.ini');
    const variables = `ansible_host=127.0.0.1 ansible_port=${sshd.port} ansible_user=${sshd.user} ansible_ssh_private_key_file=${sshd.keyFile}`;
    await writeFile(inventory, Array.from({ length: SESSIONS }, (_, index) => `host-${index} ${variables}\n`).join(''));
    // Raw has no stdin: the script is a file on the host, which spares Ansible the transfer.
    const args = ['-i', inventory, 'all', '-f', PARALLEL, '-m', 'raw', '-a', `sh -s < ${probe}`];
    const env = {
      ANSIBLE_HOST_KEY_CHECKING: 'False',
      ANSIBLE_SSH_ARGS: `-o ControlMaster=no ${options.map((option) => `-o ${option}`).join(' ')}`,
      ANSIBLE_HOME: dir,
    };
    seconds.set('ansible raw', await repeat(() => runPeer('ansible', args, env)));
  } else {
    skip('refresh', 'ansible raw', 'ansible-core is not installed');
  }
  return seconds;
}

async function repeat(work: () => Promise<unknown>): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push((await timed(work)) / 1000);
  return median(runs);
}

void main();
