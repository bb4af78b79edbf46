import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { RememberedSecret } from '../../../shared/model/secret.ts';
import { createFixtureCore, type FixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const secrets: readonly RememberedSecret[] = [
  {
    ...{ id: '1', kind: 'password', user: 'op', keep: 'keychain', since: Date.UTC(2026, 10, 20, 8) },
    owner: { kind: 'host', hostId: 'web-03', name: 'as it was called' },
  },
  {
    ...{ id: '2', kind: 'sudo-password', user: 'op', keep: 'session', since: Date.UTC(2026, 10, 19, 8) },
    owner: { kind: 'group', name: 'Berlin' },
  },
  {
    ...{ id: '3', kind: 'passphrase', user: null, keep: 'keychain', since: Date.UTC(2026, 10, 18, 8) },
    owner: { kind: 'key-file', path: '/home/jb/.ssh/id_rsa' },
  },
];

async function openSettings(core: FixtureCore) {
  const { user } = await renderApp(core);
  await user.click(await screen.findByRole('link', { name: 'Settings' }));
  const section = await screen.findByRole('region', { name: 'Remembered secrets' });
  return { user, section };
}

function coreWith(list: readonly RememberedSecret[]): FixtureCore {
  const core = createFixtureCore([rowOf({ id: 'web-03', name: 'web-03.ber' })]);
  core.secrets.state.set({ secrets: [...list], problem: null });
  return core;
}

const textsOf = (row: HTMLElement) => [...row.querySelectorAll('th, td')].slice(0, 3).map((cell) => cell.textContent);

test('the list says what, whose, where and since when', async () => {
  const { section } = await openSettings(coreWith(secrets));
  const rows = await within(section).findAllByRole('row');
  expect(rows.slice(1).map(textsOf)).toEqual([
    ['Login password of op', 'web-03.ber', 'In the keychain'],
    ['sudo password of op', 'every host of the group Berlin', 'While Berth runs'],
    ['Passphrase', '/home/jb/.ssh/id_rsa', 'In the keychain'],
  ]);
  expect(rows[1]?.textContent).toContain('2026');
  await within(section).findByText(/GNOME Keyring holds the key/);
  expect(await accessibilityProblems()).toEqual([]);
});

test('one is forgotten by the keyboard, and the focus goes on to the next', async () => {
  const core = coreWith(secrets);
  const { user, section } = await openSettings(core);
  const first = await within(section).findByRole('button', { name: 'Forget the Login password of op for web-03.ber' });
  first.focus();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(within(section).getAllByRole('row')).toHaveLength(3));
  expect(core.calls).toContain('secret.forget 1');
  expect(document.activeElement?.textContent).toBe('Forget the sudo password of op for every host of the group Berlin');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(within(section).getAllByRole('row')).toHaveLength(2));
  await user.keyboard('{Enter}');
  await within(section).findByText(/Nothing is remembered/);
  expect(document.activeElement?.textContent).toBe('Remembered secrets');
});

test('all are forgotten once that is confirmed; the safe answer has the focus', async () => {
  const core = coreWith(secrets);
  const { user, section } = await openSettings(core);
  await user.click(await within(section).findByRole('button', { name: 'Forget all…' }));
  await screen.findByRole('alertdialog', { name: 'Forget 3 secrets?' });
  expect(document.activeElement?.textContent).toBe('Keep them');
  await user.keyboard('{Enter}');
  expect(core.calls).not.toContain('secret.forgetAll');
  await user.click(within(section).getByRole('button', { name: 'Forget all…' }));
  await user.click(screen.getByRole('button', { name: 'Forget all' }));
  await within(section).findByText(/Nothing is remembered/);
  expect(core.calls).toContain('secret.forgetAll');
});

test('what could not be forgotten, or kept, is told', async () => {
  const core = coreWith(secrets);
  const { user, section } = await openSettings(core);
  core.secrets.failNext = failure('store.write-failed', { file: 'secrets.json', detail: 'EROFS' });
  await user.click(await within(section).findByRole('button', { name: /^Forget the Passphrase/ }));
  await screen.findByText(/secrets\.json cannot be written/);
  core.secrets.state.set({ secrets: [], problem: failure('secret.not-kept', { detail: 'It is locked.' }) });
  await screen.findByText(/did not take it: It is locked\. It is remembered while Berth runs\./);
});

test('where there is no keychain the reason is said', async () => {
  const core = coreWith([]);
  core.secrets.keychain = { kind: 'refused', failure: failure('secret.desktop-only') };
  const { section } = await openSettings(core);
  await within(section).findByText(/^Only while Berth runs\..*desktop window alone/);
});
