import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

async function openAdd() {
  const core = createFixtureCore([rowOf({ name: 'web-01', group: 'Berlin' })]);
  const { user } = await renderApp(core);
  await user.click(screen.getByRole('button', { name: 'Add host' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Add a host' }));
  return { core, user, dialog };
}

/** What is said at a field, besides its value. */
function messageAt(field: HTMLElement): string {
  return document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent ?? '';
}

test('an address with user and port fills the other fields, and the name is made from it', async () => {
  const { core, user, dialog } = await openAdd();
  await user.type(dialog.getByLabelText('Address'), 'admin@box:2222');
  await user.tab();
  expect(dialog.getByLabelText('Address')).toHaveProperty('value', 'box');
  expect(dialog.getByLabelText('Port')).toHaveProperty('value', '2222');
  expect(dialog.getByLabelText('User')).toHaveProperty('value', 'admin');
  expect(dialog.getByLabelText('Name in the fleet')).toHaveProperty('placeholder', 'box');
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(dialog.getByRole('button', { name: 'Add and connect' }));
  await waitFor(() => expect(core.calls).toEqual(['add box', 'refresh new-box']));
  expect(location.hash).toBe('#/host/new-box');
});

test('errors are told at the field they are about, and the first one gets the focus', async () => {
  const { core, user, dialog } = await openAdd();
  await user.click(dialog.getByRole('button', { name: 'Add only' }));
  const address = dialog.getByLabelText('Address');
  expect(messageAt(address)).toContain('An address is missing.');
  expect(document.activeElement).toBe(address);
  await user.type(address, 'box:70000');
  await user.tab();
  expect(messageAt(address)).toContain('“70000” is not a port.');
  await user.clear(address);
  await user.type(address, 'box');
  await user.clear(dialog.getByLabelText('Port'));
  await user.type(dialog.getByLabelText('Port'), '0');
  await user.type(dialog.getByLabelText('Tags'), 'web tag:x');
  await user.type(dialog.getByLabelText('Name in the fleet'), 'WEB-01');
  await user.click(dialog.getByRole('button', { name: 'Add only' }));
  expect(dialog.getByLabelText('Port').getAttribute('aria-invalid')).toBe('true');
  expect(dialog.getByLabelText('Tags').getAttribute('aria-invalid')).toBe('true');
  expect(messageAt(dialog.getByLabelText('Name in the fleet'))).toContain('web-01');
  expect(core.calls).toEqual([]);
});

test('a field nobody has touched yet is not judged', async () => {
  const { user, dialog } = await openAdd();
  await user.type(dialog.getByLabelText('Tags'), 'web');
  expect(dialog.getByLabelText('Address').getAttribute('aria-invalid')).toBe('false');
});

test('what the core refuses is told in the dialog, and nothing typed is lost', async () => {
  const { core, user, dialog } = await openAdd();
  core.failNextSave(failure('connection.lost'));
  await user.type(dialog.getByLabelText('Address'), 'box');
  await user.click(dialog.getByRole('button', { name: 'Add only' }));
  await dialog.findByText(/connection to Berth’s core was lost/);
  expect(dialog.getByLabelText('Address')).toHaveProperty('value', 'box');
  await user.click(dialog.getByRole('button', { name: 'Add only' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(core.rows().size).toBe(2);
});

test('a host is edited with what it has, and its own name is no conflict', async () => {
  const { core, user, dialog } = await openAdd();
  await user.click(dialog.getByRole('button', { name: 'Cancel' }));
  screen.getByRole('grid').focus();
  await user.keyboard('.');
  await user.click(screen.getByRole('menuitem', { name: 'Edit…' }));
  const edit = within(await screen.findByRole('dialog', { name: 'Edit web-01' }));
  expect(edit.getByLabelText('Group')).toHaveProperty('value', 'Berlin');
  await user.type(edit.getByLabelText('Tags'), 'prod web');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(core.calls).toEqual(['update web-01']));
  expect(core.rows().get('web-01')?.tags).toEqual(['prod', 'web']);
});

test('an empty port is left to the ssh configuration, and transport and root can be fixed', async () => {
  const { core, user, dialog } = await openAdd();
  await user.type(dialog.getByLabelText('Address'), 'box');
  expect(dialog.getByLabelText('Port')).toHaveProperty('placeholder', '22');
  expect(dialog.getByRole('radio', { name: /^As in the settings: Automatic/ })).toHaveProperty('checked', true);
  await user.click(dialog.getByRole('radio', { name: /^OpenSSH/ }));
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Root through' }), 'doas');
  await user.click(dialog.getByRole('button', { name: 'Add only' }));
  await waitFor(() => expect(core.calls).toEqual(['add box']));
  const saved = (await core.connection.client.host.watch({ id: 'new-box' })) as AsyncIterator<HostDetail>;
  const first = await saved.next();
  expect(first.done ? null : first.value.host).toMatchObject({ port: null, transport: 'openssh', privilege: 'doas' });
});

test('what a host does not say is as its group says, and nothing of it is written down', async () => {
  const { core, user, dialog } = await openAdd();
  await user.click(dialog.getByRole('button', { name: 'Cancel' }));
  await core.connection.client.group.set({ name: 'Berlin', transport: 'openssh', privilege: 'none' });
  await user.click(screen.getByRole('button', { name: 'Add host' }));
  const again = within(await screen.findByRole('dialog', { name: 'Add a host' }));
  await user.type(again.getByLabelText('Address'), 'box');
  expect(again.getByRole('radio', { name: 'As in the settings: Automatic' })).toBeTruthy();
  await user.type(again.getByLabelText('Group'), 'Berlin');
  expect(await again.findByRole('radio', { name: 'As group Berlin says: OpenSSH' })).toHaveProperty('checked', true);
  expect(again.getByRole('combobox', { name: 'Root through' })).toHaveProperty('value', 'group');
  expect(again.getByText('As group Berlin says: Nothing: read what needs no root')).toBeTruthy();
  await user.click(again.getByRole('button', { name: 'Add only' }));
  await waitFor(() => expect(core.calls).toContain('add box'));
  const saved = (await core.connection.client.host.watch({ id: 'new-box' })) as AsyncIterator<HostDetail>;
  const first = await saved.next();
  const { host } = first.done ? { host: null } : first.value;
  expect(host).toMatchObject({ group: 'Berlin' });
  expect(host).not.toHaveProperty('transport');
  expect(host).not.toHaveProperty('privilege');
});
