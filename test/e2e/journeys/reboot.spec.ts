import { expect, test } from '../support/fixtures.ts';

test.use({ launchArguments: ['--demo=4'] });

test('a host is rebooted into what is staged: down, silent, back, and proven', async ({ app }) => {
  const { page } = app;
  await page.getByRole('grid').getByRole('link', { name: 'web-03.ber' }).click();
  const main = page.getByRole('main');
  await expect(main).toContainText(/The next boot runs 2\.15\.0 instead of 2\.14\.0/);
  await page.getByRole('button', { name: 'Reboot…' }).first().click();

  const plan = page.getByRole('dialog', { name: 'Reboot web-03.ber' });
  await expect(plan).toContainText('shutdown -r now');
  // Somebody works there, and a backup runs: what is to be confirmed stands in the way of the button.
  await expect(plan.getByRole('checkbox').first()).toBeVisible();
  for (const warning of await plan.getByRole('checkbox').all()) await warning.check();
  await plan.getByRole('button', { name: 'Reboot web-03.ber' }).click();

  const phases = main.getByRole('list', { name: 'Phases' });
  await expect(phases).toContainText('Berth looks for the host until it answers');
  await app.look('reboot');
  await expect(main).toContainText('Rebooted into 2.15.0 @8d41f0c2, as foreseen.', { timeout: 40_000 });
  await app.look('reboot-done');

  await page.getByRole('button', { name: 'Open host' }).click();
  await expect(page.getByRole('article', { name: 'Booted' })).toContainText('2.15.0');
  await expect(page.getByRole('article', { name: 'Rollback' })).toContainText('2.14.0');
  await expect(main).toContainText(/The next boot runs 2\.15\.0 again/);
});
