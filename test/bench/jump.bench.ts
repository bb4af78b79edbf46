import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../electron/core/log/file-log.ts';
import { createPromptBroker } from '../../electron/core/prompts/prompt-broker.ts';
import { openSshConfig } from '../../electron/core/ssh-config/open-ssh-config.ts';
import { createConnectionPool, type ConnectionPool } from '../../electron/core/ssh/connection-pool.ts';
import { createKnownHosts } from '../../electron/core/ssh/known-hosts.ts';
import { openTransports } from '../../electron/core/ssh/open-transports.ts';
import type { SshConnection, SshTarget, SshTransport } from '../../electron/core/ssh/ssh-connection.ts';
import { startSshd, type TestSshd } from '../support/sshd.ts';
import { findPeer } from './support/peers.ts';
import { median, report, skip, timed } from './support/report.ts';
import { waitUntil } from './support/wait.ts';

/**
 * 300 sessions over one jump host whose sshd has its defaults (MaxStartups 10:30:100): how long until each has run a command, none
 * lost, against parallel-ssh through the same jump host; and how long until all are back after a cut. Then a command over an open
 * connection, against ssh's own multiplexing.
 */
const SESSIONS = 300;
/** As in the other benches; and what loses no session through such a jump host. */
const PARALLEL = [32, 8];
const EXECS = 60;

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-jump-'));
  const [jump, host] = await Promise.all([startSshd(), startSshd()]);
  try {
    const config = join(dir, 'config');
    const knownHosts = join(dir, 'known_hosts');
    const common = `Host *\nUserKnownHostsFile ${knownHosts}\n`;
    const entries = [entry('jump', jump), entry('box*', host, 'ProxyJump jump'), common];
    await writeFile(config, entries.join(''), { mode: 0o600 });
    const keys = await Promise.all([jump, host].map(async (at) => `[127.0.0.1]:${at.port} ${await at.hostKey()}\n`));
    await writeFile(knownHosts, keys.join(''));
    const berth = await measureBerth(dir, config, knownHosts, jump, host);
    report({
      ...{ bench: 'jump', measure: `back after a cut, ${SESSIONS} sessions`, value: berth.again, unit: 's' },
      ...{ against: 'first connect', againstValue: berth.first, aim: { atMost: 2 } },
    });
    await measurePeers(dir, config, berth.first);
    await measureExec(dir, config, knownHosts);
  } finally {
    await Promise.all([jump.stop(), host.stop()]);
    await rm(dir, { recursive: true, force: true });
  }
}

function entry(name: string, at: TestSshd, more = ''): string {
  const lines = [
    `Host ${name}`,
    'HostName 127.0.0.1',
    `Port ${at.port}`,
    `User ${at.user}`,
    `IdentityFile ${at.keyFile}`,
  ];
  return `${[...lines, 'IdentitiesOnly yes', more].join('\n')}\n`;
}

function openBerth(dir: string, config: string, userKnownHosts: string): SshTransport {
  const files = { userFile: config, systemFile: null, systemFolder: dir, program: 'ssh', isUsual: false };
  const ssh = { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null, config: files };
  const berthKnownHosts = join(dir, 'berth_known_hosts');
  const knownHosts = createKnownHosts({ berthFile: berthKnownHosts, userFile: userKnownHosts, systemFiles: [] });
  const { router } = openSshConfig(files, ssh, 'nobody');
  return openTransports({ router, prompts: createPromptBroker(), knownHosts, berthKnownHosts, ssh, log: silentLog });
}

const targetOf = (name: string, transport: SshTarget['transport']): SshTarget => ({
  ...{ hostId: name, name, address: name, port: null, user: null, keyFile: null, transport },
});

async function runOnce(connection: SshConnection, command = 'true'): Promise<void> {
  const channel = await connection.exec(command);
  channel.stdin.end();
  channel.stdout.resume();
  channel.stderr.resume();
  const { code } = await channel.exit;
  if (code !== 0) throw new Error(`A command ended with ${String(code)}`);
}

async function measureBerth(dir: string, config: string, knownHosts: string, jump: TestSshd, host: TestSshd) {
  const transport = openBerth(dir, config, knownHosts);
  const pool = createConnectionPool({ transport, log: silentLog });
  const targets = Array.from({ length: SESSIONS }, (_, index) => targetOf(`box-${index}`, 'built-in'));
  const connectAll = () =>
    Promise.all(targets.map(async (target) => runOnce(await pool.connect(target, 'background'))));
  try {
    const first = (await timed(connectAll)) / 1000;
    const before = targets.map(({ hostId }) => pool.current(hostId));
    // They come back by themselves.
    const again = await timed(async () => {
      await Promise.all([jump.killSessions(), host.killSessions()]);
      await waitUntil('all sessions cut', 30_000, () => before.every((connection) => connection?.closed));
      await waitUntil('all sessions back', 120_000, () => targets.every(({ hostId }) => isBack(pool, hostId)));
      await connectAll();
    });
    for (const at of [jump, host]) if (at.log().includes('MaxStartups')) throw new Error('A handshake was refused');
    return { first, again: again / 1000 };
  } finally {
    pool.dispose();
    await transport.dispose();
  }
}

function isBack(pool: ConnectionPool, hostId: string): boolean {
  return pool.state(hostId).kind === 'connected';
}

async function measurePeers(dir: string, config: string, berth: number): Promise<void> {
  const measure = `connect and run, ${SESSIONS} sessions over one jump host`;
  if (!findPeer('parallel-ssh', 'pssh')) {
    skip('jump', measure, 'pssh is not installed');
    return;
  }
  const hosts = join(dir, 'pssh-hosts');
  await writeFile(hosts, Array.from({ length: SESSIONS }, (_, index) => `box-${index}\n`).join(''));
  for (const parallel of PARALLEL) {
    const out = join(dir, `pssh-${parallel}`);
    const args = [
      '-h',
      hosts,
      '-p',
      String(parallel),
      '-t',
      '0',
      '-e',
      out,
      '-x',
      `-F ${config} -o BatchMode=yes`,
      'true',
    ];
    // What is lost it tells by its exit code; the work is done all the same.
    const seconds = (await timed(() => runToEnd('parallel-ssh', args))) / 1000;
    const lost = await countLost(out);
    report({
      ...{ bench: 'jump', measure, value: berth, unit: 's' },
      ...{ against: `parallel-ssh -p ${parallel}, ${lost} lost`, againstValue: seconds, aim: { atLeast: 1 } },
    });
  }
}

function runToEnd(command: string, args: readonly string[]): Promise<unknown> {
  return new Promise((resolve) => execFile(command, [...args], { maxBuffer: 64 * 1024 * 1024 }, resolve));
}

/** Sessions whose error output tells that sshd or the jump host did not take them. */
async function countLost(folder: string): Promise<number> {
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.filter((text) => /closed|reset|refused|Exceeded/i.test(text)).length;
}

async function measureExec(dir: string, config: string, knownHosts: string): Promise<void> {
  const transport = openBerth(dir, config, knownHosts);
  const socket = join(dir, 'mux');
  const base = ['-F', config, '-S', socket];
  const master = spawn('ssh', [...base, '-MN', 'jump'], { stdio: 'ignore' });
  try {
    await waitUntil('a master', 30_000, () => existsSync(socket));
    const ssh = await medianOf(() => runToEnd('ssh', [...base, 'jump', 'true']));
    for (const kind of ['built-in', 'openssh'] as const) {
      const connection = await transport.connect(targetOf('jump', kind), new AbortController().signal);
      const value = await medianOf(() => runOnce(connection));
      report({
        ...{ bench: 'jump', measure: `a command on an open connection, ${kind}`, value, unit: 'ms' },
        ...{ against: 'ssh over its ControlMaster', againstValue: ssh, aim: { atLeast: 1 } },
      });
      connection.close();
    }
  } finally {
    master.kill('SIGTERM');
    await transport.dispose();
  }
}

async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < EXECS; run += 1) runs.push(await timed(work));
  return median(runs);
}

void main();
