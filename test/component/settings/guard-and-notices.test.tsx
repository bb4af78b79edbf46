import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { watchForNotices } from '../../../renderer/state/desktop-notices.ts';
import type { OperationsSlice } from '../../../renderer/state/operations-store.ts';
import type { PromptsSlice } from '../../../renderer/state/prompts-store.ts';
import { Settings } from '../../../shared/model/settings.ts';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { endedOperation, fixtureOperation } from '../../support/page-fixtures/operations.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

/** A desktop that shows notifications. */
const shown: { readonly title: string; readonly body: string; click(): void }[] = [];
let permission: NotificationPermission = 'default';
let asked = 0;
class FakeNotification {
  static get permission() {
    return permission;
  }
  static requestPermission() {
    asked += 1;
    if (permission === 'default') permission = 'granted';
    return Promise.resolve(permission);
  }
  onclick: (() => void) | null = null;
  constructor(title: string, { body = '' }: NotificationOptions) {
    shown.push({ title, body, click: () => this.onclick?.() });
  }
  close(): void {
    this.onclick = null;
  }
}

beforeEach(() => {
  shown.length = 0;
  asked = 0;
  permission = 'default';
  vi.stubGlobal('Notification', FakeNotification);
  history.replaceState(null, '', '/#/settings');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const behind = (isBehind: boolean) => vi.spyOn(document, 'hasFocus').mockReturnValue(!isBehind);

test('read-only mode is said wherever one is, and stops every button that starts something', async () => {
  const { user } = await renderApp(createFixtureCore([rowOf({ name: 'web-01' })]));
  await user.click(await screen.findByRole('checkbox', { name: 'Start nothing on any host' }));
  const strip = await screen.findByRole('link', { name: 'Read-only mode' });
  expect(await accessibilityProblems()).toEqual([]);
  history.replaceState(null, '', '/#/fleet');
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  const grid = await screen.findByRole('grid', { name: 'Hosts' });
  grid.focus();
  await user.keyboard(' ');
  const check = await screen.findByRole('button', { name: /Check for update/ });
  expect(check.getAttribute('aria-disabled')).toBe('true');
  expect(check.title).toContain('Read-only mode');
  expect(strip.getAttribute('href')).toBe('#/settings');
});

test('production tags mark their hosts, in the settings by number and in the fleet by sign and word', async () => {
  const rows = [rowOf({ name: 'web-01', tags: ['web', 'Prod'] }), rowOf({ name: 'lab-01', tags: ['lab'] })];
  const { user } = await renderApp(createFixtureCore(rows));
  const field = await screen.findByRole('textbox', { name: 'Production tags' });
  await user.type(field, 'prod, production');
  expect(screen.getByText('1 of 2 hosts')).toBeTruthy();
  await user.keyboard('{Enter}');
  await waitFor(() =>
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Production tags' }).value).toBe('prod production'),
  );
  history.replaceState(null, '', '/#/fleet');
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  const grid = await screen.findByRole('grid', { name: 'Hosts' });
  const marked = within(grid).getAllByRole('img', { name: 'Production: Prod' });
  expect(marked.map((mark) => mark.closest('[role=rowheader]')?.textContent)).toEqual(['web-01']);
});

test('limits of the history are whole numbers, or none', async () => {
  const core = createFixtureCore([]);
  const { user } = await renderApp(core);
  const field = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Not older than, in days' });
  await screen.findByText('History', { selector: 'h2' });
  await user.type(field(), '9x{Enter}');
  expect(field().getAttribute('aria-invalid')).toBe('true');
  await user.clear(field());
  await user.type(field(), '90{Enter}');
  await waitFor(async () =>
    expect((await core.connection.client.settings.get()).history).toEqual({
      days: 90,
      operations: null,
      megabytes: null,
    }),
  );
  await user.clear(field());
  await user.keyboard('{Enter}');
  await waitFor(async () => expect((await core.connection.client.settings.get()).history.days).toBeNull());
});

test('the desktop is told what ends while nobody looks, once it is allowed; a click opens it', async () => {
  const core = createFixtureCore([rowOf({ name: 'web-01' })]);
  const { user } = await renderApp(core);
  const running = fixtureOperation();
  core.operations.set([running]);
  expect(asked).toBe(0);
  await user.click(await screen.findByRole('checkbox', { name: /^Tell me when/ }));
  await waitFor(() => expect(asked).toBe(1));
  await waitFor(async () => expect((await core.connection.client.settings.get()).notify).toBe(true));

  behind(true);
  core.operations.set([endedOperation({ id: running.id })]);
  await waitFor(() => expect(shown).toHaveLength(1), { timeout: 3_000 });
  expect(shown[0]).toMatchObject({ title: 'Upgrade: web-03.ber', body: 'Staged and verified.' });
  shown[0]?.click();
  expect(location.hash).toBe(`#/operation/${running.id}`);
});

test('where it is not allowed that is said, and nothing is turned on', async () => {
  permission = 'denied';
  const core = createFixtureCore([rowOf({ name: 'web-01' })]);
  const { user } = await renderApp(core);
  const box = await screen.findByRole<HTMLInputElement>('checkbox', { name: /^Tell me when/ });
  await user.click(box);
  expect(await screen.findByText(/Notifications are not allowed here/)).toBeTruthy();
  expect(box.checked).toBe(false);
});

test('nobody is told who looks at it, or has not asked for it; what was answered meanwhile is no news', () => {
  vi.useFakeTimers();
  permission = 'granted';
  const settings = createStore(() => ({ settings: Settings.parse({ notify: true }) }));
  const operations = createStore<OperationsSlice>(() => ({ operations: new Map(), loaded: true }));
  const prompts = createStore<PromptsSlice>(() => ({ prompts: [] }));
  const stop = watchForNotices({ settings, operations, prompts });
  const question = (id: string) =>
    ({ kind: 'passphrase', id, hostId: 'h', hostName: id, askedAt: 0, keyFile: 'k' }) as const;
  const ask = (...ids: string[]) => {
    prompts.setState({ prompts: ids.map(question) });
  };
  const told = () => {
    vi.runAllTimers();
    return shown.splice(0).map(({ title }) => title);
  };
  behind(false);
  ask('one');
  expect(told()).toEqual([]);
  behind(true);
  ask('one', 'two');
  expect(told()).toEqual(['two needs you']);
  ask('two', 'three');
  ask('two');
  expect(told()).toEqual([]);
  settings.setState({ settings: Settings.parse({}) });
  ask('two', 'four');
  expect(told()).toEqual([]);
  settings.setState({ settings: Settings.parse({ notify: true }) });
  const first = fixtureOperation();
  operations.setState({ operations: new Map([[first.id, first]]), loaded: true });
  // One that had ended before is known of already.
  const old = endedOperation({ id: '0000000000cc' });
  const now = endedOperation({ id: first.id });
  operations.setState({ operations: new Map([old, now].map((each) => [each.id, each])), loaded: true });
  expect(told()).toEqual(['Upgrade: web-03.ber']);
  stop();
  ask('two', 'four', 'five');
  expect(told()).toEqual([]);
});
