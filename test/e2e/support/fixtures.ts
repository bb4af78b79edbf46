import { expect, test as base, type Browser, type ElectronApplication, type Page } from '@playwright/test';
import path from 'node:path';
import { root } from '../../../build/paths.mjs';
import { startServer, type ServerProcess } from './browser-home.ts';
import { startDisplay } from './display.ts';
import { startElectron } from './electron-home.ts';
import { watchForProblems, type PageProblems } from './page-problems.ts';
import { makePrivateFolders, type PrivateFolders } from './private-folders.ts';

/** A Berth of the test's own, with its page open. */
export interface App {
  readonly home: 'browser' | 'electron';
  readonly page: Page;
  readonly folders: PrivateFolders;
  /** A test fails at its end for every problem of the page that it did not expect. */
  readonly problems: PageProblems;
  /** Null in Electron. */
  readonly server: ServerProcess | null;
  /** Null in the browser. */
  readonly electron: ElectronApplication | null;
  /** Writes test-results/screenshots/<home>/<name>-<light|dark>.png. */
  screenshot(name: string): Promise<void>;
}

type Running = Pick<App, 'page' | 'server' | 'electron'> & { stop(): Promise<void> };

export const test = base.extend<{
  /** Arguments of Berth, such as `['--demo=6']`. */
  launchArguments: readonly string[];
  folders: PrivateFolders;
  app: App;
}>({
  launchArguments: [[], { option: true }],

  folders: async ({ launchArguments: _arguments }, use) => {
    const folders = await makePrivateFolders();
    await use(folders);
    await folders.remove();
  },

  app: async ({ folders, launchArguments, playwright }, use, info) => {
    const home = info.project.name === 'electron' ? 'electron' : 'browser';
    const running =
      home === 'electron'
        ? await inElectron(folders, launchArguments)
        : await inBrowser(folders, launchArguments, () => playwright.chromium.launch(info.project.use.launchOptions));
    const { page, server, electron } = running;
    const problems = watchForProblems(page);
    if (server) await page.goto(server.address);
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });

    await use({
      home,
      page,
      folders,
      problems,
      server,
      electron,
      async screenshot(name) {
        for (const theme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme: theme });
          const file = path.join(root, 'test-results', 'screenshots', home, `${name}-${theme}.png`);
          await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
        }
      },
    });

    if (info.status !== info.expectedStatus && server) {
      await info.attach('server output', { body: server.output(), contentType: 'text/plain' });
    }
    await running.stop();
    expect(problems.list()).toEqual([]);
  },
});

export { expect };

async function inBrowser(
  folders: PrivateFolders,
  words: readonly string[],
  launch: () => Promise<Browser>,
): Promise<Running> {
  const [server, browser] = await Promise.all([startServer(folders, words), launch()]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  return {
    page: await context.newPage(),
    server,
    electron: null,
    async stop() {
      await browser.close();
      await server.stop();
    },
  };
}

async function inElectron(folders: PrivateFolders, words: readonly string[]): Promise<Running> {
  const display = await startDisplay();
  const electron = await startElectron(folders, display, words);
  return {
    page: await electron.firstWindow(),
    server: null,
    electron,
    async stop() {
      await electron.close();
      await display.stop();
    },
  };
}
