import { expect, test as base, type Browser, type ElectronApplication, type Page } from '@playwright/test';
import path from 'node:path';
import { root } from '../../../build/paths.mjs';
import { accessibilityProblems } from './accessibility.ts';
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
  /** Gives the page this size, in CSS pixels. */
  resize(width: number, height: number): Promise<void>;
  /**
   * Looks at what is shown in both themes: writes test-results/screenshots/<home>/<name>-<light|dark>.png, and axe-core has
   * nothing serious to say about it. The page is the same in every home: axe-core is asked in one.
   */
  look(name: string): Promise<void>;
  /** Ends this Berth; what it keeps stays in its folders. A test that does not call it need not. */
  close(): Promise<void>;
}

type Running = Pick<App, 'page' | 'server' | 'electron' | 'resize' | 'close'>;

export const test = base.extend<{
  /** Arguments of Berth, such as `['--demo=6']`. */
  launchArguments: readonly string[];
  folders: PrivateFolders;
  /** Starts a Berth in the folders of the test: the next one finds what the one before has kept. */
  startApp: () => Promise<App>;
  app: App;
}>({
  launchArguments: [[], { option: true }],

  folders: async ({ launchArguments: _arguments }, use) => {
    const folders = await makePrivateFolders();
    await use(folders);
    await folders.remove();
  },

  startApp: async ({ folders, launchArguments, playwright }, use, info) => {
    const home = info.project.name === 'electron' ? 'electron' : 'browser';
    const started: App[] = [];

    await use(async () => {
      const running =
        home === 'electron'
          ? await inElectron(folders, launchArguments)
          : await inBrowser(folders, launchArguments, () => playwright.chromium.launch(info.project.use.launchOptions));
      const { page, server } = running;
      let closed: Promise<void> | null = null;
      const app: App = {
        ...running,
        close: () => (closed ??= running.close()),
        home,
        folders,
        problems: watchForProblems(page),
        look: (name) => look(page, path.join(root, 'test-results', 'screenshots', home, name), home === 'browser'),
      };
      started.push(app);
      if (server) await page.goto(server.address);
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
      return app;
    });

    for (const app of started) {
      if (info.status !== info.expectedStatus && app.server) {
        await info.attach('server output', { body: app.server.output(), contentType: 'text/plain' });
      }
      await app.close();
    }
    expect(started.flatMap(({ problems }) => problems.list())).toEqual([]);
  },

  app: async ({ startApp }, use) => {
    await use(await startApp());
  },
});

export { expect };

async function look(page: Page, file: string, isChecked: boolean): Promise<void> {
  // What was clicked last is not what a picture is about.
  await page.mouse.move(0, 0);
  // A page of many elements takes its time to change colours: the theme that it has comes first.
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  for (const [index, theme] of (dark ? (['dark', 'light'] as const) : (['light', 'dark'] as const)).entries()) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: `${file}-${theme}.png`, animations: 'disabled', caret: 'hide' });
    if (!isChecked) continue;
    const problems = await accessibilityProblems(page, index === 0 ? 'all' : 'colours');
    expect.soft(problems, `${path.basename(file)}, ${theme}`).toEqual([]);
  }
}

async function inBrowser(
  folders: PrivateFolders,
  words: readonly string[],
  launch: () => Promise<Browser>,
): Promise<Running> {
  const [server, browser] = await Promise.all([startServer(folders, words), launch()]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  return {
    page,
    server,
    electron: null,
    resize: (width, height) => page.setViewportSize({ width, height }),
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

async function inElectron(folders: PrivateFolders, words: readonly string[]): Promise<Running> {
  const display = await startDisplay();
  const electron = await startElectron(folders, display, words).catch(async (error: unknown) => {
    await display.stop();
    throw error;
  });
  const page = await electron.firstWindow();
  return {
    page,
    server: null,
    electron,
    async resize(width, height) {
      await electron.evaluate(
        ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
        { width, height },
      );
      await page.waitForFunction((size) => innerWidth === size.width && innerHeight === size.height, { width, height });
    },
    async close() {
      await electron.close();
      await display.stop();
    },
  };
}
