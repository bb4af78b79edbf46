import { expect, test } from '../support/fixtures.ts';

test.use({ launchArguments: ['--demo'] });

test('a slow host and an unreachable one hold up nobody', async ({ app }) => {
  const { page } = app;
  const row = (name: string) => page.getByRole('row', { name: new RegExp(`^Select ${name} `) });
  await expect(row('web-01.ber')).toContainText('Healthy');
  await expect(row('edge-kiel-02')).not.toContainText('Healthy', { timeout: 1 });
  await expect(row('edge-kiel-01')).toContainText('Unreachable');
  await expect(row('vm-lab-07')).toContainText('Host key changed');

  // One can work with the others meanwhile.
  await row('db-02.ber').getByRole('link').click();
  await expect(page.getByRole('article', { name: 'Update found' })).toContainText('7.4.1');
  await page.getByRole('link', { name: 'Fleet' }).first().click();
  await expect(row('edge-kiel-02')).toContainText('Healthy', { timeout: 40_000 });
});

test('an upgrade is followed by whoever looks, from wherever', async ({ app }) => {
  test.slow();
  const { page, home } = app;
  const main = page.getByRole('main');
  const phases = main.getByRole('list', { name: 'Phases' });
  await page.getByRole('grid').getByRole('link', { name: 'web-05.fra' }).click();
  await page.getByRole('button', { name: 'Upgrade…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Upgrade web-05.fra' }).click();
  await expect(phases).toContainText(/\d+ of \d+ layers/);

  await page.reload();
  await expect(phases).toContainText(/\d+ of \d+ layers/);
  await expect(main.getByRole('region', { name: 'Log' })).toContainText('following');
  await expect(page.getByRole('contentinfo')).toContainText('1 operation running');

  if (home === 'browser') {
    // A tab that is opened out of this one has its key.
    const opening = page.context().waitForEvent('page');
    await page.evaluate(() => void window.open(location.href));
    const second = await opening;
    const list = second.getByRole('list', { name: 'Phases' });
    await expect(list).toContainText(/\d+ of \d+ layers/);
    await second.getByRole('link', { name: 'Fleet' }).first().click();
    await expect(second.getByRole('row', { name: /^Select web-05\.fra / })).toContainText(/Pulling|Staging|Importing/);
    await expect(main).toContainText('Staged and verified', { timeout: 40_000 });
    await expect(second.getByRole('row', { name: /^Select web-05\.fra / })).toContainText('Staged, waits for reboot');
    await second.close();
  } else {
    await expect(main).toContainText('Staged and verified', { timeout: 40_000 });
  }
  await expect(main.getByRole('region', { name: 'Log' })).toContainText(/ended, \d+ lines/);
});
