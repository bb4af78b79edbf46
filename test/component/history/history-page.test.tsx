import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createFixtureConnection, createWorld } from '../../support/page-fixtures/connection.ts';
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

test('the history comes page by page, newest first, each once', async () => {
  const world = createWorld(fixtureDetail());
  world.history = Array.from({ length: 120 }, (_, index) => past(index + 1));
  const user = await show('history', world);
  await screen.findByRole('table', { name: 'History' });
  expect(rows('History')).toHaveLength(50);
  await user.click(screen.getByRole('button', { name: 'Show older ones' }));
  await waitFor(() => expect(rows('History')).toHaveLength(100));
  await user.click(screen.getByRole('button', { name: 'Show older ones' }));
  await waitFor(() => expect(rows('History')).toHaveLength(120));
  expect(screen.queryByRole('button', { name: 'Show older ones' })).toBeNull();
  const links = rows('History').map((row) => row.querySelector('a')?.getAttribute('href'));
  expect(new Set(links).size).toBe(120);
});

test('the history of hosts by their name, also of those that are no longer in the fleet', async () => {
  const world = createWorld(fixtureDetail());
  world.history = [past(1), past(2, 'h2'), past(3)];
  const user = await show('history', world);
  await screen.findByText('gone-01');
  await user.type(screen.getByLabelText('Host'), 'web-03.ber');
  await waitFor(() => expect(rows('History')).toHaveLength(2));
  expect(screen.queryByText('gone-01')).toBeNull();
  await user.clear(screen.getByLabelText('Host'));
  await user.type(screen.getByLabelText('Host'), 'gone');
  await waitFor(() =>
    expect(rows('History').map((row) => row.textContent)).toEqual([expect.stringContaining('gone-01')]),
  );
  await user.type(screen.getByLabelText('Host'), 'x');
  expect(await screen.findByText('Nothing was done on a host of this name')).toBeTruthy();
});

test('the arrow keys go from line to line', async () => {
  const world = createWorld(fixtureDetail());
  world.history = [past(1), past(2), past(3)];
  const user = await show('history', world);
  await screen.findByRole('table', { name: 'History' });
  const links = screen.getAllByRole('link', { name: 'Upgrade' });
  links[0]?.focus();
  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
  expect(document.activeElement).toBe(links[2]);
  await user.keyboard('{Home}');
  expect(document.activeElement).toBe(links[0]);
  expect(await accessibilityProblems()).toEqual([]);
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
