import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { startScriptedHost, type ScriptedHost } from '../../support/scripted-host/scripted-host.ts';
import { expect, test } from '../support/fixtures.ts';

/** A real sshd in namespaces of its own, which only root can make. */
test.skip(process.getuid?.() !== 0, 'making a host needs root');

let host: ScriptedHost;
test.beforeEach(async () => {
  host = await startScriptedHost();
});
test.afterEach(() => host.stop());

test('a host is added, its key compared, its facts read, and what is true afterwards', async ({ app }) => {
  const { page, folders } = app;
  await copyFile(host.keyFile, path.join(folders.home, '.ssh', 'id_ed25519'));

  const address = page.getByRole('textbox').first();
  await address.fill(`admin@${host.address}:99999`);
  await address.press('Enter');
  await expect(page.getByText('“99999” is not a port.')).toBeVisible();
  await address.fill(`admin@${host.address}:${host.port}`);
  await address.press('Enter');

  const question = page.getByRole('alertdialog', { name: /^Is this the host key of/ });
  await expect(question).toContainText(/SHA256:[\w+/]{43}/);
  await question.getByRole('button', { name: 'Accept this key' }).click();

  await expect(page.getByRole('article', { name: 'Booted' })).toContainText('42.2');
  await expect(page.getByRole('article', { name: 'Rollback' })).toContainText('42.1');
  expect(await readFile(path.join(folders.dataDir, 'known_hosts'), 'utf8')).toContain(`[127.0.0.1]:${host.port} `);

  await host.hold('pull');
  await page
    .getByRole('button', { name: /^Upgrade…/ })
    .first()
    .click();
  await page
    .getByRole('dialog', { name: /^Upgrade/ })
    .getByRole('button', { name: /^Upgrade/ })
    .click();
  // The page goes away in the middle; the operation does not.
  await expect.poll(() => host.isHeld('pull')).toBe(true);
  await page.reload();
  const main = page.getByRole('main');
  await expect(main.getByRole('list', { name: 'Phases' })).toBeVisible();
  await host.release('pull');
  await expect(main).toContainText('Staged and verified', { timeout: 40_000 });
  await page.getByRole('button', { name: 'Open host' }).click();
  await expect(page.getByRole('article', { name: 'Staged' })).toContainText('42.3');
  expect(await host.calls()).toHaveLength(1);
});
