import { expect, test } from '../support/fixtures.ts';

test.use({ launchArguments: ['--demo'] });

test('by the keyboard from a failed unit to its journal: filter, details, what stands around; then several hosts live, and a command on them', async ({
  app,
}) => {
  const { page } = app;
  const { keyboard } = page;
  const entries = page.getByRole('grid', { name: 'Entries of the journal' });
  const cursor = entries.getByRole('row', { selected: true });
  const fleet = page.getByRole('grid', { name: 'Hosts' });

  await fleet.getByRole('link', { name: 'web-04.ber' }).click();
  await page.getByTitle('What it said in this boot').first().press('Enter');
  await expect(page.getByRole('tab', { name: 'Logs', selected: true })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Remove unit:/ })).toBeVisible();
  await entries.focus();
  await keyboard.press('End');
  await keyboard.press('Enter');
  const details = page.getByRole('complementary', { name: 'Entry' });
  await expect(details.getByText('_BOOT_ID')).toBeVisible();
  const said = await cursor.innerText();
  await keyboard.press('c');
  await expect(page.getByText('the filter is off')).toBeVisible();
  await expect(cursor).toHaveText(said, { useInnerText: true });
  await expect(entries.getByRole('row').nth(5)).toBeVisible();
  await keyboard.press('Escape');
  await keyboard.press('Escape');
  await expect(page.getByText('the filter is off')).toBeHidden();

  // Another filter, as terms.
  await keyboard.press('/');
  for (const key of ['Backspace', 'Control+A', 'Backspace', 'Backspace', 'Control+A', 'Backspace'])
    await keyboard.press(key);
  await keyboard.type('prio:warning boot:current');
  await keyboard.press('Enter');
  await expect(entries.locator('[data-priority=warning]').first()).toBeVisible();
  await expect(entries.locator('[data-priority=info]')).toHaveCount(0);
  await keyboard.press('ArrowDown');
  await expect(entries).toBeFocused();

  // Two hosts, live.
  await page.getByRole('link', { name: 'Fleet' }).first().click();
  await fleet.focus();
  await keyboard.press('Space');
  await keyboard.press('ArrowDown');
  await keyboard.press('Space');
  await page.getByRole('button', { name: 'More for the selected hosts' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Logs' }).press('Enter');
  await expect(page.getByText('Live')).toBeVisible();
  for (const host of ['db-01', 'db-02']) await expect(entries.getByText(host).first()).toBeVisible();
  await entries.focus();
  await keyboard.press('f');
  await expect(page.getByText(/^Held still: [1-9]/)).toBeVisible();
  await keyboard.press('ArrowUp');
  await keyboard.press('Enter');
  await expect(details.getByText('_BOOT_ID')).toBeVisible();
  await app.look('logs-merged');

  // A command on both.
  await page.getByRole('link', { name: 'Fleet' }).first().click();
  await page.getByRole('button', { name: 'More for the selected hosts' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Run command…' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Run a command on 2 hosts' });
  await dialog.getByRole('textbox', { name: 'Command' }).fill('uname -r');
  await dialog.getByRole('button', { name: 'Run on 2 hosts' }).click();
  await expect(page.getByRole('status').getByText('2 hosts done')).toBeVisible();
  const results = page.getByRole('listbox', { name: 'Results' });
  await expect(results.getByRole('option').first()).toContainText('exit 0');
});
