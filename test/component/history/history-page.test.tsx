import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import { createFixtureConnection, createWorld } from '../../support/page-fixtures/connection.ts';
import { wholeHistory } from '../../support/page-fixtures/history.ts';
import { keyChangeOf } from '../../support/page-fixtures/host-keys.ts';
import { fixtureDetail, NOW } from '../../support/page-fixtures/hosts.ts';
import { endedOperation, fixtureOperation, fixturePlan } from '../../support/page-fixtures/operations.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const past = (index: number, hostId = 'h1') =>
  endedOperation({
    id: String(index).padStart(12, '0'),
    startedAt: NOW - index * 60_000,
    endedAt: NOW - index * 60_000 + 30_000,
    plan: fixturePlan({ hostId, hostName: hostId === 'h1' ? 'web-03.ber' : 'gone-01' }),
  });

async function show(page: 'history' | 'operations', world: ReturnType<typeof createWorld>) {
  history.replaceState(null, '', `/#/${page}`);
  const { user } = await renderApp({ connection: createFixtureConnection(world) });
  return user;
}

// Not by role: with a hundred rows that takes seconds in jsdom.
const rows = (label: string) => [...document.querySelectorAll(`table[aria-label="${label}"] tbody tr`)];

const grid = () => screen.getByRole('grid', { name: 'History' });
const lines = () => [...document.querySelectorAll('.hist-line')].filter((line) => line.childElementCount > 0);
const hosts = () => lines().map((line) => line.children[1]?.textContent);
const cursor = () => document.getElementById(grid().getAttribute('aria-activedescendant') ?? '')?.textContent ?? null;

test('of a long history only the lines on the screen exist, and the rest comes as it is scrolled to', async () => {
  const world = createWorld(fixtureDetail());
  world.history = Array.from({ length: 5_000 }, (_, index) => past(index + 1));
  const user = await show('history', world);
  await screen.findByText('5,000 of 5,000');
  await waitFor(() => expect(lines().length).toBeGreaterThan(5));
  expect(lines().length).toBeLessThan(80);
  expect(grid().getAttribute('aria-rowcount')).toBe('5001');
  const asked = () => world.calls.filter((call) => call.startsWith('history.list')).length;
  const before = asked();
  expect(before).toBeLessThan(3);
  grid().focus();
  await user.keyboard('{End}');
  // jsdom sets the place without telling anybody.
  fireEvent.scroll(grid());
  await waitFor(() => expect(asked()).toBe(before + 1));
});

test('a filter as in the fleet: words, terms, what is wrong with them, and back', async () => {
  const world = createWorld(fixtureDetail());
  world.history = [past(1), past(2, 'h2'), past(3)];
  const user = await show('history', world);
  await screen.findByText('gone-01');
  const field = screen.getByRole('textbox', { name: 'Filter' });
  grid().focus();
  await user.keyboard('{End}');
  grid().scrollTop = 40;
  await user.keyboard('/');
  expect(document.activeElement).toBe(field);
  await user.keyboard('host:web-*{Enter}');
  await waitFor(() => expect(hosts()).toEqual(['web-03.ber', 'web-03.ber']));
  expect(screen.getByText('2 of 3')).toBeTruthy();
  // Another answer begins at its top, and nothing of it is chosen.
  expect([cursor(), grid().scrollTop]).toEqual([null, 0]);
  await user.keyboard('outcome:odd');
  expect(await screen.findByText(/“odd” is none of running, good/)).toBeTruthy();
  expect(await screen.findByText('Nothing was done that fits')).toBeTruthy();
  await user.keyboard('{Escape}');
  await user.click(screen.getByRole('button', { name: 'Remove host:web-*' }));
  await waitFor(() => expect(hosts()).toHaveLength(3));
});

test('the cursor goes by keys, shows its line in full, and Enter opens it', async () => {
  const world = createWorld(fixtureDetail());
  world.history = [past(1), past(2, 'h2')];
  const newFingerprint = `SHA256:${'n'.repeat(43)}`;
  world.keyChanges = [{ kind: 'host-key', change: { ...keyChangeOf('h1', newFingerprint), at: NOW - 90_000 } }];
  const user = await show('history', world);
  await screen.findByText('gone-01');
  grid().focus();
  await waitFor(() => expect(cursor()).toContain('Upgrade'));
  await user.keyboard('{ArrowDown}');
  expect(cursor()).toContain('Host key replaced');
  const details = screen.getByRole('region', { name: 'The chosen line in full' });
  expect(cursor()).toContain('SHA256:old replaced by SHA256:nnnnnnnnnn…');
  expect(details.textContent).toContain(`was replaced by ssh-ed25519 ${newFingerprint}`);
  expect(await accessibilityProblems()).toEqual([]);
  await user.keyboard('{Enter}');
  expect(location.hash).toBe('#/history');
  await user.keyboard('{ArrowDown}');
  expect(details.textContent).toContain('Upgrade on gone-01');
  expect(within(details).getByRole('button', { name: 'Log, before and after' })).toBeTruthy();
  await user.keyboard('{Enter}');
  expect(location.hash).toBe('#/operation/000000000002');
});

test('what begins and ends meanwhile is there by itself', async () => {
  const world = createWorld(fixtureDetail(), [fixtureOperation()]);
  world.history = [past(5)];
  await show('history', world);
  await waitFor(() => expect(lines()).toHaveLength(2));
  world.operations.set([endedOperation()]);
  await waitFor(() => expect(lines()[0]?.textContent).toContain('Staged 2.15.0'));
  world.operations.set([endedOperation(), past(1, 'h2')]);
  await waitFor(() => expect(lines()).toHaveLength(3));
});

test('whether the history is what was written is told calmly, or with what differs', async () => {
  const world = createWorld(fixtureDetail());
  world.history = [past(1)];
  const user = await show('history', world);
  await user.click(await screen.findByRole('button', { name: 'Verify' }));
  expect(await screen.findByText(/^Nothing was changed: 7 lines and 15 files/)).toBeTruthy();
  world.proof = {
    ...wholeHistory,
    because: 'adopted',
    before: 12,
    firstBroken: { line: 4, failure: failure('history.line-changed', { line: 4 }) },
    differing: [failure('history.unlisted', { id: '0000000000aa' })],
    differingTotal: 3,
  };
  await user.click(screen.getByRole('button', { name: 'Verify' }));
  expect(await screen.findByText(/^The history is not what was written. 4 differences:/)).toBeTruthy();
  expect(screen.getByText(/^Line 4 of the history is not/)).toBeTruthy();
  expect(screen.getByText('And 2 more.')).toBeTruthy();
  expect(screen.getByText(/12 lines from before .* are covered since then/)).toBeTruthy();
  expect(await accessibilityProblems()).toEqual([]);
});

test('what the filter lets pass is exported', async () => {
  const world = createWorld(fixtureDetail());
  world.history = [past(1)];
  const user = await show('history', world);
  await screen.findByText('1 of 1');
  URL.createObjectURL = () => 'blob:test';
  await user.type(screen.getByRole('textbox', { name: 'Filter' }), 'web');
  await user.click(screen.getByRole('button', { name: 'Export' }));
  await user.click(screen.getByRole('menuitem', { name: /CSV/ }));
  await waitFor(() => expect(world.calls).toContain('history.export csv web'));
});

test('nothing yet, and what will be here', async () => {
  await show('history', createWorld(fixtureDetail()));
  expect(await screen.findByText('Nothing was done yet')).toBeTruthy();
});

test('operations: what runs is apart from what ended, and moves when it ends', async () => {
  const running = fixtureOperation();
  const world = createWorld(fixtureDetail(), [running, past(1)]);
  await show('operations', world);
  await screen.findByRole('table', { name: 'Running operations' });
  expect(rows('Running operations')).toHaveLength(1);
  expect(rows('Operations that ended last')).toHaveLength(1);
  expect(await accessibilityProblems()).toEqual([]);
  world.operations.set([endedOperation(), past(1)]);
  await waitFor(() => expect(screen.queryByRole('table', { name: 'Running operations' })).toBeNull());
  expect(rows('Operations that ended last')[0]?.textContent).toContain('Staged 2.15.0 @8d41f0c2');
});

test('no operation yet', async () => {
  await show('operations', createWorld(fixtureDetail()));
  expect(await screen.findByText('No operation yet')).toBeTruthy();
});
