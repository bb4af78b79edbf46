import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { root } from '../../build/paths.mjs';
import { createCore } from '../../electron/core/create-core.ts';
import { startServer } from '../e2e/support/browser-home.ts';
import { makePrivateFolders, type PrivateFolders } from '../e2e/support/private-folders.ts';
import { startScriptedHost, type ScriptedHost } from '../support/scripted-host/scripted-host.ts';
import { launchChromium } from './support/chromium.ts';
import { MB, residentBytes } from './support/memory.ts';
import { runPeer } from './support/peers.ts';
import { median, report, skip, timed } from './support/report.ts';
import { waitUntil } from './support/wait.ts';

/**
 * An upgrade that writes 200 MB of log, all the way a log goes: a file on the host, a real sshd, the core and its copy on the disk,
 * a WebSocket, xterm in Chromium. Counted are the bytes of the host, until the page has acknowledged the last of them, which it
 * does when xterm has parsed them.
 */
const BENCH = 'log-throughput';
const LOG_BYTES = 200 * MB;
/** What the server may grow by is the bound of test/integration/operations/huge-log.test.ts. */
const LIMITS = { megabytesPerSecond: 15, serverGrowth: 150 * MB, flat: 1.1 } as const;
const PATIENCE_MS = 5 * 60_000;
const SAMPLE_MS = 100;
const PEER_RUNS = 3;
/** What may be parsed and not acknowledged yet when nothing more comes, with a margin. */
const UNACKNOWLEDGED = 256 * 1024;

interface Acknowledged {
  /** Epoch ms. */
  readonly at: number;
  readonly total: number;
}

interface Sample {
  readonly at: number;
  readonly server: number;
  readonly page: number;
}

async function main(): Promise<void> {
  if (process.getuid?.() !== 0) {
    skip(BENCH, 'all', 'making a host needs root');
    return;
  }
  const browser = await launchChromium();
  if (!browser) {
    skip(BENCH, 'all', 'there is no Chromium');
    return;
  }
  const folders = await makePrivateFolders();
  const host = await startScriptedHost({ hugeLogBytes: LOG_BYTES });
  try {
    await addHost(folders, host);
    const run = await upgradeInPage(browser, folders, host);
    const ssh = await measureSsh(host, run.operationId);
    reportAll(run, ssh);
  } finally {
    await browser.close();
    await host.stop();
    await folders.remove();
  }
}

type Run = Awaited<ReturnType<typeof upgradeInPage>>;

async function upgradeInPage(browser: Browser, folders: PrivateFolders, host: ScriptedHost) {
  await host.hold('begin');
  const server = await startServer(folders, []);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.addInitScript(countAcknowledged);
    await page.goto(server.address);
    const operationId = await startUpgrade(page);
    await waitUntil('the scripted bootc to begin', PATIENCE_MS, () => host.isHeld('begin'));
    await page.getByText('following', { exact: true }).waitFor();

    const pagePid = await renderProcess(browser);
    const samples: Sample[] = [];
    const sample = () => {
      const serverPid = server.process.pid;
      if (serverPid !== undefined)
        samples.push({ at: Date.now(), server: residentBytes(serverPid), page: residentBytes(pagePid) });
    };
    sample();
    const sampler = setInterval(sample, SAMPLE_MS);
    const startedAt = Date.now();
    await host.release('begin');
    // The operation may end before: the page reads the log at its own pace.
    await page.getByText(/^ended, /).waitFor({ timeout: PATIENCE_MS });
    clearInterval(sampler);

    const acknowledged = await page.evaluate(() => (globalThis as unknown as { acks: Acknowledged[] }).acks);
    const total = acknowledged.at(-1)?.total ?? 0;
    const endedAt = acknowledged.find((ack) => ack.total > total - UNACKNOWLEDGED)?.at ?? Number.NaN;
    const { size } = await stat(host.path(`/run/berth/${operationId}/stderr`));
    if (size < LOG_BYTES || total < size) throw new Error(`${size} bytes were written, ${total} shown`);
    return { operationId, bytes: size, startedAt, endedAt, samples };
  } finally {
    await server.stop();
  }
}

/** The host in the inventory, its host key in the user's known hosts. */
async function addHost({ home, dataDir }: PrivateFolders, host: ScriptedHost): Promise<void> {
  const userKnownHosts = join(home, '.ssh', 'known_hosts');
  await writeFile(userKnownHosts, `${host.knownHostsLine}\n`);
  const core = await createCore({
    dataDir,
    nativeDir: join(root, 'native'),
    ssh: { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null },
    user: 'bench',
    workstation: 'bench',
  });
  const { address, port, keyFile } = host;
  await core.inventory.add({
    ...{ name: 'box', address, port, user: 'root', keyFile, group: null, tags: [], note: '' },
    ...{ transport: 'built-in', source: null },
  });
  await core.dispose();
}

/** As a person does it. Resolves with the id of the operation, whose page is then open. */
async function startUpgrade(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'box', exact: true }).click();
  await page
    .getByRole('button', { name: /^Upgrade…/ })
    .first()
    .click({ timeout: PATIENCE_MS });
  await page.getByRole('dialog').getByRole('button', { name: 'Upgrade box' }).click();
  await page.waitForURL(/#\/operation\/\w+$/);
  return page.url().split('/').at(-1) ?? '';
}

/** Runs in the page before its own scripts: notes what it acknowledges. */
function countAcknowledged(): void {
  const acks: Acknowledged[] = [];
  Object.assign(globalThis, { acks });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (this: WebSocket, data) {
    const count = typeof data === 'string' ? /^\{"ack":(\d+)\}$/.exec(data)?.[1] : undefined;
    if (count !== undefined) acks.push({ at: Date.now(), total: (acks.at(-1)?.total ?? 0) + Number(count) });
    send.call(this, data);
  };
}

/** The process of the one page that is open. */
async function renderProcess(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  // Chromium keeps an empty one ready; ours is the large one.
  const [largest] = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => id)
    .sort((a, b) => residentBytes(b) - residentBytes(a));
  if (largest === undefined) throw new Error('The page has no process');
  return largest;
}

/** Seconds that ssh itself takes to bring the same bytes here. */
async function measureSsh(host: ScriptedHost, operationId: string): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  try {
    await mkdir(join(dir, 'home'));
    await writeFile(join(dir, 'known_hosts'), `${host.knownHostsLine}\n`);
    const options = ['-F', 'none', '-o', `UserKnownHostsFile=${join(dir, 'known_hosts')}`, '-i', host.keyFile];
    const target = ['-p', String(host.port), `root@${host.address}`, `cat /run/berth/${operationId}/stderr`];
    const seconds: number[] = [];
    for (let run = 0; run < PEER_RUNS; run += 1) {
      const work = () => runPeer('sh', ['-c', 'exec ssh "$@" >/dev/null', 'sh', ...options, ...target]);
      seconds.push((await timed(work)) / 1000);
    }
    return median(seconds);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function reportAll({ bytes, startedAt, endedAt, samples }: Run, sshSeconds: number): void {
  const value = bytes / MB / ((endedAt - startedAt) / 1000);
  const what = `log of ${Math.round(bytes / MB)} MB, from sshd to parsed in the page`;
  const rate = { bench: BENCH, measure: what, value, unit: 'MB/s', better: 'larger' } as const;
  report({ ...rate, against: 'limit', againstValue: LIMITS.megabytesPerSecond, aim: { atLeast: 1 } });
  report({ ...rate, against: 'ssh … cat > /dev/null', againstValue: bytes / MB / sshSeconds, aim: null });

  const middle = (startedAt + endedAt) / 2;
  const during = samples.filter(({ at }) => at <= endedAt);
  const peak = (of: 'server' | 'page', from: number, to: number) =>
    Math.max(...during.filter(({ at }) => at >= from && at <= to).map((sample) => sample[of]));
  const memory = { bench: BENCH, unit: 'MB' } as const;
  report({
    ...memory,
    measure: 'memory of the server, growth to its peak',
    value: (peak('server', startedAt, endedAt) - (samples[0]?.server ?? 0)) / MB,
    against: 'limit',
    againstValue: LIMITS.serverGrowth / MB,
    aim: { atMost: 1 },
  });
  for (const of of ['server', 'page'] as const) {
    report({
      ...memory,
      measure: `memory of the ${of}, peak in the second half of the log`,
      value: peak(of, middle, endedAt) / MB,
      against: 'its peak in the first half',
      againstValue: peak(of, startedAt, middle) / MB,
      aim: { atMost: LIMITS.flat },
    });
  }
}

void main();
