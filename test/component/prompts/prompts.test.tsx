import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { Prompt } from '../../../shared/model/prompt.ts';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const question = { hostId: 'web-03.ber', hostName: 'web-03.ber', askedAt: Date.now() };

const hostKey: Prompt = {
  ...question,
  id: 'key',
  kind: 'host-key',
  address: '10.20.4.13',
  port: 22,
  keyType: 'ED25519',
  fingerprint: 'SHA256:Wk4nE8aPz2LhQ0sXfB7jTg5DmYc9RuOv1iN6KxHe3rA',
  command: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
};
const password: Prompt = { ...question, id: 'password', kind: 'password', user: 'admin', address: '10.20.4.13' };
const twoFactor: Prompt = {
  ...question,
  id: 'two-factor',
  kind: 'keyboard-interactive',
  user: 'admin',
  address: '10.20.4.13',
  title: '<b>Login</b>',
  instruction: '',
  fields: [
    { label: 'Password: ', echo: false },
    { label: 'Code: ', echo: true },
  ],
};

const textsOf = ({ options }: HTMLSelectElement) => [...options].map(({ text }) => text);

async function ask(...prompts: readonly Prompt[]) {
  const core = createFixtureCore([rowOf({ name: 'web-03.ber' })]);
  core.prompts.set(prompts);
  const { user } = await renderApp(core);
  return { core, user };
}

test('a new host key: the focus is on refusing, and Enter refuses', async () => {
  const { core, user } = await ask(hostKey);
  const dialog = await screen.findByRole('alertdialog', {
    name: 'Is this the host key of web-03.ber?',
    description: /No password or command was sent/,
  });
  expect(within(dialog).getByText(hostKey.kind === 'host-key' ? hostKey.fingerprint : '')).toBeTruthy();
  expect(document.activeElement?.textContent).toBe('Refuse this key');
  expect(await accessibilityProblems()).toEqual([]);
  await user.keyboard('{Enter}');
  await waitFor(() => expect(core.answers).toEqual([{ id: 'key', answer: { kind: 'cancel' } }]));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
});

test('a new host key: Esc refuses', async () => {
  const { core, user } = await ask(hostKey);
  await screen.findByRole('alertdialog');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(core.answers).toEqual([{ id: 'key', answer: { kind: 'cancel' } }]));
});

test('a new host key: accepted for Berth, or for ssh as well', async () => {
  const { core, user } = await ask(hostKey, { ...hostKey, id: 'second' });
  await user.click(await screen.findByRole('button', { name: 'Accept this key' }));
  await waitFor(() => expect(core.answers).toHaveLength(1));
  expect(core.answers[0]?.answer).toEqual({ kind: 'accept-host-key', saveTo: 'berth' });
  await user.click(await screen.findByRole('checkbox', { name: /Accept it for ssh as well/ }));
  await user.click(screen.getByRole('button', { name: 'Accept this key' }));
  await waitFor(() => expect(core.answers).toHaveLength(2));
  expect(core.answers[1]).toEqual({ id: 'second', answer: { kind: 'accept-host-key', saveTo: 'user' } });
});

test('a password: the focus is in the field, which hides it, and Enter sends it', async () => {
  const { core, user } = await ask(password);
  const field = await screen.findByLabelText('Password of admin on 10.20.4.13');
  await waitFor(() => expect(document.activeElement).toBe(field));
  expect(field).toHaveProperty('type', 'password');
  expect(await accessibilityProblems()).toEqual([]);
  await user.keyboard('se cret{Enter}');
  await waitFor(() =>
    expect(core.answers).toEqual([{ id: 'password', answer: { kind: 'secrets', values: ['se cret'] } }]),
  );
});

test('questions of the host: its texts are plain, a field echoes where the host says so, answers keep their order', async () => {
  const { core, user } = await ask(twoFactor);
  await screen.findByText('<b>Login</b>');
  expect(screen.getByLabelText('Code:')).toHaveProperty('type', 'text');
  await user.type(screen.getByLabelText('Code:'), '123');
  await user.type(screen.getByLabelText('Password:'), 'pw');
  await user.click(screen.getByRole('button', { name: 'Answer' }));
  await waitFor(() => expect(core.answers[0]?.answer).toEqual({ kind: 'secrets', values: ['pw', '123'] }));
});

test('one question at a time; the next comes when the first is answered; one that is withdrawn goes', async () => {
  const { core, user } = await ask(password, twoFactor);
  await screen.findByText('Question 1 of 2');
  expect(screen.getAllByRole('dialog')).toHaveLength(1);
  await user.keyboard('{Escape}');
  await screen.findByRole('dialog', { name: 'web-03.ber asks' });
  expect(core.answers).toEqual([{ id: 'password', answer: { kind: 'cancel' } }]);
  core.prompts.set([]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('a login password is used once unless the user says otherwise', async () => {
  const core = createFixtureCore([rowOf({ name: 'web-03.ber', group: 'Berlin' })]);
  core.prompts.set([password]);
  const { user } = await renderApp(core);
  await user.type(await screen.findByLabelText('Password of admin on 10.20.4.13'), 'secret');
  const keep = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Remember it' });
  expect(textsOf(keep)).toEqual(['Not', 'While Berth runs', 'In the keychain of this computer']);
  expect([keep.value, screen.queryByRole('combobox', { name: 'For whom' })]).toEqual(['not', null]);
  await user.selectOptions(keep, 'session');
  const reach = screen.getByRole<HTMLSelectElement>('combobox', { name: 'For whom' });
  expect(textsOf(reach)).toEqual(['For web-03.ber', 'For every host of the group Berlin']);
  await user.selectOptions(reach, 'group');
  await user.click(screen.getByRole('button', { name: 'Log in' }));
  const remember = { keep: 'session', reach: 'group' };
  await waitFor(() => expect(core.answers[0]?.answer).toEqual({ kind: 'secrets', values: ['secret'], remember }));
});

test('a password may be kept in the keychain, by its name', async () => {
  const { core, user } = await ask(password);
  await user.type(await screen.findByLabelText('Password of admin on 10.20.4.13'), 'secret');
  const keep = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Remember it' });
  await waitFor(() => expect(keep.options[2]?.disabled).toBe(false));
  await user.selectOptions(keep, 'keychain');
  expect(screen.getByRole('combobox', { name: 'Remember it', description: /GNOME Keyring holds the key/ })).toBe(keep);
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Log in' }));
  const remember = { keep: 'keychain', reach: 'host' };
  await waitFor(() => expect(core.answers[0]?.answer).toEqual({ kind: 'secrets', values: ['secret'], remember }));
});

test('where there is no keychain the choice is disabled, and the reason is said', async () => {
  const core = createFixtureCore([rowOf({ name: 'web-03.ber' })]);
  core.secrets.keychain = { kind: 'refused', failure: failure('secret.plain-text', { backend: 'basic_text' }) };
  core.prompts.set([{ ...question, id: 'key', kind: 'passphrase', keyFile: '/home/jb/.ssh/id_rsa' }]);
  const { user } = await renderApp(core);
  const keep = await screen.findByRole<HTMLSelectElement>('combobox', {
    name: 'Remember it',
    description: /has no keychain.*\(basic_text\).*Start a keyring/s,
  });
  expect([...keep.options].map(({ text, disabled }) => [text, disabled])).toEqual([
    ['While Berth runs', false],
    ['In the keychain of this computer', true],
  ]);
  expect(await accessibilityProblems()).toEqual([]);
  await user.keyboard('phrase{Enter}');
  const remember = { keep: 'session', reach: 'host' };
  await waitFor(() => expect(core.answers[0]?.answer).toEqual({ kind: 'secrets', values: ['phrase'], remember }));
});

test('the answers to what a host asks are never remembered', async () => {
  await ask(twoFactor);
  await screen.findByText('<b>Login</b>');
  expect(screen.queryByRole('combobox')).toBeNull();
});

test('a question of a jump host names both, and its answer is not for the group of the host behind', async () => {
  const core = createFixtureCore([rowOf({ name: 'web-03.ber', group: 'Berlin' })]);
  core.prompts.set([{ ...password, hostName: 'bastion, on the way to web-03.ber' }]);
  const { user } = await renderApp(core);
  await screen.findByRole('dialog', { name: 'Password for bastion, on the way to web-03.ber' });
  await user.selectOptions(screen.getByRole('combobox', { name: 'Remember it' }), 'session');
  expect(screen.queryByRole('combobox', { name: 'For whom' })).toBeNull();
});

test('one sudo password for several hosts: all of them are named', async () => {
  const hosts = ['web-01', 'web-02'];
  const { core, user } = await ask({
    ...question,
    id: 'sudo',
    kind: 'sudo-password',
    hostId: null,
    hostName: '2 hosts',
    user: 'admin',
    hosts,
  });
  await screen.findByRole('dialog', { name: 'sudo password for 2 hosts' });
  expect(screen.getByRole('region', { name: 'Hosts that the answer is for' }).textContent).toBe('web-01, web-02');
  expect(await accessibilityProblems()).toEqual([]);
  const reach = screen.getByRole<HTMLSelectElement>('combobox', { name: 'For whom' });
  expect(textsOf(reach)).toEqual(['For these 2 hosts', 'For every host of their groups']);
  await user.keyboard('pw{Enter}');
  const remember = { keep: 'session', reach: 'host' };
  await waitFor(() => expect(core.answers[0]?.answer).toEqual({ kind: 'secrets', values: ['pw'], remember }));
});

test('the keys of the page do nothing under a question', async () => {
  const { user } = await ask(hostKey);
  await screen.findByRole('alertdialog');
  await user.keyboard('?{Control>}k{/Control}');
  expect(screen.queryByRole('dialog')).toBeNull();
});
