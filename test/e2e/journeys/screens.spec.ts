import { expect, test, type App } from '../support/fixtures.ts';

/** Every page and dialog that the other journeys do not come by, in both themes. */
test.use({ launchArguments: ['--demo'] });

/** Opens the page of a host of the fleet that is shown. */
async function openHost({ page }: App, name: string): Promise<void> {
  await page.getByRole('grid').getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeFocused();
}

async function backToFleet({ page }: App): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Fleet' }).click();
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeFocused();
}

test('the fleet, and what lies over it', async ({ app }) => {
  test.slow();
  const { page } = app;
  const filter = page.getByRole('textbox', { name: 'Filter' });
  const grid = page.getByRole('grid', { name: 'Hosts' });
  // Only hosts on the screen are read, so a filter on what was read comes after that.
  for (const name of ['db-02.ber', 'web-05.fra']) {
    const row = page.getByRole('row', { name: new RegExp(`^Select ${name} `) });
    await row.scrollIntoViewIfNeeded();
    await expect(row).toContainText('Update found');
  }
  await page.getByRole('button', { name: /Updates found$/ }).click();
  await filter.fill('tag:prod');
  await filter.press('Enter');
  await expect(grid.getByRole('row')).toHaveCount(3);
  await page.getByRole('checkbox', { name: 'Select all that are shown' }).click();
  await expect(page.getByRole('toolbar')).toContainText('2 selected');
  await app.look('fleet-selection');
  await filter.fill('state:nonsense');
  await filter.press('Enter');
  await expect(page.getByText('No host passes the filter')).toBeVisible();
  await app.look('fleet-empty');
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await page.getByRole('button', { name: 'Clear the selection' }).click();

  await page.getByRole('button', { name: 'Group by: none' }).click();
  await app.look('group-by');
  await page.getByRole('menuitemradio', { name: 'state' }).click();
  await expect(grid.getByRole('row', { name: /^Rolled back by greenboot 1 host$/ })).toBeVisible();
  await app.look('fleet-grouped');

  await page.getByRole('button', { name: 'Add host' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a host' });
  await dialog.getByLabel('Address').fill('admin@box:99999');
  await dialog.getByRole('button', { name: 'Add and connect' }).click();
  await expect(dialog.getByLabel('Address')).toBeFocused();
  await expect(dialog).toContainText('“99999” is not a port.');
  await app.look('add-host');
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('web-0');
  await expect(page.getByRole('option', { name: /^web-01\.ber/ })).toBeVisible();
  await app.look('palette');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Keys' }).click();
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await app.look('keys');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Group by: state' }).click();
  await page.getByRole('menuitemradio', { name: 'none' }).click();
  // The slowest two: a link of two seconds a round trip, and a host that answers all but one question.
  await expect(page.getByRole('row', { name: /^Select edge-kiel-02 / })).toContainText('Healthy');
  await expect(page.getByRole('row', { name: /^Select rhel-lab-01 / })).toContainText('Status blocked');
  await app.look('fleet');

  await app.resize(900, 700);
  await expect(page.getByRole('columnheader', { name: 'Tags' })).toBeHidden();
  await app.look('fleet-900');
});

test('every kind of host', async ({ app }) => {
  test.slow();
  const main = app.page.getByRole('main');
  const kinds = [
    ['staged', 'web-03.ber', 'The next boot runs 2.15.0'],
    ['rollback-queued', 'db-03.fra', 'The next boot runs 7.4.0'],
    ['greenboot-fallback', 'edge-berlin-02', 'Greenboot brought 42.20260801.0 back'],
    ['download-only', 'edge-rostock-01', 'The next boot runs 42.20260801.0 again'],
    ['layered', 'mon-01.ber', 'htop'],
    ['no-root', 'proxy-01.fra', 'may not run sudo'],
    ['rpm-ostree', 'fcos-build-01', 'bootc is not'],
    ['package-mode', 'legacy-app-02', 'package mode'],
    ['unreachable', 'edge-kiel-01', 'Connect again'],
    ['status-blocked', 'rhel-lab-01', 'did not answer'],
    ['changed-key', 'vm-lab-07', 'The host key of vm-lab-07 has changed.'],
    ['unknown-key', 'vm-lab-08', 'not known'],
  ] as const;
  for (const [kind, name, words] of kinds) {
    await openHost(app, name);
    await expect.soft(main, kind).toContainText(words);
    await app.look(`host-${kind}`);
    await backToFleet(app);
  }
});

test('operations, a question before one is stopped, settings', async ({ app }) => {
  test.slow();
  const { page } = app;
  const main = page.getByRole('main');
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await navigation.getByRole('link', { name: 'Operations' }).click();
  await expect(main).toContainText('No operation yet');
  await app.look('operations-none');
  await backToFleet(app);

  for (const name of ['web-05.fra', 'db-02.ber']) {
    const row = page.getByRole('row', { name: new RegExp(`^Select ${name} `) });
    await row.scrollIntoViewIfNeeded();
    await expect(row).toContainText('Update found');
    await row.getByRole('checkbox').click();
  }
  await page.getByRole('toolbar').getByRole('button', { name: 'Upgrade…' }).click();
  const plan = page.getByRole('dialog', { name: 'Upgrade, 2 hosts' });
  await expect(plan).toContainText('2 hosts can');
  await app.look('plan-many');
  await plan.getByRole('button', { name: 'Upgrade 2 hosts' }).click();

  await expect(page.getByRole('table', { name: 'Operations that ended last' })).toContainText('db-02.ber');
  const running = page.getByRole('table', { name: 'Running operations' });
  await expect(running).toContainText('web-05.fra');
  await app.look('operations');
  await running.getByRole('link', { name: 'Upgrade' }).click();
  await main.getByRole('button', { name: 'Stop…' }).click();
  const question = page.getByRole('alertdialog', { name: 'Stop the upgrade of web-05.fra?' });
  await expect(question.getByRole('button', { name: 'Let it run' })).toBeFocused();
  await app.look('stop');
  await question.getByRole('button', { name: 'Stop it on the host' }).click();
  await expect(main).toContainText('Stopped before anything was staged.');
  await app.look('operation-stopped');

  await navigation.getByRole('link', { name: 'Settings' }).click();
  await expect(main.getByRole('heading', { name: 'Look' })).toBeVisible();
  await app.look('settings');
  await page.getByRole('radio', { name: 'High' }).click();
  await backToFleet(app);
  await app.look('fleet-high-contrast');
});
