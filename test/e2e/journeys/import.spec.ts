import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '../support/fixtures.ts';

/** Nothing listens there: hosts of a configuration that nobody answers for. */
const CONFIG = [
  'Host *.lan',
  '  Port 9',
  'Host web-01.lan web-02.lan',
  '  HostName 127.0.0.1',
  'Host db-01.lan',
  '  HostName 127.0.0.1',
  '',
].join('\n');

test('hosts come from the ssh configuration, and what changes there is told and taken over', async ({
  folders,
  startApp,
}) => {
  test.slow();
  const config = path.join(folders.home, '.ssh', 'config');
  await writeFile(config, CONFIG, { mode: 0o600 });
  const app = await startApp();
  const { page } = app;

  const panel = page.getByRole('region', { name: 'Import from the ssh configuration' });
  await expect(panel).toContainText('3 hosts found');
  await app.look('first-run-import');
  await panel.getByRole('button', { name: 'Import 3 hosts…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import hosts' });
  const found = dialog.getByRole('listbox', { name: 'Hosts that were found' });
  await expect(found.getByRole('option')).toHaveText([/^web-01\.lan.*config:3New$/, /^web-02\.lan/, /config:5New$/]);
  await app.look('import');
  await found.press('End');
  await found.press('Space');
  await dialog.getByLabel('Group').fill('Lab');
  await dialog.getByRole('button', { name: 'Import 2 hosts' }).click();
  const grid = page.getByRole('grid', { name: 'Hosts' });
  await expect(grid.getByRole('rowheader')).toHaveText(['web-01.lan', 'web-02.lan']);

  await writeFile(config, `${CONFIG.replace(' web-02.lan', '')}Host new-01.lan\n  HostName 127.0.0.1\n`);
  await expect(page.getByText('1 new in the ssh configuration, 1 gone')).toBeVisible();
  await page.getByRole('button', { name: 'Look at it…' }).click();
  const sources = page.getByRole('dialog', { name: 'Sources of hosts' });
  await expect(sources).toContainText(`web-02.lan gone, was at ${config}:3`);
  await app.look('sources');
  await sources.getByRole('button', { name: 'Take over 1 new host' }).click();
  await sources.getByRole('button', { name: 'Remove 1 gone host from the fleet' }).click();
  await expect(sources).toContainText('Nothing has changed there.');
  await page.keyboard.press('Escape');
  await expect(grid.getByRole('rowheader')).toHaveText(['new-01.lan', 'web-01.lan']);

  await page.getByRole('button', { name: 'Import and export' }).click();
  await page.getByRole('menuitem', { name: 'Export hosts…' }).click();
  await page.getByRole('combobox', { name: 'Format' }).selectOption('Ansible inventory, INI');
  await expect(page.getByLabel('The exported text')).toContainText('[Lab]');
  await app.look('export');
  await page.keyboard.press('Escape');

  await grid.getByRole('link', { name: 'web-01.lan' }).click();
  await page.getByRole('tab', { name: 'Connection' }).click();
  await expect(page.getByRole('main')).toContainText(`${config}, line 3, as web-01.lan`);
  expect(await readFile(config, 'utf8')).toContain('Host new-01.lan');
});
