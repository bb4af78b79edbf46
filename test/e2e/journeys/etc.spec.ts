import { expect, test } from '../support/fixtures.ts';

test.use({ launchArguments: ['--demo=12'] });

test('from a blocker in the fleet to the file, the image’s version, and a merge that is proven by the reboot', async ({
  app,
}) => {
  const { page } = app;
  const main = page.getByRole('main');
  await page.getByRole('button', { name: /^1 ?\/etc blockers$/ }).click();
  await page.getByRole('grid').getByRole('link', { name: 'web-04.ber' }).click();
  // By the keyboard: what is read of the host meanwhile moves the tabs.
  await page.getByRole('tab', { name: '/etc' }).press('Enter');
  await expect(page.getByRole('heading', { name: '/etc/acme/agent.conf' })).toBeVisible();
  await app.look('etc-blocker');
  await page.getByRole('button', { name: 'Solve the blocker…' }).last().click();

  const plan = page.getByRole('dialog', { name: 'Change /etc of web-04.ber' });
  await expect(plan).toContainText('rm /etc/acme/agent.conf');
  await expect(plan).toContainText('At the next boot: it is what 2.15.0 ships');
  await app.look('etc-plan');
  await plan.getByRole('button', { name: 'Take the image’s version' }).click();
  await expect(main).toContainText('Done, and proven by the state of the host.');
  await expect(main).toContainText('As foreseen: /etc/acme/agent.conf');
  await expect(page.getByRole('button', { name: 'Put back what was there…' })).toBeVisible();

  await page.getByRole('button', { name: 'Reboot…' }).click();
  const reboot = page.getByRole('dialog', { name: 'Reboot web-04.ber' });
  const start = reboot.getByRole('button', { name: 'Reboot web-04.ber' });
  await expect(start).toBeVisible();
  for (const warning of await reboot.getByRole('checkbox').all()) await warning.check();
  await start.click();
  await expect(main).toContainText(/Rebooted into 2\.15\.0 @\w+/, { timeout: 40_000 });
});
