import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { createCore } from '../../electron/core/create-core.ts';
import type { SimulatedFleet } from '../../electron/core/demo-workspaces.ts';
import { bulkCounts } from '../../shared/logic/bulk.ts';
import { Bulk } from '../../shared/model/bulk.ts';
import { root } from '../../build/paths.mjs';
import { startServer } from '../e2e/support/browser-home.ts';
import { makePrivateFolders, type PrivateFolders } from '../e2e/support/private-folders.ts';
import { launchChromium } from './support/chromium.ts';
import { forkDemoFleet } from './support/demo-fleet.ts';
import { MB, residentBytes } from './support/memory.ts';
import { percentile, report, skip } from './support/report.ts';
import { waitUntil } from './support/wait.ts';

/**
 * 500 simulated hosts look for an update, as many at a time as the page asks for: how long it takes, what it costs the core, and how the
 * page's frames do meanwhile. The hosts run in a process of their own; the core is that of the browser home.
 */
const BENCH = 'verbs-bulk';
const HOSTS = Number(process.env['BERTH_BENCH_HOSTS'] ?? 500);
const PATIENCE_MS = 10 * 60_000;
/** So long nothing more is connected to: all that answer are. */
const RESTS_MS = 4_000;
const MEMORY_EVERY_MS = 200;
/** Half of 60 frames a second; a hundred megabytes for 500 operations. */
const LIMITS = { frameMs: 33, memoryMb: 100, hostsPerSecond: 5 } as const;

async function main(): Promise<void> {
  const browser = await launchChromium();
  if (!browser) {
    skip(BENCH, 'all', 'there is no Chromium');
    return;
  }
  const dir = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  const folders = await makePrivateFolders();
  const fleet = await forkDemoFleet(HOSTS, dir);
  await settle(folders, fleet);
  const server = await startServer(folders, []);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(server.address);
    await page.getByRole('checkbox', { name: 'Select all that are shown' }).check({ timeout: PATIENCE_MS });
    const toolbar = page.getByRole('toolbar', { name: 'Actions for the selected hosts' });
    await toolbar.getByRole('button', { name: /^(?:Connect|Refresh)$/ }).click();
    await untilConnected(page);

    const pid = server.process.pid ?? 0;
    const before = residentBytes(pid);
    let highest = before;
    const sampler = setInterval(() => (highest = Math.max(highest, residentBytes(pid))), MEMORY_EVERY_MS);
    await watchFrames(page);
    const start = performance.now();
    await toolbar.getByRole('button', { name: /^Check for update/ }).click();
    const bulk = await endedBulk(join(folders.dataDir, 'bulks'));
    const seconds = (performance.now() - start) / 1000;
    clearInterval(sampler);
    const frames = await page.evaluate(() => (globalThis as unknown as { frameTimes: number[] }).frameTimes);

    const { all, done, failed } = bulkCounts(bulk);
    const what = `${all} of ${HOSTS} hosts, ${bulk.atOnce} at once (${done} done, ${failed} failed as their story says)`;
    const limit = { bench: BENCH, against: 'limit' } as const;
    report({
      ...limit,
      measure: `checks for updates, plans included, ${what}`,
      value: all / seconds,
      unit: 'hosts/s',
      againstValue: LIMITS.hostsPerSecond,
      better: 'larger',
      aim: { atLeast: 1 },
    });
    report({
      ...limit,
      measure: `the same, in all`,
      value: seconds,
      unit: 's',
      againstValue: HOSTS / LIMITS.hostsPerSecond,
      aim: null,
    });
    report({
      ...limit,
      measure: 'core memory at its highest, over that before',
      value: (highest - before) / MB,
      unit: 'MB',
      againstValue: LIMITS.memoryMb,
      aim: { atMost: 1 },
    });
    for (const percent of [50, 95, 99]) {
      report({
        ...limit,
        measure: `frame of the fleet page meanwhile, ${percent}th percentile of ${frames.length}`,
        value: percentile(frames, percent),
        unit: 'ms',
        againstValue: LIMITS.frameMs,
        aim: percent === 99 ? null : { atMost: 1 },
      });
    }
  } finally {
    await browser.close();
    await server.stop();
    await fleet.dispose();
    await folders.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Makes the simulated hosts those of whoever these folders belong to: the key, the host keys, the inventory. */
async function settle({ home, dataDir }: PrivateFolders, fleet: SimulatedFleet): Promise<void> {
  const userKnownHosts = join(home, '.ssh', 'known_hosts');
  const keyFile = join(home, '.ssh', 'id_ed25519');
  await writeFile(userKnownHosts, fleet.knownHostsText);
  await copyFile(fleet.keyFile, keyFile);
  const core = await createCore({
    dataDir,
    nativeDir: join(root, 'native'),
    ssh: { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [keyFile], agentSocket: null },
    user: 'bench',
    workstation: 'bench',
  });
  await core.inventory.addAll(fleet.hosts);
  await core.dispose();
}

/** Until all hosts that answer are connected: some of the story never do. */
async function untilConnected(page: Page): Promise<void> {
  const connected = async () =>
    page.evaluate(() => /([\d,]+)\s+of\s+[\d,]+\s+Connected/.exec(document.body.innerText)?.[1] ?? '');
  let last = '';
  let since = performance.now();
  await waitUntil('connections to come to rest', PATIENCE_MS, async () => {
    await delay(100);
    const now = await connected();
    if (now !== last) [last, since] = [now, performance.now()];
    return now !== '' && performance.now() - since > RESTS_MS;
  });
}

/** Notes the time of every frame from now on. */
async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const frameTimes: number[] = [];
    Object.assign(globalThis, { frameTimes });
    let last = performance.now();
    const onFrame = (time: number) => {
      frameTimes.push(Math.round((time - last) * 10) / 10);
      last = time;
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
}

async function endedBulk(dir: string): Promise<Bulk> {
  let bulk: Bulk | null = null;
  await waitUntil('the end of the bulk', PATIENCE_MS, async () => {
    const name = (await readdir(dir).catch(() => [])).find((each) => each.endsWith('.json'));
    if (name === undefined) return false;
    bulk = Bulk.parse(JSON.parse(await readFile(join(dir, name), 'utf8')));
    return bulk.endedAt !== null;
  });
  if (!bulk) throw new Error('There is no bulk');
  return bulk;
}

void main();
