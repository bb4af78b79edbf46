import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '../support/fixtures.ts';

test.use({ launchArguments: ['--demo'] });

test('a host that greenboot brought back, and one whose /etc could not be merged, say why', async ({ app }) => {
  const { page } = app;
  await page.getByRole('grid').getByRole('link', { name: 'edge-berlin-02' }).click();
  // By the keyboard: what is read of the host meanwhile moves the tabs.
  await page.getByRole('tab', { name: 'Boots' }).press('Enter');
  const panel = page.getByRole('tabpanel');
  await expect(panel.getByRole('heading').first()).toHaveText(
    'Greenboot rolled 42.20260815.0 back after 3 failed boots: the check 40-gateway.sh fails.',
  );
  await expect(panel.getByRole('list', { name: 'Evidence' })).toContainText('no answer from 10.20.0.1 within 30 s');
  const boots = panel.getByRole('table').getByRole('row');
  await expect(boots.filter({ hasText: 'unhealthy' })).toHaveCount(3);
  await expect(boots.nth(1)).toContainText('42.20260801.0');
  // The failed boot beside the good one.
  await expect(panel.getByLabel('One boot')).toContainText('unhealthy');
  await expect(panel.getByRole('list', { name: /^Errors of the boot/ })).toHaveCount(2);
  await app.look('host-boots-greenboot');

  await page.getByRole('link', { name: 'Fleet' }).first().click();
  await page.getByRole('grid').getByRole('link', { name: 'web-04.ber' }).click();
  await page.getByRole('tab', { name: 'Boots' }).press('Enter');
  await expect(panel.getByRole('heading').first()).toHaveText(
    '/etc merge failed: etc/acme/agent.conf is a directory in the new image.',
  );
  if (app.home === 'browser') {
    await app.resize(900, 700);
    await app.look('host-boots-etc-900');
  }
});

test('an incident bundle is saved', async ({ app }) => {
  test.skip(app.home === 'electron', 'Electron asks where to save: its own dialog.');
  const { page } = app;
  await page.getByRole('grid').getByRole('link', { name: 'web-04.ber' }).click();
  // By the keyboard: what is read of the host meanwhile moves the tabs.
  await page.getByRole('tab', { name: 'Boots' }).press('Enter');
  await page.getByRole('button', { name: 'Incident bundle…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Incident bundle of web-04.ber' });
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Make and save the bundle' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/^berth-incident-web-04\.ber-\d{12}\.tar\.gz$/);
  expect(gunzipSync(await readFile(await saved.path())).toString('latin1')).toContain('/web-04.ber/verdict.txt');
  await expect(dialog.getByRole('status')).toContainText('Saved berth-incident-web-04.ber');
});
