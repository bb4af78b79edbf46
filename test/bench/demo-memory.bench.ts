import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createCore, type Core } from '../../electron/core/create-core.ts';
import type { SimulatedFleet } from '../../electron/core/demo-workspaces.ts';
import { demoHostSpecs } from '../../electron/demo/variations.ts';
import { root } from '../../build/paths.mjs';
import { forkDemoFleet } from './support/demo-fleet.ts';
import { MB, residentBytes } from './support/memory.ts';
import { report } from './support/report.ts';
import { waitUntil } from './support/wait.ts';

/**
 * What 1,000 connected hosts cost the core: its memory over that of a core without hosts, and its work while nothing happens.
 * The simulated hosts run in another process; the core is this one, with one page that watches the fleet.
 */
const HOSTS = 1000;
/** What fits on a tall screen. */
const ON_SCREEN = 40;
const READ_TIMEOUT_MS = 5 * 60_000;
/** One whole round of the questions to hosts that nobody looks at: a shorter look may miss them, or see nothing else. */
const IDLE_WINDOW_MS = 30_000;
const LIMITS = { memory: 600 * MB, idlePercent: 5, readSeconds: 120 } as const;

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  const fleet = await forkDemoFleet(HOSTS, join(dir, 'fleet'));
  const leave = new AbortController();
  let core: Core | null = null;
  try {
    core = await openCore(dir, fleet);
    globalThis.gc?.();
    const empty = residentBytes(process.pid);

    const { hosts, inventory } = core;
    void watchAsPage(core, leave.signal);
    await inventory.addAll(fleet.hosts);
    const ids = inventory.list().map(({ id }) => id);
    const reachable = idsOfReachable(core);
    hosts.setVisible({}, ids.slice(0, ON_SCREEN));
    const start = performance.now();
    for (const id of ids) hosts.connectAndRead(id, 'user');
    await waitUntil('the facts of every reachable host', READ_TIMEOUT_MS, () =>
      reachable.every((id) => hosts.facts(id) !== null && hosts.state(id)?.reading === false),
    );
    const readSeconds = (performance.now() - start) / 1000;
    globalThis.gc?.();
    await delay(1000); // What the reading left behind (timers of queries, sockets that drain) ends by itself.
    const idlePercent = await cpuPercent(IDLE_WINDOW_MS);
    const settled = residentBytes(process.pid);
    // In kB; the highest since the start of the process.
    const peak = process.resourceUsage().maxRSS * 1024;
    const connected = ids.filter((id) => hosts.state(id)?.connection.kind === 'connected').length;
    if (connected < reachable.length) throw new Error(`Only ${connected} of ${reachable.length} stayed connected`);

    const bench = 'demo-memory';
    const what = `${connected} of ${HOSTS} hosts connected`;
    const limit = { bench, against: 'limit', aim: { atMost: 1 } } as const;
    const memory = { ...limit, unit: 'MB', againstValue: LIMITS.memory / MB };
    report({ ...memory, measure: `core memory over an empty core, ${what}`, value: (settled - empty) / MB });
    report({ ...memory, measure: 'core memory over an empty core, at its highest', value: (peak - empty) / MB });
    report({
      ...limit,
      measure: `CPU of one core while idle, ${what}`,
      value: idlePercent,
      unit: '%',
      againstValue: LIMITS.idlePercent,
    });
    report({
      ...limit,
      measure: `until the facts of ${reachable.length} hosts are read, 8 handshakes at a time`,
      value: readSeconds,
      unit: 's',
      againstValue: LIMITS.readSeconds,
    });
  } finally {
    leave.abort();
    await core?.dispose();
    await fleet.dispose();
    await rm(dir, { recursive: true, force: true });
  }
}

async function openCore(dir: string, fleet: SimulatedFleet): Promise<Core> {
  const userKnownHosts = join(dir, 'known_hosts');
  await writeFile(userKnownHosts, fleet.knownHostsText);
  return createCore({
    dataDir: join(dir, 'data'),
    nativeDir: join(root, 'native'),
    ssh: { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [fleet.keyFile], agentSocket: null },
    user: 'bench',
    workstation: 'bench',
  });
}

/** Takes the events that a page would get. */
async function watchAsPage(core: Core, signal: AbortSignal): Promise<void> {
  for await (const event of core.fleet.watch(signal)) {
    // As the wire does it, and with the same garbage.
    JSON.stringify(event);
  }
}

/** Those that answer, with a key that is known: the others are part of the fleet, and tried in vain. */
function idsOfReachable(core: Core): readonly string[] {
  const names = new Set(
    demoHostSpecs(HOSTS, 'berth')
      .filter(({ link, hostKey }) => link !== 'closed' && hostKey === 'known')
      .map(({ name }) => name),
  );
  return core.inventory.list().flatMap(({ id, name }) => (names.has(name) ? [id] : []));
}

/** The share of one processor that this process uses, over a while. */
async function cpuPercent(windowMs: number): Promise<number> {
  const before = process.cpuUsage();
  const start = performance.now();
  await delay(windowMs);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1000 / (performance.now() - start)) * 100;
}

void main();
