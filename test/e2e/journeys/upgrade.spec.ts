import { expect, test } from '../support/fixtures.ts';

test('from the first start over the demo fleet to a proved upgrade', async ({ app }) => {
  test.slow(); // The whole way, with a picture of every page in both themes.
  const { page } = app;
  await page.getByRole('button', { name: 'Open the demo fleet' }).click();

  await expect(page.getByRole('contentinfo')).toContainText('24 simulated hosts');
  const row = page.getByRole('row', { name: /^Select web-05\.fra / });
  // Only what is on the screen is connected to.
  await row.scrollIntoViewIfNeeded();
  await expect(row).toContainText('Update found');
  await expect(row).toContainText('2.14.0');

  // Nothing is asked before somebody asks for the host; then the safe answer is the one at hand.
  await expect(page.getByRole('row', { name: /^Select vm-lab-08 / })).toContainText('Host key not known');
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await page.getByRole('link', { name: 'vm-lab-08' }).click();
  await page.getByRole('button', { name: 'Connect' }).first().click();
  const question = page.getByRole('alertdialog', { name: 'Is this the host key of vm-lab-08?' });
  await expect(question).toContainText(/SHA256:[\w+/]{43}/);
  await expect(question).toContainText('ssh-keygen -lf');
  await expect(question.getByRole('button', { name: 'Refuse this key' })).toBeFocused();
  await app.look('host-key');
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(page.getByRole('main')).toContainText('You refused the host key');
  await page.getByRole('link', { name: 'Fleet' }).first().click();

  await row.getByRole('link', { name: 'web-05.fra' }).click();
  await expect(page.getByRole('heading', { name: 'web-05.fra', level: 1 })).toBeVisible();
  await expect(page.getByRole('article', { name: 'Booted' })).toContainText('2.14.0');
  await expect(page.getByRole('article', { name: 'Update found' })).toContainText('2.15.0');
  await expect(page.getByRole('article', { name: 'Rollback' })).toContainText('2.13.2');
  await expect(page.getByRole('main')).toContainText('The next boot runs 2.14.0 again');
  await app.look('host');

  await page.getByRole('button', { name: 'Upgrade…' }).first().click();
  const plan = page.getByRole('dialog', { name: 'Upgrade web-05.fra' });
  await expect(plan).toContainText('bootc upgrade --progress-fd 3');
  await expect(plan).toContainText('Rollback 2.13.2 is dropped at the next reboot unless pinned.');
  await app.look('plan');
  await plan.getByRole('button', { name: 'Upgrade web-05.fra' }).click();

  const main = page.getByRole('main');
  await expect(main.getByRole('list', { name: 'Phases' })).toContainText(/\d+ of \d+ layers/);
  await app.look('operation');

  await expect(main).toContainText('Staged and verified', { timeout: 40_000 });
  await expect(main).toContainText('Staged 2.15.0 @8d41f0c2: the next boot runs it.');
  const state = page.getByRole('table', { name: 'State read from the host' });
  await expect(state.getByRole('row', { name: /^Staged/ })).toContainText('Digest as planned');
  await expect(state.getByRole('row', { name: /^Booted/ })).toContainText('Untouched');
  await app.look('operation-done');

  await page.getByRole('button', { name: 'Open host' }).click();
  await expect(page.getByRole('article', { name: 'Staged' })).toContainText('2.15.0');
  await expect(page.getByRole('main')).toContainText(/The next boot runs 2\.15\.0/);

  await page.getByRole('link', { name: 'History' }).click();
  await expect(page.getByRole('main')).toContainText('web-05.fra');
  await app.look('history');
});

test.describe('started as a demo', () => {
  test.use({ launchArguments: ['--demo'] });

  test('an upgrade that fails says why, and what to do', async ({ app }) => {
    const { page } = app;
    await page.getByRole('link', { name: 'db-02.ber' }).click();
    await page.getByRole('button', { name: 'Upgrade…' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Upgrade db-02.ber' }).click();

    const main = page.getByRole('main');
    await expect(main).toContainText('refused the credentials', { timeout: 40_000 });
    await expect(main).toContainText('/etc/ostree/auth.json');
    await app.look('operation-failed');

    // The demo that Berth was started with is still there after a reload, and so is what happened in it.
    await page.reload();
    await expect(main).toContainText('refused the credentials');
  });
});
