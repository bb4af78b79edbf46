import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dist, root } from '../../build/paths.mjs';
import { createCore } from '../../electron/core/create-core.ts';
import { loadNativeScripts } from '../../electron/core/ssh/native-scripts.ts';
import { makePrivateFolders, type PrivateFolders } from '../e2e/support/private-folders.ts';
import { hostPlace, initProcess, pidNamespace } from '../lab/hosts/host-place.ts';
import { allProcesses } from '../lab/hosts/processes.ts';
import { whyNotHere } from '../lab/hosts/requirements.ts';
import { acquireLabHost, acquireLabHosts, type LabHost } from '../support/lab.ts';
import { measuredRun, type MeasuredRun } from './support/measured-run.ts';
import { MB, proportionalBytes } from './support/memory.ts';
import { findPeer } from './support/peers.ts';
import { report, skip, timed } from './support/report.ts';

/**
 * `berth status` on 200 hosts of the lab, each a system of its own with an sshd, against parallel-ssh and Ansible running the
 * script that Berth runs there, 32 at a time as their users do, with host keys checked. The hosts work on the same machine, and
 * their work is the larger part of all times; what the tools themselves took of the processors is told beside it.
 */
const BENCH = 'lab-scale';
const HOSTS = Number(process.env['BENCH_LAB_HOSTS'] ?? 200);
const PARALLEL = '32';
const USER = 'admin';
const nativeDir = join(root, 'native');
/** On the hosts. */
const PROBE = '/var/tmp/berth-probe.sh';

async function main(): Promise<void> {
  const missing = whyNotHere();
  if (missing !== null) {
    skip(BENCH, 'all', missing);
    return;
  }
  // Images and templates are made once for ever: not a part of what a host takes.
  await (await acquireLabHost()).release();
  const folders = await makePrivateFolders();
  let hosts: readonly LabHost[] = [];
  try {
    const upMs = await timed(async () => {
      hosts = await acquireLabHosts(HOSTS);
    });
    report({
      bench: BENCH,
      measure: `one of ${HOSTS} hosts, made and booted`,
      value: upMs / 1000 / HOSTS,
      unit: 's',
      against: 'limit',
      againstValue: 1,
      aim: { atMost: 1 },
    });
    report({
      bench: BENCH,
      measure: `one of ${HOSTS} hosts, memory (PSS)`,
      value: memoryOf(hosts) / MB / HOSTS,
      unit: 'MB',
      against: 'limit',
      againstValue: 4,
      aim: { atMost: 1 },
    });
    await measureTools(hosts, folders);
  } finally {
    await Promise.all(hosts.map((host) => host.release()));
    await folders.remove();
  }
}

/** Of all that runs on the hosts, and of what keeps them running. */
function memoryOf(hosts: readonly LabHost[]): number {
  const places = hosts.map(({ number, tier }) => hostPlace('pool', number, tier));
  const namespaces = new Set(places.map((place) => pidNamespace(String(initProcess(place)))));
  const folders = new Set(places.map(({ folder }) => folder));
  const theirs = allProcesses().filter(
    ({ pid, command }) =>
      namespaces.has(pidNamespace(String(pid))) || command.split(' ').some((word) => folders.has(word)),
  );
  return theirs.reduce((sum, { pid }) => sum + (proportionalBytes(pid) ?? 0), 0);
}

async function measureTools(hosts: readonly LabHost[], folders: PrivateFolders): Promise<void> {
  const keyFile = join(folders.home, '.ssh', 'id_ed25519');
  await copyFile(hosts[0]?.keyFile ?? '', keyFile);
  const known = hosts.map(({ knownHostsLine }) => `${knownHostsLine}\n`).join('');
  await writeFile(join(folders.home, '.ssh', 'known_hosts'), known);

  const berth = await runBerth(hosts, folders, keyFile);
  for (const [against, peer] of await runPeers(hosts, folders, keyFile)) {
    const compare = (measure: string, unit: string, atLeast: number | null, of: (run: MeasuredRun) => number) =>
      report({
        bench: BENCH,
        measure: `status of ${HOSTS} hosts, ${measure}`,
        value: of(berth),
        unit,
        against,
        againstValue: of(peer),
        aim: atLeast === null ? null : { atLeast },
      });
    compare('from start to end', 's', 1, ({ seconds }) => seconds);
    compare('processor time of the tool', 's', 2, ({ cpuSeconds }) => cpuSeconds);
    compare('peak of memory of the tool', 'MB', null, ({ peakBytes }) => peakBytes / MB);
  }
}

/** `berth status` as a program, for an inventory with the hosts. */
async function runBerth(hosts: readonly LabHost[], { home, dataDir, env }: PrivateFolders, keyFile: string) {
  const core = await createCore({
    dataDir,
    nativeDir,
    ssh: { userKnownHosts: '', systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null },
    user: USER,
    workstation: 'bench',
  });
  await core.inventory.addAll(
    hosts.map(({ name, address, port }) => ({
      ...{ name, address, port, user: USER, keyFile, group: null, tags: [], note: '' },
      ...{ transport: 'auto' as const, source: null },
    })),
  );
  await core.dispose();
  const words = [process.execPath, join(dist, 'cli.cjs'), '--data-dir', dataDir, 'status'];
  return measuredRun(words, { errors: join(home, 'berth-errors'), env });
}

async function runPeers(hosts: readonly LabHost[], { home, env }: PrivateFolders, keyFile: string) {
  const runs = new Map<string, MeasuredRun>();
  const scripts = await loadNativeScripts(nativeDir);
  const probe = join(home, 'probe.sh');
  const errors = join(home, 'peer-errors');
  // What Berth sends, as a file with the two arguments it sends with it.
  await writeFile(probe, `set -- probes/facts ${'0'.repeat(32)}\n${scripts.text('probes/facts')}`);
  const known = join(home, '.ssh', 'known_hosts');
  const options = ['StrictHostKeyChecking=yes', `UserKnownHostsFile=${known}`, `IdentityFile=${keyFile}`];

  if (findPeer('parallel-ssh', 'pssh')) {
    const list = join(home, 'pssh-hosts');
    await writeFile(list, hosts.map(({ address, port }) => `${address}:${port}\n`).join(''));
    const ssh = options.flatMap((option) => ['-O', option]);
    const words = ['parallel-ssh', '-h', list, '-l', USER, '-p', PARALLEL, '-t', '0', ...ssh, '-I', 'sh -s'];
    runs.set('parallel-ssh', await measuredRun(words, { input: probe, errors, env }));
  } else {
    skip(BENCH, 'parallel-ssh', 'pssh is not installed');
  }

  if (findPeer('ansible', 'ansible-core')) {
    // Raw has no stdin: the script is on the hosts already, which spares Ansible the transfer.
    for (const host of hosts) {
      await copyFile(probe, host.path(PROBE));
      await chmod(host.path(PROBE), 0o644);
    }
    const inventory = join(home, 'inventory.ini');
    const lines = hosts.map(({ name, address, port }) => `${name} ansible_host=${address} ansible_port=${port}\n`);
    await writeFile(inventory, lines.join(''));
    const words = [
      'ansible',
      '-i',
      inventory,
      'all',
      '-u',
      USER,
      '-f',
      PARALLEL,
      '-m',
      'raw',
      '-a',
      `sh -s < ${PROBE}`,
    ];
    const settings = {
      ANSIBLE_HOST_KEY_CHECKING: 'True',
      ANSIBLE_PRIVATE_KEY_FILE: keyFile,
      ANSIBLE_SSH_ARGS: `-o ControlMaster=no ${options.map((option) => `-o ${option}`).join(' ')}`,
      ANSIBLE_HOME: home,
    };
    runs.set('ansible raw', await measuredRun(words, { errors, env: { ...env, ...settings } }));
  } else {
    skip(BENCH, 'ansible raw', 'ansible-core is not installed');
  }
  return runs;
}

void main();
