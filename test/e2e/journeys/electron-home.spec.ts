import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/fixtures.ts';

test('goes nowhere else, and opens only https outside', async ({ app }) => {
  const { page, problems, electron } = app;
  await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
  problems.expect(/Not allowed to (load local resource|navigate top frame)|Content Security Policy/);
  await electron?.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = async (address: string) => void opened.push(address);
  });

  const hostile = [
    'https://example.org/',
    'http://example.org/',
    'file:///etc/passwd',
    'app://other/',
    'app://berth.example/',
    'data:text/html,hello',
    'ssh://example.org',
    'javascript:document.title=1',
  ];
  for (const address of hostile) {
    await page.evaluate((target) => {
      window.open(target);
      const link = document.createElement('a');
      link.href = target;
      document.body.append(link);
      link.click();
      link.target = '_blank';
      link.click();
      link.remove();
    }, address);
  }

  // Asked from main: Playwright waits for the navigations that never come.
  const windows = await electron?.evaluate(({ BrowserWindow }) =>
    Promise.all(
      BrowserWindow.getAllWindows().map(async ({ webContents }) => ({
        address: webContents.getURL().split('#')[0],
        title: webContents.getTitle(),
        hasPage: (await webContents.executeJavaScript('document.querySelector("main") !== null')) as boolean,
      })),
    ),
  );
  expect(windows).toEqual([
    { address: 'app://berth/', title: expect.stringContaining('Berth') as unknown, hasPage: true },
  ]);
  const opened = await electron?.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  expect(new Set(opened)).toEqual(new Set(['https://example.org/']));
});

test('gives its page no permission but writing to the clipboard and notifying', async ({ app }) => {
  const { page } = app;
  await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'camera', 'microphone', 'midi', 'clipboard-read'];
    const found = await Promise.all(
      names.map(async (name) => [name, (await navigator.permissions.query({ name: name as PermissionName })).state]),
    );
    return Object.fromEntries(found) as Record<string, string>;
  });
  expect(new Set(Object.values(states))).toEqual(new Set(['denied']));
});

test('connects again after its core was killed', async ({ app }) => {
  const { page, electron } = app;
  await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
  const pids = await electron?.evaluate(({ app: main }) =>
    main
      .getAppMetrics()
      .filter(({ name }) => name === 'Berth core')
      .map(({ pid }) => pid),
  );
  expect(pids).toHaveLength(1);
  process.kill(pids?.[0] ?? 0, 'SIGKILL');
  await expect(page.getByText('The connection to Berth’s core was lost.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
});

test('shows one window, whose menu is there for its keys only', async ({ app }) => {
  const windows = () =>
    app.electron?.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => ({ visible: window.isVisible(), menu: window.isMenuBarVisible() })),
    );
  await expect.poll(windows).toEqual([{ visible: true, menu: false }]);
});

test('keeps the compiled core for the next start, and starts as well when that is rubbish', async ({
  folders,
  startApp,
}) => {
  const kept = join(folders.dataDir, 'window', 'Core code cache');
  const start = async () => {
    const { page, close } = await startApp();
    await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
    await close();
  };
  await start();
  const [name = '', ...others] = await readdir(kept);
  expect(name).toMatch(/^core-[0-9a-f]{16}\.bin$/);
  expect(others).toEqual([]);

  // What V8 accepts is left as it is; what it refuses is replaced.
  const { mtimeMs } = await stat(join(kept, name));
  await start();
  expect((await stat(join(kept, name))).mtimeMs).toBe(mtimeMs);
  await writeFile(join(kept, name), 'rubbish');
  await start();
  expect((await stat(join(kept, name))).size).toBeGreaterThan(100_000);
});
