import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../free-port.ts';
import { boot as bootState, fallBack, firstState, type ModelState } from './tools/model.mjs';

const run = promisify(execFile);
const HERE = import.meta.dirname;
const READY_TIMEOUT_MS = 20_000;

/** An image at one digest, as the scripted registry and the scripted deployments know it. */
export interface Release {
  readonly version: string;
  readonly digest: string;
  readonly timestamp: string;
  readonly kernel: string;
}

const release = (version: string, digit: string): Release => ({
  version,
  digest: `sha256:${digit.repeat(64)}`,
  timestamp: `2026-08-0${digit}T04:11:58Z`,
  kernel: `6.12.${digit}-scripted`,
});

/** The releases of the scripted image, oldest first: one for the rollback, one booted, two to come. */
export const releases = {
  old: release('42.1', '1'),
  booted: release('42.2', '2'),
  next: release('42.3', '3'),
  later: release('42.4', '4'),
} as const;

/** What the scripted bootc meets. Everything may be changed between two calls of it. */
export interface Scenario {
  /** What the registry holds under the tag. */
  readonly registry: Release;
  readonly layers: number;
  readonly cachedLayers: number;
  readonly layerBytes: number;
  readonly eventDelayMs: number;
  /** False: this bootc does not know --progress-fd. */
  readonly progress: boolean;
  readonly boundImageFails: boolean;
  readonly crash: boolean;
  readonly hugeLogBytes: number;
  readonly stderrLines: readonly string[];
  /** Fails with this text after `error: `, and `exitCode`. */
  readonly fails: string | null;
  readonly exitCode: number;
  /** What comes of a boot into something new: `fails` brings the old deployment back, `never` leaves the host off. */
  readonly boots: 'well' | 'fails' | 'never';
  /** Units that have failed after a boot. */
  readonly failedUnits: readonly string[];
  /** What greenboot wrote into the motd of a boot; null: it is not there. */
  readonly greenboot: string | null;
}

const IMAGE = { image: 'registry.example.com/acme/os:stable', transport: 'registry' };

/** So long a host that goes down waits for a script that is about to answer, in ms. */
const ANSWERS_WITHIN_MS = 2_000;

const DEFAULT_SCENARIO: Scenario = {
  registry: releases.next,
  layers: 4,
  cachedLayers: 64,
  layerBytes: 10_000_000,
  eventDelayMs: 0,
  progress: true,
  boundImageFails: false,
  crash: false,
  hugeLogBytes: 0,
  stderrLines: [],
  fails: null,
  exitCode: 1,
  boots: 'well',
  failedUnits: [],
  greenboot: null,
};

/** What skopeo says through bootc when a registry refuses the credentials. */
export const AUTH_FAILURE =
  'Upgrading: Preparing import: Fetching manifest: failed to invoke method OpenImage: ' +
  'reading manifest stable in registry.example.com/acme/os: unauthorized: access to the requested resource is not authorized';

/** Places where the scripted bootc can be made to wait. */
export type Gate = 'begin' | 'pull' | 'import' | 'status';

export const SUDO_PASSWORD = 'open sesame';

/**
 * Users: root; admin (sudo without a password), opera (sudo with SUDO_PASSWORD), guest (no sudo),
 * fisher and cesar (as admin, with the login shells fish and csh).
 */
export type ScriptedUser = 'root' | 'admin' | 'opera' | 'guest' | 'fisher' | 'cesar';

/**
 * A host in namespaces of its own: a real sshd, real sudo, real shells and a real /proc; the bootc, systemd-run and systemctl in it
 * are scripts. Needs `scriptedHostNeeds`.
 */
export interface ScriptedHost {
  readonly address: '127.0.0.1';
  readonly port: number;
  /** A private key that every user of the host accepts. */
  readonly keyFile: string;
  /** The line for known_hosts. */
  readonly knownHostsLine: string;
  setScenario(scenario: Partial<Scenario>): Promise<void>;
  /** Makes the scripted bootc wait at a gate from now on. */
  hold(gate: Gate): Promise<void>;
  /** True once bootc stands at the gate. */
  isHeld(gate: Gate): boolean;
  release(gate: Gate): Promise<void>;
  /** The upgrades that really ran: their arguments, one a line. */
  calls(): Promise<string[]>;
  bootId(): Promise<string>;
  /** A file of the host, as a path of this machine. */
  path(path: `/run/${string}` | `/etc/${string}` | `/ostree/${string}` | `/scripted/${string}`): string;
  /** Kills the sshd processes of all connections, as a broken network does. Returns how many. */
  cutConnections(): Promise<number>;
  /** Processes of the host whose command line matches. Process ids of this machine. */
  processes(pattern: RegExp): Promise<number[]>;
  /** Power off: nothing answers until `start`. */
  powerOff(): Promise<void>;
  /** A new boot: what was staged is booted, /run is empty. */
  powerOn(): Promise<void>;
  reboot(): Promise<void>;
  /** The deployments and all else that the tools keep (see tools/model.mjs). */
  state(): Promise<ModelState>;
  /** The stock timer of bootc, which reboots by itself: there is none until it is set. */
  setTimer(state: 'enabled' | 'disabled' | 'masked' | null): Promise<void>;
  /** Changes them as another admin would, by a tool that nobody follows. */
  changeState(change: (state: ModelState) => ModelState): Promise<void>;
  stop(): Promise<void>;
}

export async function startScriptedHost(scenario: Partial<Scenario> = {}): Promise<ScriptedHost> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-scripted-'));
  const port = await freePort();
  const current: { scenario: Scenario } = { scenario: { ...DEFAULT_SCENARIO, ...scenario } };
  let machine: ChildProcess | null = null;

  await makeFolders(dir);
  await makeEtc(dir, port);
  await writeScenario();
  await writeState(firstState({ image: IMAGE, booted: releases.booted, rollback: releases.old }));
  await boot();

  async function writeScenario(): Promise<void> {
    await writeFile(join(dir, 'scripted/scenario.json'), JSON.stringify(current.scenario));
  }

  async function writeState(state: ModelState): Promise<void> {
    // At once, as the tools do: they read it at any time.
    await writeFile(join(dir, 'scripted/state.next'), JSON.stringify(state));
    await rename(join(dir, 'scripted/state.next'), join(dir, 'scripted/state.json'));
  }

  async function readState(): Promise<ModelState> {
    return JSON.parse(await readFile(join(dir, 'scripted/state.json'), 'utf8')) as ModelState;
  }

  async function boot(): Promise<void> {
    await rm(join(dir, 'run'), { recursive: true, force: true });
    await mkdir(join(dir, 'run'));
    await writeFile(join(dir, 'run/ostree-booted'), '');
    const { greenboot } = current.scenario;
    if (greenboot !== null) {
      await mkdir(join(dir, 'run/motd.d'));
      await writeFile(join(dir, 'run/motd.d/boot-status'), `${greenboot}\n`);
    }
    await rm(join(dir, 'rebooting'), { force: true });
    await writeFile(join(dir, 'boot_id'), `${randomUUID()}\n`);
    await writeFile(join(dir, 'cmdline'), 'BOOT_IMAGE=/vmlinuz root=LABEL=root ostree=/ostree/boot.1/default/0/0\n');
    machine = spawn('sh', [join(HERE, 'host.sh'), dir, process.execPath, HERE], {
      stdio: ['pipe', 'ignore', process.env['SCRIPTED_HOST_DEBUG'] ? 'inherit' : 'ignore'],
      // Its own process group: Ctrl-C in a terminal must not take it away before the test has said so.
      detached: true,
    });
    await answers(port, machine);
  }

  async function powerOff(): Promise<void> {
    if (!machine) return;
    await writeFile(join(dir, 'rebooting'), '');
    await halt(machine);
    machine = null;
  }

  async function powerOn(): Promise<void> {
    const state = await readState();
    const next = current.scenario.boots === 'fails' ? fallBack(state) : bootState(state);
    await writeState(next);
    const failed = [...current.scenario.failedUnits, ...(next.finalizeFailed ? ['ostree-boot-complete.service'] : [])];
    const lines = failed.map((unit) => `${unit} loaded failed failed ${unit}\n`);
    await writeFile(join(dir, 'scripted/failed-units'), lines.join(''));
    const now = new Date();
    await utimes(join(dir, 'ostree/deploy'), now, now);
    await boot();
  }

  /** A shutdown takes a while: a script that is about to answer does so before the network is gone. */
  async function letAnswer(): Promise<void> {
    const giveUpAt = Date.now() + ANSWERS_WITHIN_MS;
    while (Date.now() < giveUpAt && (await processes(/ actions\/start /)).length > 0) await delay(20);
    // What it said last is on its way through sshd.
    await delay(50);
  }

  /** What the host asks for by its `shutdown` and `systemctl soft-reboot`. */
  async function obey(): Promise<void> {
    const isAsked = ['reboot-now', 'soft-reboot-now'].some((name) => existsSync(join(dir, 'scripted', name)));
    if (isAsked) await letAnswer();
    if (existsSync(join(dir, 'scripted/reboot-now'))) {
      await rm(join(dir, 'scripted/reboot-now'));
      await powerOff();
      if (current.scenario.boots !== 'never') await powerOn();
    } else if (existsSync(join(dir, 'scripted/soft-reboot-now'))) {
      await rm(join(dir, 'scripted/soft-reboot-now'));
      const state = await readState();
      await writeState(state.softTarget === null ? state : bootState(state));
      const [uptime = '0'] = (await readFile('/proc/uptime', 'utf8')).split('.');
      await writeFile(join(dir, 'scripted/userspace'), `${uptime}000000\n`);
      await rm(join(dir, 'run/ostree/staged-deployment'), { force: true });
      for (const pid of await processes(/^sshd: \w+(@| \[)/)) tryKill(pid);
    }
  }
  let obeying: Promise<void> = Promise.resolve();
  const obedience = setInterval(() => {
    obeying = obeying.then(obey, obey);
  }, 50).unref();

  async function processes(pattern: RegExp): Promise<number[]> {
    const own = await namespaceOf(machine);
    const found: number[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const [namespace, command] = await Promise.all([
        readlink(`/proc/${name}/ns/pid`).catch(() => ''),
        readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
      ]);
      if (namespace === own && pattern.test(command.replaceAll('\0', ' '))) found.push(Number(name));
    }
    return found;
  }

  const gateFile = (gate: Gate) => join(dir, `scripted/hold-${gate}`);
  const hostKey = await readFile(join(dir, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');

  return {
    address: '127.0.0.1',
    port,
    keyFile: join(dir, 'login_key'),
    knownHostsLine: `[127.0.0.1]:${String(port)} ${hostKey.split(' ').slice(0, 2).join(' ')}`,
    async setScenario(changes) {
      current.scenario = { ...current.scenario, ...changes };
      await writeScenario();
    },
    async hold(gate) {
      await rm(join(dir, `scripted/at-${gate}`), { force: true });
      await writeFile(gateFile(gate), '');
    },
    isHeld: (gate) => existsSync(join(dir, `scripted/at-${gate}`)),
    release: (gate) => rm(gateFile(gate), { force: true }),
    async calls() {
      const text = await readFile(join(dir, 'scripted/calls'), 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
    bootId: async () => (await readFile(join(dir, 'boot_id'), 'utf8')).trim(),
    path: (path) => join(dir, path),
    async cutConnections() {
      // `sshd: admin [priv]` and `sshd: admin@notty`; the listener is `sshd: /usr/sbin/sshd … [listener] …`.
      const children = await processes(/^sshd: \w+(@| \[)/);
      for (const pid of children) tryKill(pid);
      return children.length;
    },
    processes,
    powerOff,
    powerOn,
    async reboot() {
      await powerOff();
      await powerOn();
    },
    state: readState,
    async setTimer(timer) {
      const path = join(dir, 'scripted/timer-state');
      await (timer === null ? rm(path, { force: true }) : writeFile(path, `${timer}\n`));
    },
    async changeState(change) {
      await writeState(change(await readState()));
      const now = new Date();
      await utimes(join(dir, 'ostree/deploy'), now, now);
    },
    async stop() {
      clearInterval(obedience);
      await obeying.catch(() => undefined);
      if (machine) await halt(machine);
      machine = null;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function makeFolders(dir: string): Promise<void> {
  for (const folder of ['bin', 'home', 'ostree/deploy/default/deploy', 'ostree/bootc', 'root', 'run', 'scripted']) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  await chmod(dir, 0o755);
  await writeFile(join(dir, 'ostree/lock'), '');
  await cp(join(HERE, 'tools'), join(dir, 'scripted/tools'), { recursive: true });
  for (const tool of ['bootc', 'curl', 'ostree', 'shutdown', 'systemd-run', 'systemctl']) {
    await cp(join(HERE, `tools/${tool}.sh`), join(dir, 'bin', tool));
    await chmod(join(dir, 'bin', tool), 0o755);
  }
}

/** A copy of the machine's /etc with users, keys and sudo rules of the host's own. */
async function makeEtc(dir: string, port: number): Promise<void> {
  const etc = join(dir, 'etc');
  await run('cp', ['-a', '/etc', etc]);
  const users = [
    ['admin', 1500, '/bin/sh'],
    ['opera', 1501, '/bin/bash'],
    ['guest', 1502, '/bin/sh'],
    ['fisher', 1503, '/usr/bin/fish'],
    ['cesar', 1504, '/bin/csh'],
  ] as const;
  const { stdout: hash } = await run('openssl', [
    'passwd',
    '-6',
    '-salt',
    randomBytes(6).toString('hex'),
    SUDO_PASSWORD,
  ]);
  const rows = (make: (name: string, id: number, shell: string) => string) =>
    users.map(([name, id, shell]) => `${make(name, id, shell)}\n`).join('');

  await writeFile(
    join(etc, 'passwd'),
    `root:x:0:0:root:/home/root:/bin/bash\nsshd:x:105:65534::/run/sshd:/usr/sbin/nologin\nnobody:x:65534:65534::/:/usr/sbin/nologin\n` +
      rows((name, id, shell) => `${name}:x:${String(id)}:${String(id)}::/home/${name}:${shell}`),
  );
  await writeFile(join(etc, 'group'), `root:x:0:\nnogroup:x:65534:\n${rows((name, id) => `${name}:x:${String(id)}:`)}`);
  await writeFile(
    join(etc, 'shadow'),
    `root:*:20000::::::\nsshd:*:20000::::::\n${rows((name) => `${name}:${name === 'opera' ? hash.trim() : '*'}:20000:0:99999:7:::`)}`,
    { mode: 0o600 },
  );
  await writeFile(
    join(etc, 'sudoers'),
    'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"\n' +
      'root ALL=(ALL) ALL\nopera ALL=(ALL) ALL\n' +
      ['admin', 'fisher', 'cesar'].map((name) => `${name} ALL=(ALL) NOPASSWD: ALL\n`).join(''),
    { mode: 0o440 },
  );
  await rm(join(etc, 'sudoers.d'), { recursive: true, force: true });
  await writeFile(join(etc, 'hostname'), 'scripted\n');
  await writeFile(join(etc, 'machine-id'), `${randomBytes(16).toString('hex')}\n`);
  await rm(join(etc, 'os-release'), { force: true });
  await writeFile(
    join(etc, 'os-release'),
    'ID=scripted\nNAME="Scripted OS"\nVERSION_ID=42\nPRETTY_NAME="Scripted OS 42"\n',
  );
  // No pam_systemd and no limits: pam_unix alone, which reads the shadow file above.
  await writeFile(
    join(etc, 'pam.d/sudo'),
    'auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n',
  );

  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', join(dir, 'login_key')]);
  const ssh = join(etc, 'ssh');
  await rm(ssh, { recursive: true, force: true });
  await mkdir(ssh);
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(ssh, 'ssh_host_ed25519_key')]);
  await cp(join(dir, 'login_key.pub'), join(ssh, 'authorized_keys'));
  await writeFile(
    join(ssh, 'sshd_config'),
    [
      `Port ${String(port)}`,
      'ListenAddress 127.0.0.1',
      'HostKey /etc/ssh/ssh_host_ed25519_key',
      'AuthorizedKeysFile /etc/ssh/authorized_keys',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'PidFile none',
      '',
    ].join('\n'),
  );
  for (const [name, id] of [['root', 0] as const, ...users]) {
    const home = join(dir, 'home', name);
    await mkdir(home);
    await chown(home, id, id);
  }
}

/** Resolves when sshd says its name; rejects when the host ends before. */
async function answers(port: number, machine: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < giveUpAt) {
    if (machine.exitCode !== null)
      throw new Error('The scripted host ended while it booted; SCRIPTED_HOST_DEBUG=1 shows why');
    const banner = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => resolve(true)).once('error', () => resolve(false));
      socket.once('close', () => resolve(false)).setTimeout(1000, () => socket.destroy());
      socket.once('data', () => socket.destroy());
    });
    if (banner) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('The scripted host did not answer');
}

/** Closes the stdin of the host, which ends all of it, and waits until it has. */
async function halt(machine: ChildProcess): Promise<void> {
  if (machine.exitCode !== null) return;
  const ended = new Promise((resolve) => machine.once('exit', resolve));
  machine.stdin?.end();
  await ended;
}

/** The pid namespace of the host: that of the child of its unshare. */
async function namespaceOf(machine: ChildProcess | null): Promise<string> {
  const unshare = machine?.pid === undefined ? undefined : await childOf(machine.pid);
  const init = unshare === undefined ? undefined : await childOf(unshare);
  return init === undefined ? 'none' : readlink(`/proc/${String(init)}/ns/pid`);
}

async function childOf(pid: number): Promise<number | undefined> {
  const children = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  return children.trim() === '' ? undefined : Number(children.trim().split(' ')[0]);
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
