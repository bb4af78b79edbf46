import { expect, test } from '../support/fixtures.ts';

test.describe('one host', () => {
  test.use({ launchArguments: ['--demo=4'] });

  test('a rollback that deletes a staged update is held back until that is confirmed, and can be undone', async ({
    app,
  }) => {
    const { page } = app;
    await page.getByRole('grid').getByRole('link', { name: 'web-03.ber' }).click();
    const main = page.getByRole('main');
    const staged = page.getByRole('article', { name: 'Staged' });
    await expect(staged).toContainText('2.15.0');
    const choose = async (item: string) => {
      await main.getByRole('button', { name: 'More actions' }).first().click();
      await page.getByRole('menuitem', { name: item }).click();
    };

    await choose('Roll back…');
    const plan = page.getByRole('dialog', { name: 'Roll web-03.ber back' });
    const start = plan.getByRole('button', { name: 'Roll web-03.ber back' });
    await expect(plan).toContainText('2.15.0 is staged, and a rollback deletes it.');
    await expect(start).toHaveAccessibleDescription(/have to be confirmed/);
    await start.click({ force: true });
    await expect(plan).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(plan).toBeHidden();
    await expect(staged).toContainText('2.15.0');

    await choose('Roll back…');
    await plan.getByRole('checkbox', { name: 'Go on in spite of the warning' }).check();
    await start.click();
    const state = page.getByRole('table', { name: 'State read from the host' });
    await expect(state.getByRole('row', { name: /^Booted/ })).toContainText('Untouched', { timeout: 40_000 });
    await page.getByRole('button', { name: 'Open host' }).click();
    await expect(main).toContainText(/The next boot runs 2\.13\.2 instead of 2\.14\.0/);
    await expect(staged).toBeHidden();

    await choose('Undo the queued rollback…');
    await page.getByRole('dialog').getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('button', { name: 'Open host' }).click({ timeout: 40_000 });
    await expect(main).toContainText(/The next boot runs 2\.14\.0 again/);
  });
});

test.describe('fifty hosts', () => {
  test.use({ launchArguments: ['--demo=50'] });

  test('are upgraded at once, and the three that fail are named with what to do', async ({ app }) => {
    const { page } = app;
    const main = page.getByRole('main');
    await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
    const actions = page.getByRole('toolbar', { name: 'Actions for the selected hosts' });
    await actions.getByRole('button', { name: /^(Connect|Refresh)$/ }).click();
    await expect(page.getByRole('contentinfo')).toContainText(/4\d of 50 connected/, { timeout: 40_000 });

    await actions.getByRole('button', { name: /^Upgrade…/ }).click();
    const plan = page.getByRole('dialog', { name: /^Upgrade, \d+ hosts$/ });
    await plan.getByRole('checkbox', { name: /^Begin no more when a host fails/ }).uncheck();
    const start = plan.getByRole('button', { name: /^Upgrade \d+/ });
    await expect(start).not.toHaveAccessibleDescription(/is being made|is not done yet/, { timeout: 30_000 });
    const tick = plan.getByRole('checkbox', { name: /^Go on in spite of/ });
    if (await tick.isVisible()) await tick.check();
    await start.click();

    const card = main.getByRole('article', { name: /^Upgrade, \d+ hosts$/ });
    await expect(card).toContainText('Done, not all', { timeout: 60_000 });
    await expect(card).toContainText('3 hosts failed');
    for (const name of ['db-02.ber', 'fcos-build-01', 'web-0132.ber']) {
      await expect(card.getByRole('link', { name })).toBeVisible();
    }
    await expect(card.getByRole('button', { name: 'Try 3 hosts again…' })).toBeVisible();
    await card.getByRole('link', { name: 'db-02.ber' }).click();
    await expect(main).toContainText('/etc/ostree/auth.json');
  });
});
