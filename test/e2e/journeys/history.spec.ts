import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seedHistory } from '../../bench/support/history-seed.ts';
import { expect, test } from '../support/fixtures.ts';

/** What was done, found again and proven; and what keeps a hand from slipping. */
test('the history is filtered, opened, exported and verified; an edit of its file shows', async ({
  startApp,
  folders,
}) => {
  const index = path.join(folders.dataDir, 'operations', 'index.jsonl');
  await seedHistory(index, 300, Date.now());
  const app = await startApp();
  const { page } = app;
  await page.getByRole('link', { name: 'History', exact: true }).click();
  const list = page.getByRole('grid', { name: 'History' });
  await expect(page.getByText('300 of 300')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('outcome:failed by:jb');
  await page.keyboard.press('Enter');
  await expect(page.getByText('40 of 300')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(list).toBeFocused();
  await page.keyboard.press('ArrowDown');
  const details = page.getByRole('region', { name: 'The chosen line in full' });
  await expect(details).toContainText('The host cannot reach the registry');
  await app.look('history-filtered');

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /CSV/ }).click();
  if (app.home === 'browser') expect((await saved).suggestedFilename()).toMatch(/^berth-history-.*\.csv$/);
  else saved.catch(() => undefined);

  await writeFile(index, (await readFile(index, 'utf8')).replace('web-007', 'web-700'));
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText('Line 16 of the history is not what was written there')).toBeVisible();
  await app.look('history-changed');
});

test('read-only mode and production tags hold, and are said', async ({ startApp, folders }) => {
  const host = (name: string, tags: readonly string[]) => ({
    id: name,
    name,
    address: '127.0.0.1',
    port: 1,
    user: null,
    keyFile: null,
    group: null,
    tags,
    note: '',
    createdAt: 1,
  });
  const hosts = [host('web-01', ['prod']), host('lab-01', ['lab'])];
  await writeFile(path.join(folders.dataDir, 'inventory.json'), JSON.stringify({ version: 1, hosts }));
  const app = await startApp();
  const { page } = app;
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('checkbox', { name: 'Start nothing on any host' }).check();
  await page.getByRole('textbox', { name: 'Production tags' }).fill('prod');
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 of 2 hosts')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Read-only mode' })).toBeVisible();
  await app.look('settings-guard-rails');

  await page.getByRole('link', { name: 'Fleet' }).click();
  await expect(page.getByRole('img', { name: 'Production: prod' })).toHaveCount(1);
  await app.look('fleet-production');
  // Kept, and true for the next Berth.
  await app.close();
  const next = await startApp();
  await expect(next.page.getByRole('link', { name: 'Read-only mode' })).toBeVisible();
});
