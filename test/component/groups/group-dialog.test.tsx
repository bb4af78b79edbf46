import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const rows = [
  rowOf({ name: 'web-01', group: 'Berlin' }),
  rowOf({ name: 'web-02', group: 'Berlin' }),
  rowOf({ name: 'alone', group: null }),
];

async function openGroup() {
  const core = createFixtureCore(rows);
  const { user } = await renderApp(core);
  const opener = screen.getByRole('button', { name: 'Settings of group Berlin' });
  await user.click(opener);
  const dialog = within(await screen.findByRole('dialog', { name: 'Group Berlin' }));
  return { core, user, dialog, opener };
}

test('a group has settings, those without one have none, and what is said is kept', async () => {
  const { core, user, dialog, opener } = await openGroup();
  expect(screen.queryByRole('button', { name: 'Settings of group No group' })).toBeNull();
  expect(dialog.getByText(/^For 2 hosts of this group/)).toBeTruthy();
  expect(dialog.getByRole('radio', { name: 'As in the settings: Automatic' })).toHaveProperty('checked', true);
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(dialog.getByRole('radio', { name: /^OpenSSH/ }));
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Root through' }), 'sudo');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(core.calls).toEqual(['setGroup {"name":"Berlin","transport":"openssh","privilege":"sudo"}']);
  expect(document.activeElement).toBe(opener);

  await user.keyboard('{Enter}');
  const again = within(await screen.findByRole('dialog', { name: 'Group Berlin' }));
  expect(again.getByRole('radio', { name: /^OpenSSH/ })).toHaveProperty('checked', true);
  await user.click(again.getByRole('radio', { name: 'As in the settings: Automatic' }));
  await user.selectOptions(again.getByRole('combobox', { name: 'Root through' }), 'default');
  await user.click(again.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(core.calls.at(-1)).toBe('setGroup {"name":"Berlin"}'));
});

test('what cannot be kept is told in the dialog', async () => {
  const { core, user, dialog } = await openGroup();
  core.failNextSave(failure('connection.lost'));
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await dialog.findByText(/connection to Berth’s core was lost/);
});

test('the palette and the settings lead there too, and the settings have what counts for all others', async () => {
  const core = createFixtureCore(rows);
  const { user } = await renderApp(core);
  await user.keyboard('{Control>}k{/Control}');
  await user.keyboard('settings of group berlin{Enter}');
  await user.click(
    within(await screen.findByRole('dialog', { name: 'Group Berlin' })).getByRole('button', { name: 'Cancel' }),
  );

  await user.click(screen.getByRole('link', { name: 'Settings' }));
  const section = within(await screen.findByRole('region', { name: 'Connections' }));
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(section.getByRole('radio', { name: /^OpenSSH/ }));
  await user.selectOptions(section.getByRole('combobox', { name: 'Root through' }), 'doas');
  await waitFor(async () =>
    expect(await core.connection.client.settings.get()).toMatchObject({ transport: 'openssh', privilege: 'doas' }),
  );
  await user.click(section.getByRole('button', { name: 'Berlin…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Group Berlin' }));
  expect(dialog.getByRole('radio', { name: 'As in the settings: OpenSSH' })).toBeTruthy();
  expect(dialog.getByText('As in the settings: doas only')).toBeTruthy();
});
