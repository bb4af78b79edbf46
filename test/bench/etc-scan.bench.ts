import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toComparison } from '../../electron/core/etc/comparison.ts';
import { scanEtc, type ScanAccess } from '../../electron/core/etc/scan.ts';
import type { TreeFolders } from '../../electron/core/etc/tree-folders.ts';
import { silentLog } from '../../electron/core/log/file-log.ts';
import { createPromptBroker } from '../../electron/core/prompts/prompt-broker.ts';
import { createKnownHosts } from '../../electron/core/ssh/known-hosts.ts';
import { loadNativeScripts } from '../../electron/core/ssh/native-scripts.ts';
import { openTransports } from '../../electron/core/ssh/open-transports.ts';
import { createPlainRouter } from '../../electron/core/ssh/plain-router.ts';
import type { SshChannel, SshConnection } from '../../electron/core/ssh/ssh-connection.ts';
import { defaultEtcRules } from '../../shared/logic/etc-noise.ts';
import { root } from '../../build/paths.mjs';
import { startSshd, type TestSshd } from '../support/sshd.ts';
import { median, report, skip, timed } from './support/report.ts';

/**
 * A three-way look at /etc over loopback SSH, beside two ways without Berth over the same connection: `ostree admin config-diff`, which
 * looks at two trees and says no more than which paths differ, and a copy of all three trees with tar that is compared here. The trees
 * are made by the real ostree: an image, the /etc of its deployment, and a deployment of the next image that shares its files.
 */
const FILES = 3000;
const SIZES = [300, 3000, 30_000] as const;
const RUNS = 5;
/** What of the files is changed on the host, and by the next image. */
const CHANGED = 50;

const run = promisify(execFile);
const version = { deployment: 'x', version: null, digest: null };

async function main(): Promise<void> {
  if (process.getuid?.() !== 0) {
    skip('etc-scan', 'all', 'ostree deploys as root only');
    return;
  }
  try {
    execFileSync('ostree', ['--version'], { stdio: 'ignore' });
  } catch {
    skip('etc-scan', 'all', 'there is no ostree here');
    return;
  }
  const place = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'berth-bench-etc-'));
  const sshd = await startSshd({ config: [`SetEnv HOME=${place}`] });
  const client = await connect(sshd, place);
  try {
    const scripts = await loadNativeScripts(join(root, 'native'));
    const access: ScanAccess = { connection: client.connection, scripts, root: { kind: 'root' } };
    const perPath = new Map<number, number>();
    for (const files of SIZES) {
      const host = await makeHost(join(place, String(files)), files);
      await look(access, host.folders);
      const times: number[] = [];
      for (let count = 0; count < RUNS; count += 1) times.push(await timed(() => look(access, host.folders)));
      perPath.set(files, median(times) / files);
      if (files === FILES) await beside(access, host, median(times));
      await host.remove();
    }
    const [few = 0, , many = 0] = SIZES.map((files) => perPath.get(files));
    const growth = { bench: 'etc-scan', unit: 'ms a path', against: `with ${String(SIZES[0])} files` } as const;
    report({ ...growth, measure: 'with 30,000 files', value: many, againstValue: few, aim: { atMost: 1.5 } });
  } finally {
    await client.close();
    await sshd.stop();
    await rm(place, { recursive: true, force: true });
  }
}

/** Scans and compares, as the core does. Resolves with how many paths differ. */
async function look(access: ScanAccess, folders: TreeFolders): Promise<number> {
  const scan = await scanEtc(access, folders);
  const given = { hostId: 'h', view: 'staged' as const, folders, scan, rules: defaultEtcRules, ostreeVersion: null };
  return toComparison({ ...given, startedAt: 0, readAt: 0 }).entries.length;
}

async function beside(access: ScanAccess, host: BenchHost, ours: number): Promise<void> {
  const bench = 'etc-scan';
  const { connection } = access;
  const config: number[] = [];
  for (let count = 0; count < RUNS; count += 1) {
    config.push(
      await timed(() => read(connection, `ostree admin config-diff --sysroot=${host.sysroot} --os=os`, null)),
    );
  }
  const names = `${String(FILES)} files, three trees`;
  report({
    bench,
    measure: names,
    value: ours,
    unit: 'ms',
    against: 'ostree admin config-diff, two trees',
    againstValue: median(config),
    aim: { atMost: 3 },
  });

  const copies: number[] = [];
  let copied = 0;
  for (let count = 0; count < RUNS; count += 1) {
    copies.push(
      await timed(async () => {
        const into = mkdtempSync(join(host.place, 'copy-'));
        copied = await read(connection, `tar -C / -cf - ${host.trees.map((tree) => tree.slice(1)).join(' ')}`, into);
        const [base = '', local = '', target = ''] = host.trees.map((tree) => join(into, tree));
        for (const [one, other] of [
          [base, local],
          [base, target],
          [local, target],
        ] as const) {
          // Exit code 1: they differ.
          await run('diff', ['-rq', '--no-dereference', one, other], { maxBuffer: 1e8 }).catch(() => undefined);
        }
        rmSync(into, { recursive: true });
      }),
    );
  }
  const against = 'tar of three trees, and diff here';
  report({
    bench,
    measure: names,
    value: ours,
    unit: 'ms',
    against,
    againstValue: median(copies),
    aim: { atLeast: 5 },
  });
  const sent = await bytesOf(access, host.folders);
  report({
    bench,
    measure: `${names}, sent`,
    value: sent,
    unit: 'bytes',
    against,
    againstValue: copied,
    aim: { atLeast: 20 },
  });
}

/** What a scan takes of the network: both streams of its channel, and the script. */
async function bytesOf(access: ScanAccess, folders: TreeFolders): Promise<number> {
  let bytes = access.scripts.text('probes/etc').length;
  const counting: SshConnection = new Proxy(access.connection, {
    get(target, key) {
      if (key !== 'exec') {
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      }
      return async (...args: Parameters<SshConnection['exec']>) => {
        const channel = await target.exec(...args);
        for (const stream of [channel.stdout, channel.stderr])
          stream.prependListener('data', (chunk: Buffer) => (bytes += chunk.length));
        return channel;
      };
    },
  });
  await look({ ...access, connection: counting }, folders);
  return bytes;
}

/** Runs a command to its end; its stdout, a tar, is unpacked into a folder, or dropped. Resolves with how many bytes there were. */
async function read(connection: SshConnection, command: string, into: string | null): Promise<number> {
  const channel: SshChannel = await connection.exec(command);
  channel.stdin.end();
  channel.stderr.resume();
  const chunks: Buffer[] = [];
  channel.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await channel.exit;
  const bytes = Buffer.concat(chunks);
  if (into !== null) execFileSync('tar', ['-C', into, '-xf', '-'], { input: bytes });
  return bytes.length;
}

interface BenchHost {
  readonly place: string;
  readonly sysroot: string;
  readonly folders: TreeFolders;
  /** Base, local, target. */
  readonly trees: readonly [string, string, string];
  remove(): Promise<void>;
}

/** A sysroot in which the real ostree has deployed an image, and then the next one. */
async function makeHost(place: string, files: number): Promise<BenchHost> {
  const sysroot = join(place, 'sysroot');
  mkdirSync(sysroot, { recursive: true });
  const fence = join(root, 'test/lab/boot/fence.py');
  // Behind the fence: ostree would freeze the disk of this machine. Without the flag that keeps what it deploys from being removed.
  const env = { ...process.env, LC_ALL: 'C', OSTREE_SYSROOT_DEBUG: 'mutable-deployments' };
  const ostree = (...words: readonly string[]) =>
    run('python3', ['-ISB', fence, 'ostree', ...words], { env, maxBuffer: 1e8 });
  const repo = join(sysroot, 'ostree/repo');
  await ostree('admin', 'init-fs', '--modern', sysroot);
  await ostree('admin', 'os-init', `--sysroot=${sysroot}`, 'os');
  for (const [key, value] of [
    ['sysroot.bootloader', 'none'],
    ['core.fsync', 'false'],
    ['core.min-free-space-percent', '0'],
  ] as const) {
    await ostree(`--repo=${repo}`, 'config', 'set', key, value);
  }
  const deployed: string[] = [];
  for (const image of [1, 2]) {
    const tree = join(place, `image-${String(image)}`);
    for (const name of ['usr/etc', 'usr/lib/modules/1']) mkdirSync(join(tree, name), { recursive: true });
    writeFileSync(join(tree, 'usr/lib/os-release'), 'PRETTY_NAME=Bench\n');
    for (const name of ['vmlinuz', 'initramfs.img']) writeFileSync(join(tree, 'usr/lib/modules/1', name), name);
    writeFiles(join(tree, 'usr/etc'), files, image === 1 ? '' : 'next', image === 1 ? 0 : CHANGED);
    const { stdout } = await ostree(`--repo=${repo}`, 'commit', `--branch=image${String(image)}`, `--tree=dir=${tree}`);
    rmSync(tree, { recursive: true });
    deployed.push(stdout.trim());
    if (image === 1) await ostree('admin', 'deploy', `--sysroot=${sysroot}`, '--os=os', deployed[0] ?? '');
  }
  const deployments = join(sysroot, 'ostree/deploy/os/deploy');
  const booted = join(deployments, `${deployed[0] ?? ''}.0`);
  writeFiles(join(booted, 'etc'), files, 'here', CHANGED, 10);
  // What is staged is checked out as ostree does it, and not deployed: then it would be what config-diff looks at.
  const staged = join(deployments, `${deployed[1] ?? ''}.0`);
  await ostree(
    `--repo=${repo}`,
    'checkout',
    '-H',
    '--subpath=/usr/etc',
    deployed[1] ?? '',
    join(staged, 'usr/etc'),
  ).catch(async () => {
    mkdirSync(join(staged, 'usr'), { recursive: true });
    await ostree(`--repo=${repo}`, 'checkout', '-H', '--subpath=/usr/etc', deployed[1] ?? '', join(staged, 'usr/etc'));
  });
  const host = join(place, 'host');
  mkdirSync(join(host, 'proc/self'), { recursive: true });
  writeFileSync(join(host, 'proc/self/mountinfo'), '');
  symlinkSync(join(sysroot, 'ostree'), join(host, 'ostree'));
  symlinkSync(join(booted, 'etc'), join(host, 'etc'));
  const below = (folder: string) => folder.slice(sysroot.length);
  const versions = { booted: version, target: version };
  return {
    place,
    sysroot,
    folders: { root: host, backend: 'ostree', booted: below(booted), target: below(join(staged, 'usr/etc')), versions },
    trees: [join(booted, 'usr/etc'), join(booted, 'etc'), join(staged, 'usr/etc')],
    remove: () => rm(place, { recursive: true, force: true }),
  };
}

/** Files as an /etc has them, 2 KB on the average in folders of 30; with `word` in so many of them, from one on. */
function writeFiles(folder: string, files: number, word: string, changed: number, from = 0): void {
  const isNew = readdirSync(folder).length === 0;
  for (let file = 0; file < files; file += 1) {
    const isChanged = file >= from && file < from + changed;
    if (!isNew && !isChanged) continue;
    const home = join(folder, `folder-${String(Math.floor(file / 30))}.d`);
    mkdirSync(home, { recursive: true });
    const line = `option_${String(file)} = ${isChanged ? word : 'value'} # as it is shipped\n`;
    writeFileSync(join(home, `${String(file)}-settings.conf`), line.repeat(5 + ((file * 37) % 80)));
  }
}

async function connect(sshd: TestSshd, place: string) {
  const userKnownHosts = join(place, 'known_hosts');
  writeFileSync(userKnownHosts, `[127.0.0.1]:${String(sshd.port)} ${await sshd.hostKey()}\n`);
  const berthKnownHosts = join(place, 'none');
  const prompts = createPromptBroker();
  const ssh = { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null };
  const knownHosts = createKnownHosts({ berthFile: berthKnownHosts, userFile: userKnownHosts, systemFiles: [] });
  const router = createPlainRouter(ssh, sshd.user);
  const transport = openTransports({ prompts, knownHosts, berthKnownHosts, ssh, log: silentLog, router });
  const { port, user, keyFile } = sshd;
  const target = { hostId: 'h', name: 'h', address: '127.0.0.1', port, user, keyFile, transport: 'built-in' as const };
  const connection = await transport.connect(target, new AbortController().signal);
  return {
    connection,
    async close() {
      connection.close();
      await transport.dispose();
      prompts.dispose();
    },
  };
}

void main();
