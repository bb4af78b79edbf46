import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { expect, test } from '../support/fixtures.ts';

/** A real sshd in namespaces of its own, which only root can make. */
test.skip(process.getuid?.() !== 0, 'making a host needs root');

let host: ScriptedHost;
test.beforeEach(async () => {
  host = await startScriptedHost();
});
test.afterEach(() => host.stop());

/** Connects to the host from the first start, and accepts its key. */
async function openHost(page: Page): Promise<void> {
  const address = page.getByRole('textbox').first();
  await address.fill(`admin@${host.address}:${host.port}`);
  await address.press('Enter');
  const question = page.getByRole('alertdialog', { name: /^Is this the host key of/ });
  await expect(question).toContainText(/SHA256:[\w+/]{43}/);
  await question.getByRole('button', { name: 'Accept this key' }).click();
}

/** Starts an upgrade from the page of the host; bootc then waits in the middle of its pull. */
async function upgradeAsFarAsThePull(page: Page): Promise<void> {
  await host.hold('pull');
  await page
    .getByRole('button', { name: /^Upgrade…/ })
    .first()
    .click();
  await page
    .getByRole('dialog', { name: /^Upgrade/ })
    .getByRole('button', { name: /^Upgrade/ })
    .click();
  await expect.poll(() => host.isHeld('pull')).toBe(true);
}

test('a host is added, its key compared, its facts read, and what is true afterwards', async ({ app }) => {
  const { page, folders } = app;
  await copyFile(host.keyFile, path.join(folders.home, '.ssh', 'id_ed25519'));

  const address = page.getByRole('textbox').first();
  await address.fill(`admin@${host.address}:99999`);
  await address.press('Enter');
  await expect(page.getByText('“99999” is not a port.')).toBeVisible();
  await openHost(page);
  await expect(page.getByRole('article', { name: 'Booted' })).toContainText('42.2');
  await expect(page.getByRole('article', { name: 'Rollback' })).toContainText('42.1');
  expect(await readFile(path.join(folders.dataDir, 'known_hosts'), 'utf8')).toContain(`[127.0.0.1]:${host.port} `);

  await upgradeAsFarAsThePull(page);
  // The page goes away in the middle; the operation does not.
  await page.reload();
  const main = page.getByRole('main');
  await expect(main.getByRole('list', { name: 'Phases' })).toBeVisible();
  await host.release('pull');
  await expect(main).toContainText('Staged and verified', { timeout: 40_000 });
  await page.getByRole('button', { name: 'Open host' }).click();
  await expect(page.getByRole('article', { name: 'Staged' })).toContainText('42.3');
  expect(await host.calls()).toHaveLength(1);
});

test('an upgrade goes on while the core of Berth is killed, and is found again', async ({ app }) => {
  test.skip(app.home !== 'electron', 'in the browser home the core is the server, whose end is the end of its page');
  test.slow();
  const { page, folders, electron } = app;
  await copyFile(host.keyFile, path.join(folders.home, '.ssh', 'id_ed25519'));
  await openHost(page);
  await upgradeAsFarAsThePull(page);
  const main = page.getByRole('main');
  await expect(main.getByRole('list', { name: 'Phases' })).toBeVisible();

  const core = await electron?.evaluate(
    ({ app: desktop }) => desktop.getAppMetrics().find(({ name }) => name === 'Berth core')?.pid,
  );
  if (core === undefined) throw new Error('Electron knows of no core');
  process.kill(core, 'SIGKILL');
  await expect(page.getByText('The connection to Berth’s core was lost.')).toBeVisible();
  await expect(main.getByRole('list', { name: 'Phases' })).toBeVisible();
  await host.release('pull');
  await expect(main).toContainText('Staged and verified', { timeout: 60_000 });
  expect(await host.calls()).toHaveLength(1);
});
