import { expect, test } from '../support/fixtures.ts';

test('an address works once, and only where it was opened', async ({ app }) => {
  const { page, problems, server } = app;
  await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
  expect(page.url()).not.toContain('key');
  expect(await page.evaluate(() => JSON.stringify(history.state) + document.cookie)).not.toContain('key');

  problems.expect(/403/);
  const address = server?.address ?? '';
  const other = await page.context().newPage();
  await other.goto(address);
  await expect(other.getByRole('alert')).toContainText('This address is not valid (any more).');
  await other.goto(address.replace(/#.*/, `#key=${'x'.repeat(43)}`));
  await other.reload();
  await expect(other.getByRole('alert')).toContainText('Start Berth again');
  await other.goto(address.replace(/#.*/, ''));
  await expect(other.getByRole('alert')).toContainText('This address is not valid (any more).');
  await other.close();

  await page.reload();
  await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
});

test('says so when Berth ends', async ({ app }) => {
  const { page, problems, server } = app;
  await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
  problems.expect(/WebSocket|ERR_CONNECTION_REFUSED/);
  await server?.stop();
  await expect(page.getByRole('alert')).toContainText('The connection to Berth’s core was lost.');
  await expect(page.getByRole('button', { name: 'Connect again' })).toBeVisible();
});

test('a part of the page that is lost on its way is asked for again', async ({ app }) => {
  const { page, problems } = app;
  await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
  problems.expect(/ERR_FAILED/);
  let lost = 0;
  await page.route('**/assets/settings-page-*.js', async (route) => {
    lost += 1;
    await (lost === 1 ? route.abort() : route.continue());
  });
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  expect(lost).toBe(2);
});
