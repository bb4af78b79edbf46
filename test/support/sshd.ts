import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/** Where Debian and Fedora keep it. */
const SSHD = '/usr/sbin/sshd';

/** A real sshd on the loopback, with everything it has in one temporary folder. */
export interface TestSshd {
  readonly port: number;
  readonly folder: string;
  /** The user who runs the tests: the one who can log in by key. */
  readonly user: string;
  /** A private key (ed25519, no passphrase) that opens the way in. */
  readonly keyFile: string;
  /** The private half of the host key. */
  readonly hostKeyFile: string;
  /** The same of the second one, where there is one. */
  readonly secondHostKeyFile: string;
  /** `type base64` of the host key, as known_hosts has it. */
  hostKey(): Promise<string>;
  /** Everything sshd has logged (LogLevel VERBOSE). */
  log(): string;
  /** Adds a public key to authorized_keys. */
  authorize(publicKeyFile: string): Promise<void>;
  /** Replaces the host key and starts anew on the same port: what a reinstalled host does. */
  replaceHostKey(type?: KeyType): Promise<void>;
  /** Ends every session by force, as a lost network does; the listener stays. Resolves with how many processes that were. */
  killSessions(): Promise<number>;
  /** Stops every session where it is, as a host that hangs: open, and silent. */
  freezeSessions(): Promise<void>;
  stop(): Promise<void>;
}

export type KeyType = 'ed25519' | 'rsa' | 'ecdsa';

export interface SshdOptions {
  /** Lines that come before the others, so that they win: sshd takes the first value it sees. */
  readonly config?: readonly string[];
  readonly hostKeyType?: KeyType;
  /** A second host key of this type. */
  readonly secondHostKeyType?: KeyType;
  /** Environment of sshd, and of what it starts where its configuration lets it through. */
  readonly env?: NodeJS.ProcessEnv;
  /** A command to start sshd through, such as `unshare -m …`; sshd and its arguments are appended. */
  readonly wrapper?: readonly string[];
}

/** Starts an sshd, and resolves when it listens. */
export async function startSshd(options: SshdOptions = {}): Promise<TestSshd> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-sshd-'));
  const port = await freePort();
  const keyFile = join(folder, 'id_ed25519');
  const hostKeyFile = join(folder, 'host_key');
  const secondHostKeyFile = join(folder, 'second_host_key');
  const authorizedKeys = join(folder, 'authorized_keys');
  const user = userInfo().username;
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  await makeKey(keyFile);
  await makeKey(hostKeyFile, { type: options.hostKeyType ?? 'ed25519' });
  if (options.secondHostKeyType) await makeKey(secondHostKeyFile, { type: options.secondHostKeyType });
  await writeFile(authorizedKeys, await readFile(`${keyFile}.pub`), { mode: 0o644 });
  // sshd reads it as the user who logs in, who may be another than ours.
  await chmod(folder, 0o755);
  // The rc files of whoever runs the tests are no part of them: slow, noisy, and not made to be killed half-way. Users of a
  // sandbox have homes of their own.
  const home = join(folder, 'home');
  await mkdir(home);
  const config = [
    ...(options.config ?? []),
    ...(options.wrapper ? [] : [`SetEnv HOME=${home}`]),
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${hostKeyFile}`,
    ...(options.secondHostKeyType ? [`HostKey ${secondHostKeyFile}`] : []),
    `AuthorizedKeysFile ${authorizedKeys}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no',
    'PrintMotd no',
    'PrintLastLog no',
    'LogLevel VERBOSE',
  ];
  await writeFile(join(folder, 'sshd_config'), `${config.join('\n')}\n`);

  let log = '';
  let child = await start();

  /** What listens on the port may be another's: sshd's own word counts. */
  async function start(): Promise<ChildProcess> {
    const from = log.length;
    const words = [...(options.wrapper ?? []), SSHD, '-D', '-e', '-f', join(folder, 'sshd_config')];
    const started = spawn(words[0]!, words.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    started.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await until(async () => {
      if (started.exitCode !== null) throw new Error(`sshd did not start: ${log}`);
      return log.includes(`Server listening on 127.0.0.1 port ${String(port)}.`, from) ? true : null;
    });
    return started;
  }

  async function stop(): Promise<void> {
    await killSessions();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  /** sshd's processes for connections are not its process group: found by descent. */
  async function killSessions(): Promise<number> {
    const processes = await sessions();
    for (const pid of processes) signal(pid, 'SIGKILL');
    return processes.length;
  }

  async function sessions(): Promise<readonly number[]> {
    // The process that has written the pid file is the listener, also behind a wrapper.
    const listener = Number(await readFile(join(folder, 'sshd.pid'), 'utf8').catch(() => '0'));
    return listener > 0 ? descendantsOf(listener) : [];
  }

  return {
    port,
    folder,
    user,
    keyFile,
    hostKey: () => hostKeyOf(hostKeyFile),
    hostKeyFile,
    secondHostKeyFile,
    log: () => log,
    async authorize(publicKeyFile) {
      await writeFile(authorizedKeys, await readFile(publicKeyFile), { flag: 'a' });
    },
    async replaceHostKey(type = 'ed25519') {
      await stop();
      await rm(hostKeyFile);
      await rm(`${hostKeyFile}.pub`);
      await makeKey(hostKeyFile, { type });
      child = await start();
    },
    killSessions,
    async freezeSessions() {
      for (const pid of await sessions()) signal(pid, 'SIGSTOP');
    },
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface KeyOptions {
  readonly type?: KeyType;
  readonly passphrase?: string;
  /** `PEM` and `PKCS8` besides OpenSSH's own format. */
  readonly format?: 'PEM' | 'PKCS8';
  /** Without it there is no `.pub` file beside the key. */
  readonly withPublic?: boolean;
}

/** Makes a key with ssh-keygen. */
export async function makeKey(path: string, options: KeyOptions = {}): Promise<void> {
  const { type = 'ed25519', passphrase = '', format, withPublic = true } = options;
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  const as = format ? ['-m', format] : [];
  await run('ssh-keygen', ['-q', '-t', type, ...bits, ...as, '-N', passphrase, '-C', 'berth test', '-f', path]);
  if (!withPublic) await rm(`${path}.pub`);
}

/** `type base64` of the public half of a private key. */
export async function hostKeyOf(privateKeyFile: string): Promise<string> {
  return (await readFile(`${privateKeyFile}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
}

/** `SHA256:…` as ssh-keygen prints it. */
export async function fingerprintOf(keyFile: string): Promise<string> {
  const { stdout } = await run('ssh-keygen', ['-lf', keyFile]);
  return stdout.split(' ')[1] ?? '';
}

/** A real ssh-agent. */
export interface TestAgent {
  readonly socket: string;
  /** Adds a private key without passphrase. */
  add(keyFile: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startAgent(): Promise<TestAgent> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-agent-'));
  const socket = join(folder, 'agent.sock');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  await until(async () => ((await canConnect({ path: socket })) ? true : null));
  return {
    socket,
    async add(keyFile) {
      await chmod(keyFile, 0o600);
      await run('ssh-add', ['-q', keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks again until the answer is not null; the one place that waits by time, since a process tells nobody when it listens. */
async function until<T>(ask: () => Promise<T | null>, timeoutMs = 10_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error('Waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves when something listens on a port of the loopback. */
export const untilListening = (port: number) => until(async () => ((await isListening(port)) ? true : null));

const isListening = (port: number) => canConnect({ host: '127.0.0.1', port });

function canConnect(where: { path: string } | { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(where);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** All descendants of a process, children before their own children. */
async function descendantsOf(pid: number): Promise<number[]> {
  const children = (await run('ps', ['-o', 'pid=', '--ppid', String(pid)]).catch(() => ({ stdout: '' }))).stdout
    .split('\n')
    .map(Number)
    .filter((child) => child > 0);
  const below = await Promise.all(children.map(descendantsOf));
  return [...children, ...below.flat()];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
