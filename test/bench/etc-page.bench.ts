import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import type { Page } from 'playwright';
import { root } from '../../build/paths.mjs';
import { launchChromium } from './support/chromium.ts';
import { median, percentile, report, skip } from './support/report.ts';

/**
 * The tab of /etc as a page, over a fixture: a file of which three versions have 20,000 lines each is opened, and the list of 10,000 entries
 * is scrolled. What a core and a network take is not in it.
 */
const BENCH = 'etc-page';
const OPEN_LIMIT_MS = 300;
const RUNS = 7;
/** Frames that are scrolled, and how far each, CSS pixels: as a wheel that is turned quickly. */
const FRAMES = 180;
const STEP = 240;
/** A frame of 60 a second, and what counts as one that was left out. */
const FRAME_MS = 16.7;
const DROPPED_MS = 34;

const run = promisify(execFile);

async function main(): Promise<void> {
  const browser = await launchChromium();
  if (!browser) {
    skip(BENCH, 'all', 'there is no Chromium');
    return;
  }
  const outDir = await mkdtemp(join(tmpdir(), 'berth-bench-page-'));
  await buildPage(outDir);
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname);
    readFile(join(outDir, path === '/' ? 'index.html' : path)).then(
      (content) => response.setHeader('content-type', TYPES[extname(path)] ?? 'text/html').end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
    await page.getByRole('tree').waitFor();
    await opening(page);
    await scrolling(page);
  } finally {
    await browser.close();
    server.close();
    await rm(outDir, { recursive: true, force: true });
  }
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

async function buildPage(outDir: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = join(root, 'test/bench/support/etc-page/vite.config.mjs');
  await run(process.execPath, [vite, 'build', '--config', config, '--outDir', outDir, '--logLevel', 'error']);
}

async function opening(page: Page): Promise<void> {
  const small = page.getByRole('treeitem', { name: /a-small\.conf/ });
  const large = page.getByRole('treeitem', { name: /a-large\.conf/ });
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await small.click();
    await page.getByRole('table', { name: /a-small/ }).waitFor();
    await page.evaluate(() => {
      const state = { time: 0 };
      Object.assign(globalThis, { opened: state });
      const start = ({ timeStamp }: Event) => {
        const look = () => {
          const table = document.querySelector('[role=table][aria-label*="a-large"]');
          if (!table?.querySelector('.ln__text')) {
            requestAnimationFrame(look);
            return;
          }
          // A message is handled after the frame it was sent in has been drawn.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => (state.time = performance.now() - timeStamp);
          port2.postMessage(null);
        };
        requestAnimationFrame(look);
      };
      addEventListener('click', start, { capture: true, once: true });
    });
    await large.click();
    const time = await page.waitForFunction(() => (globalThis as unknown as { opened: { time: number } }).opened.time);
    times.push(await time.jsonValue());
  }
  const limit = { bench: BENCH, unit: 'ms', against: 'limit', againstValue: OPEN_LIMIT_MS } as const;
  const measure = 'three versions of 20,000 lines open';
  report({ ...limit, measure: `${measure}, the first time`, value: times[0] ?? 0, aim: { atMost: 1 } });
  report({ ...limit, measure: `${measure}, median of ${String(RUNS)}`, value: median(times), aim: { atMost: 1 } });
}

async function scrolling(page: Page): Promise<void> {
  const frames = await page.evaluate(
    async ({ count, step }) => {
      const tree = document.querySelector('[role=tree]');
      const times: number[] = [];
      let last = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      for (let frame = 0; frame < count; frame += 1) {
        if (tree) tree.scrollTop += step;
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        times.push(now - last);
        last = now;
      }
      return times;
    },
    { count: FRAMES, step: STEP },
  );
  const measure = 'list of 10,000 entries scrolls, frame';
  const frame = { bench: BENCH, unit: 'ms', against: 'a frame of 60 a second', againstValue: FRAME_MS } as const;
  for (const percent of [50, 95]) {
    const value = percentile(frames, percent);
    report({ ...frame, measure: `${measure}, ${String(percent)}th percentile`, value, aim: { atMost: 1.05 } });
  }
  const dropped = frames.filter((time) => time > DROPPED_MS).length;
  report({
    bench: BENCH,
    measure: `${measure}s that took more than ${String(DROPPED_MS)} ms`,
    value: dropped,
    unit: `of ${String(FRAMES)}`,
    against: 'limit',
    againstValue: 1,
    aim: { atMost: 1 },
  });
}

void main();
