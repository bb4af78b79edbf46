import { expect, test } from '../support/fixtures.ts';

test('a host is added, changed, removed by mistake, and still there after a restart', async ({ startApp }) => {
  test.slow();
  const first = await startApp();
  const { page } = first;
  const begin = page.getByRole('heading', { name: 'Connect your first host' });
  await page.getByRole('button', { name: 'Add a host…' }).click();
  const adding = page.getByRole('dialog', { name: 'Add a host' });
  const field = (name: string) => page.getByRole('dialog').getByLabel(name, { exact: true });

  await field('Address').fill('admin@127.0.0.1:99999');
  await field('Group').fill('Lab');
  await field('Tags').fill('prod, web');
  await field('Note').fill('Under the desk.');
  await adding.getByRole('button', { name: 'Add only' }).click();
  await expect(field('Address')).toBeFocused();
  await expect(field('Address')).toHaveAttribute('aria-invalid', 'true');
  await expect(field('Address')).toHaveAccessibleDescription(/“99999” is not a port\./);
  // Nothing listens on port 1; the other fields are filled from the address.
  await field('Address').fill('admin@127.0.0.1:1');
  await field('Port').focus();
  await expect(field('Address')).toHaveValue('127.0.0.1');
  await expect(field('Port')).toHaveValue('1');
  await expect(field('User')).toHaveValue('admin');
  await field('Name in the fleet').fill('box');
  await adding.getByRole('button', { name: 'Add only' }).click();
  await expect(adding).toBeHidden();

  const grid = page.getByRole('grid', { name: 'Hosts' });
  const row = (name: string) => page.getByRole('row', { name: new RegExp(`^Select ${name} `) });
  await expect(row('box')).toContainText('Unreachable');
  await expect(page.getByRole('region', { name: /^Groups/ })).toContainText('Lab');

  const choose = async (name: string, entry: string) => {
    await row(name).click({ button: 'right' });
    await page
      .getByRole('menu', { name: `Actions for ${name}` })
      .getByRole('menuitem', { name: entry })
      .click();
  };
  await choose('box', 'Edit…');
  const editing = page.getByRole('dialog', { name: 'Edit box' });
  await field('Name in the fleet').fill('');
  await field('Port').fill('0');
  await editing.getByRole('button', { name: 'Save' }).click();
  await expect(field('Port')).toHaveAttribute('aria-invalid', 'true');
  await field('Port').fill('1');
  await field('Name in the fleet').fill('box-2');
  await editing.getByRole('button', { name: 'Save' }).click();
  await expect(row('box-2')).toBeVisible();

  await choose('box-2', 'Remove from the fleet');
  await expect(begin).toBeVisible();
  const told = page.getByRole('status').filter({ hasText: 'box-2 was removed from the fleet.' });
  await told.getByRole('button', { name: 'Undo' }).click();
  await expect(row('box-2')).toContainText('prod');

  // A second one is removed for good.
  await page.getByRole('button', { name: 'Add host' }).click();
  await field('Address').fill('127.0.0.1:1');
  await field('Name in the fleet').fill('box-2');
  await adding.getByRole('button', { name: 'Add only' }).click();
  await expect(field('Name in the fleet')).toHaveAttribute('aria-invalid', 'true');
  await field('Name in the fleet').fill('other');
  await adding.getByRole('button', { name: 'Add only' }).click();
  await expect(grid.getByRole('row')).toHaveCount(3);
  await choose('other', 'Remove from the fleet');
  await expect(grid.getByRole('row')).toHaveCount(2);
  await first.close();

  const second = await startApp();
  const again = second.page;
  await expect(again.getByRole('row', { name: /^Select box-2 / })).toContainText('prod');
  await expect(again.getByRole('grid').getByRole('row')).toHaveCount(2);
  await again.getByRole('row', { name: /^Select box-2 / }).click({ button: 'right' });
  await again.getByRole('menuitem', { name: 'Edit…' }).click();
  const kept = again.getByRole('dialog', { name: 'Edit box-2' });
  await expect(kept.getByLabel('Note')).toHaveValue('Under the desk.');
  await expect(kept.getByLabel('Group')).toHaveValue('Lab');
});
