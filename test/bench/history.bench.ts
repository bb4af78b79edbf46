import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { createHistory } from '../../electron/core/operations/history.ts';
import { createHistoryIndex } from '../../electron/core/operations/history-index.ts';
import { HistoryLimits } from '../../shared/model/settings.ts';
import { startServer } from '../e2e/support/browser-home.ts';
import { makePrivateFolders } from '../e2e/support/private-folders.ts';
import { launchChromium } from './support/chromium.ts';
import { seedHistory } from './support/history-seed.ts';
import { median, report, skip, timed } from './support/report.ts';

/** A history of 100,000 operations: opened and filtered, in the core and on the page. */
const BENCH = 'history';
const OPERATIONS = 100_000;
const LIMIT_MS = 100;
const RUNS = 5;
/** Each with another share of what passes; none is a part of another. */
const FILTERS = ['outcome:failed', 'host:web-04*', 'verb:reboot by:mk', '2.15.0', 'age:<30d', 'nothing-at-all'];
const PATIENCE_MS = 60_000;

async function main(): Promise<void> {
  await inTheCore();
  await onThePage();
}

const limit = { bench: BENCH, unit: 'ms', against: 'limit', againstValue: LIMIT_MS } as const;
const rows = `${OPERATIONS.toLocaleString('en')} operations`;

async function inTheCore(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-bench-history-'));
  try {
    await seedHistory(join(dir, 'index.jsonl'), OPERATIONS, Date.now());
    const index = createHistoryIndex(dir);
    const cold = await timed(() => index.entries());
    const history = createHistory({
      index,
      dir,
      keyChangesFile: join(dir, 'none'),
      revealsFile: join(dir, 'none'),
      limits: { read: () => HistoryLimits.parse({}), onChange: () => () => undefined },
      log: { info: () => undefined, warn: () => undefined, error: () => '' },
      now: Date.now,
    });
    const ask = (filter: string) => () => history.list({ filter, hostId: null, offset: 0, limit: 100 });
    const opened: number[] = [];
    for (let run = 0; run < RUNS; run += 1) opened.push(await timed(ask('')));
    const first: number[] = [];
    for (const filter of FILTERS) first.push(await timed(ask(filter)));
    report({ ...limit, measure: `open, core, ${rows}`, value: median(opened), aim: { atMost: 1 } });
    report({
      ...limit,
      measure: `filter, slowest of ${FILTERS.length}, core, ${rows}`,
      value: Math.max(...first),
      aim: { atMost: 1 },
    });
    report({ ...limit, measure: `read from the disk at the start, core, ${rows}`, value: cold, aim: null });
    await history.dispose();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function onThePage(): Promise<void> {
  const browser = await launchChromium();
  if (!browser) {
    skip(BENCH, 'page', 'there is no Chromium');
    return;
  }
  const folders = await makePrivateFolders();
  await seedHistory(join(folders.dataDir, 'operations', 'index.jsonl'), OPERATIONS, Date.now());
  const server = await startServer(folders, []);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(server.address);
    await page.getByRole('link', { name: 'History' }).waitFor({ timeout: PATIENCE_MS });
    const opened: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      // Settings between, so that the page is made anew each time.
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('heading', { name: 'Settings' }).waitFor();
      opened.push(await untilRows(page, () => page.getByRole('link', { name: 'History' }).click(), OPERATIONS));
    }
    report({ ...limit, measure: `open, page, ${rows}`, value: median(opened), aim: { atMost: 1 } });
    const filtered: number[] = [];
    for (const filter of FILTERS.slice(0, -1)) {
      const field = page.getByRole('textbox', { name: 'Filter' });
      await field.fill('');
      await waitForTotal(page, OPERATIONS);
      filtered.push(await untilRows(page, () => field.fill(filter), null));
    }
    report({
      ...limit,
      measure: `filter, slowest of ${FILTERS.length - 1}, with the rest after a word, page, ${rows}`,
      value: Math.max(...filtered),
      aim: { atMost: 1 },
    });
    report({
      ...limit,
      measure: `filter, median, with the rest after a word, page, ${rows}`,
      value: median(filtered),
      aim: { atMost: 1 },
    });
  } finally {
    await browser.close();
    await server.stop();
    await folders.remove();
  }
}

/** Milliseconds from the click or the input to the end of the frame that shows another number of rows (or `total`). */
async function untilRows(page: Page, act: () => Promise<unknown>, total: number | null): Promise<number> {
  await page.evaluate((wanted) => {
    const count = () => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') ?? null;
    const before = count();
    const state = { time: 0 };
    Object.assign(globalThis, { shown: state });
    const start = ({ timeStamp }: Event) => {
      const look = () => {
        const now = count();
        const isThere = wanted === null ? now !== null && now !== before : now === String(wanted + 1);
        if (!isThere || !document.querySelector('.hist-line > *')) {
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
    addEventListener(wanted === null ? 'input' : 'click', start, { capture: true, once: true });
  }, total);
  await act();
  const time = await page.waitForFunction(
    () => (globalThis as unknown as { shown: { time: number } }).shown.time,
    null,
    {
      timeout: PATIENCE_MS,
    },
  );
  return time.jsonValue();
}

async function waitForTotal(page: Page, total: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === String(wanted + 1),
    total,
    { timeout: PATIENCE_MS },
  );
}

void main();
