import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright';
import { root } from '../../build/paths.mjs';
import { createCore, type Core } from '../../electron/core/create-core.ts';
import { startServer, type ServerProcess } from '../e2e/support/browser-home.ts';
import { makePrivateFolders, type PrivateFolders } from '../e2e/support/private-folders.ts';
import { startSshd, type TestSshd } from '../support/sshd.ts';
import { launchChromium } from './support/chromium.ts';
import { MB, residentBytes } from './support/memory.ts';
import { runPeer } from './support/peers.ts';
import { median, percentile, report, skip, timed } from './support/report.ts';
import { waitUntil } from './support/wait.ts';

/**
 * A shell of a real sshd in the dock of Chromium: bytes from the terminal of the host to parsed by xterm in the page, which it tells by its
 * acknowledgements; beside ssh itself, and beside xterm alone, fed from memory in the same Chromium, which is the limit.
 */
const BENCH = 'terminal';
const FILE_BYTES = 200 * MB;
const YES_MS = 30_000;
const KEYS = 100;

const SESSIONS = 30;
/** The most that the settings allow. */
const LINES = 100_000;
const AIMS = { ofXterm: 0.7, promptMs: 200, flat: 1.1 } as const;
const PATIENCE_MS = 10 * 60_000;
/** What may be parsed and not acknowledged yet when nothing more comes. */
const UNACKNOWLEDGED = 32 * 1024;
const PROMPT = 'ready> ';

async function main(): Promise<void> {
  const browser = await launchChromium();
  if (!browser) {
    skip(BENCH, 'all', 'there is no Chromium');
    return;
  }
  const folders = await makePrivateFolders();
  const sshd = await startSshd();
  try {
    await writeFile(join(sshd.folder, 'home', '.bash_profile'), `PS1='${PROMPT}'\nunset HISTFILE\n`);
    await addHost(folders, sshd);
    await measureSessions(folders);
    await writeFile(join(sshd.folder, 'text'), colouredText(FILE_BYTES));
    const server = await startServer(folders, []);
    try {
      await measureAll(browser, server, folders, sshd);
    } finally {
      await server.stop();
    }
  } finally {
    await browser.close();
    await sshd.stop();
    await folders.remove();
  }
}

async function measureAll(browser: Browser, server: ServerProcess, folders: PrivateFolders, sshd: TestSshd) {
  const serverPid = server.process.pid ?? 0;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(watchStreams);
  await page.goto(server.address);
  const openTerminal = async (count: number) => {
    await page.getByRole('grid', { name: 'Hosts' }).focus();
    await page.keyboard.press('t');
    await waitUntil('a prompt', PATIENCE_MS, async () => (await seen(page)).prompts >= count);
  };
  await page.getByRole('link', { name: 'box', exact: true }).waitFor();
  await openTerminal(1);
  const cdp = await context.newCDPSession(page);

  await measureLines(page, cdp);
  const idle = await keyEchoes(page, 'q');
  reportKeys('idle', idle);

  const text = join(sshd.folder, 'text');
  const shown = await pour(page, `cat ${text}`);
  const alone = await xtermAlone(browser, text);
  const ssh = await sshAlone(folders, sshd, `cat ${text}`);
  const rate = { bench: BENCH, unit: 'MB/s', better: 'larger' } as const;
  const what = `cat of ${String(FILE_BYTES / MB)} MB of coloured UTF-8, to parsed in the page`;
  report({
    ...rate,
    measure: what,
    value: shown,
    against: 'xterm alone, from memory',
    againstValue: alone,
    aim: { atLeast: AIMS.ofXterm },
  });
  report({ ...rate, measure: what, value: shown, against: 'ssh -tt … > /dev/null', againstValue: ssh, aim: null });
  const numbers = await pour(page, 'seq 10000000');
  const sshNumbers = await sshAlone(folders, sshd, 'seq 10000000');
  report({
    ...rate,
    measure: 'seq 10,000,000',
    value: numbers,
    against: 'ssh -tt … > /dev/null',
    againstValue: sshNumbers,
    aim: null,
  });

  await measureYes(page, serverPid);
  await context.close();
}

/** `yes` for half a minute: memory, keys in the flood, and the interrupt. */
async function measureYes(page: Page, serverPid: number): Promise<void> {
  await type(page, 'yes');
  const samples: number[] = [];
  const startedAt = Date.now();
  while (Date.now() - startedAt < YES_MS) {
    samples.push(residentBytes(serverPid));
    await page.waitForTimeout(250);
  }
  const half = Math.floor(samples.length / 2);
  report({
    ...{ bench: BENCH, measure: 'memory of the server in 30 s of yes, peak of the second half', unit: 'MB' },
    value: Math.max(...samples.slice(half)) / MB,
    ...{ against: 'its peak in the first half', againstValue: Math.max(...samples.slice(0, half)) / MB },
    aim: { atMost: AIMS.flat },
  });
  reportKeys('in a flood', await keyEchoes(page, 'Z', KEYS / 4));
  const { prompts } = await seen(page);
  await page.evaluate(() => (globalThis as unknown as Watched).watched.arm('ready> '));
  await page.keyboard.press('Control+c');
  await waitUntil('the prompt', PATIENCE_MS, async () => (await seen(page)).prompts > prompts);
  const { echoMs } = await seen(page);
  report({
    ...{ bench: BENCH, measure: 'interrupt of yes to the prompt at the page', unit: 'ms', value: echoMs ?? Number.NaN },
    ...{ against: 'limit', againstValue: AIMS.promptMs, aim: { atMost: 1 } },
  });
  await settled(page);
}

/** The first output of a fresh terminal. */
async function measureLines(page: Page, cdp: CDPSession): Promise<void> {
  const before = await heap(cdp);
  await pour(page, `seq ${String(LINES)}`);
  report({
    ...{ bench: BENCH, measure: 'memory of the page for 100,000 lines of numbers', unit: 'MB' },
    value: ((await heap(cdp)) - before) / MB,
    ...{ against: 'what it had before', againstValue: before / MB, aim: null },
  });
}

/** Idle shells of one host in a core of this process. */
async function measureSessions(folders: PrivateFolders): Promise<void> {
  const core = await openCore(folders);
  try {
    const [host] = core.inventory.list();
    const open = async () => core.terminals.open(host?.id ?? '', { columns: 150, rows: 18 }, null);
    const isOpen = () => core.terminals.list().every(({ state }) => state.kind === 'open');
    await open();
    await waitUntil('a shell', PATIENCE_MS, isOpen);
    const before = ownBytes();
    for (let count = 0; count < SESSIONS; count += 1) await open();
    await waitUntil('the shells', PATIENCE_MS, isOpen);
    report({
      ...{ bench: BENCH, measure: `memory of the core for an idle session (of ${String(SESSIONS)})`, unit: 'MB' },
      value: (ownBytes() - before) / SESSIONS / MB,
      ...{ against: 'what it had before', againstValue: before / MB, aim: null },
    });
  } finally {
    await core.dispose();
  }
}

function ownBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface Watched {
  readonly watched: { readonly arm: (text: string) => void };
}

/** What the page has seen of its terminals. */
interface Seen {
  readonly parsed: number;
  readonly received: number;
  readonly parsedAt: number;
  readonly prompts: number;
  /** From the key, or the arming, to the bytes that were waited for; null: not yet. */
  readonly echoMs: number | null;
}

const seen = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { watched: { now: () => Seen } }).watched.now());

/** Runs in the page before its own scripts: notes what is typed, arrives and is acknowledged. */
function watchStreams(): void {
  const state = { parsed: 0, received: 0, parsedAt: 0, prompts: 0, echoMs: null as number | null };
  let wanted: { text: string; since: number | null } | null = null;
  const decoder = new TextDecoder('latin1');
  Object.assign(globalThis, {
    watched: {
      now: () => ({ ...state }),
      arm(text: string) {
        wanted = { text, since: null };
        state.echoMs = null;
      },
    },
  });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (this: WebSocket, data) {
    const ack = typeof data === 'string' ? /^\{"ack":(\d+)\}$/.exec(data)?.[1] : undefined;
    if (ack !== undefined) {
      state.parsed += Number(ack);
      state.parsedAt = performance.now();
    } else if (typeof data !== 'string' && wanted) wanted.since ??= performance.now();
    send.call(this, data);
  };
  const listen = WebSocket.prototype.addEventListener as (this: WebSocket, type: string, listener: unknown) => void;
  WebSocket.prototype.addEventListener = function (this: WebSocket, type: string, listener: unknown) {
    if (type === 'message' && this.url.includes('/stream')) {
      listen.call(this, type, ({ data }: MessageEvent<unknown>) => {
        if (!(data instanceof ArrayBuffer)) return;
        state.received += data.byteLength;
        const at = performance.now();
        const text = decoder.decode(data.byteLength > 4096 && !wanted ? data.slice(-64) : data);
        if (text.endsWith('ready> ')) state.prompts += 1;
        const since = wanted?.since ?? null;
        if (wanted && since !== null && text.includes(wanted.text)) {
          state.echoMs = at - since;
          wanted = null;
        }
      });
    }
    listen.call(this, type, listener);
  } as typeof WebSocket.prototype.addEventListener;
}

async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

/** Resolves once nothing is on its way. */
async function settled(page: Page): Promise<void> {
  let before = -1;
  await waitUntil('quiet', PATIENCE_MS, async () => {
    const { received, parsed } = await seen(page);
    const isQuiet = received === before && received - parsed < UNACKNOWLEDGED * 4;
    before = received;
    await page.waitForTimeout(100);
    return isQuiet;
  });
}

/** MB/s from Enter to parsed. */
async function pour(page: Page, command: string): Promise<number> {
  await page.keyboard.type(`clear; ${command}`);
  await settled(page);
  const before = await seen(page);
  const startedAt = await page.evaluate(() => performance.now());
  await page.keyboard.press('Enter');
  await waitUntil(command, PATIENCE_MS, async () => (await seen(page)).prompts > before.prompts);
  await settled(page);
  const after = await seen(page);
  return (after.parsed - before.parsed) / MB / ((after.parsedAt - startedAt) / 1000);
}

/** Milliseconds from each key to its echo at the page. */
async function keyEchoes(page: Page, key: string, keys = KEYS): Promise<readonly number[]> {
  const times: number[] = [];
  for (let count = 0; count < keys; count += 1) {
    await page.evaluate((text) => (globalThis as unknown as Watched).watched.arm(text), key);
    await page.keyboard.press(key === 'Z' ? 'Shift+Z' : key);
    await waitUntil('the echo', 30_000, async () => (await seen(page)).echoMs !== null);
    times.push((await seen(page)).echoMs ?? Number.NaN);
  }
  await page.keyboard.press('Control+u');
  return times;
}

function reportKeys(when: string, times: readonly number[]): void {
  const common = { bench: BENCH, unit: 'ms', against: 'a frame of 60 Hz', againstValue: 1000 / 60, aim: null } as const;
  report({ ...common, measure: `key to echo, ${when}, median`, value: median(times) });
  report({ ...common, measure: `key to echo, ${when}, p99`, value: percentile(times, 99) });
}

/** MB/s of xterm alone, in the size and with the looks of the dock, whose bytes are in memory already. */
async function xtermAlone(browser: Browser, file: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const lib = (path: string) => readFileSync(join(root, 'node_modules', '@xterm', 'xterm', path), 'utf8');
  await page.addStyleTag({ content: lib('css/xterm.css') });
  await page.addScriptTag({ content: lib('lib/xterm.js') });
  const sample = readFileSync(file)
    .subarray(0, 40 * MB)
    .toString('base64');
  const bytesPerMs = await page.evaluate(
    async ([base64, lines]) => {
      interface AloneTerminal {
        open(element: HTMLElement): void;
        write(bytes: Uint8Array, done: () => void): void;
      }
      const { Terminal } = globalThis as unknown as { Terminal: new (options: object) => AloneTerminal };
      const text = atob(base64);
      // As the host's terminal prints it.
      const bytes = Uint8Array.from(text.replaceAll('\n', '\r\n'), (character) => character.charCodeAt(0));
      const element = document.createElement('div');
      document.body.append(element);
      const terminal = new Terminal({ cols: 150, rows: 18, scrollback: lines, minimumContrastRatio: 4.5 });
      terminal.open(element);
      const startedAt = performance.now();
      let done: Promise<void> = Promise.resolve();
      for (let at = 0; at < bytes.length; at += 32 * 1024) {
        const piece = bytes.subarray(at, at + 32 * 1024);
        const written = new Promise<void>((resolve) => terminal.write(piece, resolve));
        // Eight pieces on their way, as in the dock.
        if ((at / 32 / 1024) % 8 === 7) await done;
        done = written;
      }
      await done;
      return bytes.length / (performance.now() - startedAt);
    },
    [sample, LINES] as const,
  );
  await page.close();
  return (bytesPerMs * 1000) / MB;
}

/** MB/s of ssh with a terminal on the host. */
async function sshAlone({ home }: PrivateFolders, sshd: TestSshd, command: string): Promise<number> {
  const known = join(home, '.ssh', 'known_hosts');
  const options = ['-F', 'none', '-tt', '-o', `UserKnownHostsFile=${known}`, '-i', sshd.keyFile];
  const words = [...options, '-p', String(sshd.port), `${sshd.user}@127.0.0.1`, command];
  const seconds = (await timed(() => runPeer('sh', ['-c', 'exec ssh "$@" >/dev/null', 'sh', ...words]))) / 1000;
  const counted = await runPeer('sh', ['-c', 'ssh "$@" 2>/dev/null | wc -c', 'sh', ...words]);
  return Number(counted) / MB / seconds;
}

async function heap(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = (await cdp.send('Runtime.getHeapUsage')) as {
    readonly usedSize: number;
    readonly backingStorageSize?: number;
  };
  return usedSize + (backingStorageSize ?? 0);
}

/** Lines of several colours, with characters of one to four bytes. */
function colouredText(bytes: number): Buffer {
  const lines = Array.from({ length: 2000 }, (_, line) => {
    const colour = String(31 + (line % 7));
    return `\x1b[${colour}m${String(line).padStart(6)}\x1b[m systemd[1]: Starté “unit-${String(line)}.service” → \x1b[1;32mok\x1b[m 漢字 🐳\n`;
  });
  const block = Buffer.from(lines.join(''));
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / block.length) }, () => block)).subarray(0, bytes);
}

function openCore({ home, dataDir }: PrivateFolders): Promise<Core> {
  const userKnownHosts = join(home, '.ssh', 'known_hosts');
  return createCore({
    dataDir,
    nativeDir: join(root, 'native'),
    ssh: { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null },
    user: 'bench',
    workstation: 'bench',
  });
}

async function addHost(folders: PrivateFolders, sshd: TestSshd): Promise<void> {
  const sshFolder = join(folders.home, '.ssh');
  await mkdir(sshFolder, { recursive: true });
  await writeFile(join(sshFolder, 'known_hosts'), `[127.0.0.1]:${String(sshd.port)} ${await sshd.hostKey()}\n`);
  const core = await openCore(folders);
  await core.settings.update((settings) => ({ ...settings, terminal: { ...settings.terminal, scrollback: LINES } }));
  await core.inventory.add({
    ...{ name: 'box', address: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile: sshd.keyFile },
    ...{ group: null, tags: [], note: '', transport: 'built-in', source: null },
  });
  await core.dispose();
}

void main();
