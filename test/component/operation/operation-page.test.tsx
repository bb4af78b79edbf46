import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { LogTerminal, LogTerminalState } from '../../../renderer/log-terminal/log-terminal.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { createFixtureConnection, createWorld, type FixtureWorld } from '../../support/page-fixtures/connection.ts';
import { fixtureDetail, NOW } from '../../support/page-fixtures/hosts.ts';
import {
  endedOperation,
  fixtureOperation,
  fixturePlan,
  OPERATION_ID,
  pulling,
} from '../../support/page-fixtures/operations.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

// xterm measures characters, which jsdom cannot; the terminal has its own tests, and the end-to-end run shows it.
vi.mock('../../../renderer/log-terminal/log-terminal.ts', () => ({
  SCROLLBACK_LINES: 20_000,
  createLogTerminal: (): LogTerminal => {
    const state: LogTerminalState = { following: true, lines: 3, phase: 'streaming', message: '', matches: null };
    return {
      attach: () => undefined,
      show: () => undefined,
      find: () => undefined,
      follow: () => undefined,
      setScreenReader: () => undefined,
      focus: () => undefined,
      state: () => state,
      subscribe: () => () => undefined,
      dispose: () => undefined,
    };
  },
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW + 26_000 });
  history.replaceState(null, '', `/#/operation/${OPERATION_ID}`);
  return () => vi.useRealTimers();
});

async function showOperation(operation: Operation, prepare: (world: FixtureWorld) => void = () => undefined) {
  const world = createWorld(fixtureDetail(), [operation]);
  prepare(world);
  const { user } = await renderApp({ connection: createFixtureConnection(world) });
  await screen.findByRole('heading', { level: 1, name: 'Upgrade web-03.ber' });
  return { world, user };
}

const phase = async (name: string) => {
  const list = await screen.findByRole('list', { name: 'Phases' });
  const row = within(list).getByText(name).closest('li');
  if (!row) throw new Error(`No phase ${name}`);
  return row;
};

test('running: where it runs, the pull with its layers, what comes, and the plan beside it', async () => {
  await showOperation(fixtureOperation(), (world) => world.progress.set(pulling));
  expect(screen.getByText(/Safe to close the window: this runs on the host as unit/).textContent).toContain(
    `berth-upgrade-${OPERATION_ID}.service`,
  );
  await waitFor(async () => expect((await phase('Pull')).textContent).toContain('412 of 684 MB, 41 of 68 layers'));
  const pull = await phase('Pull');
  expect(pull.getAttribute('aria-current')).toBe('step');
  expect(pull.textContent).toContain('24 already there, 203 MB');
  expect(pull.textContent).toContain('17 pulled, 209 MB');
  expect(pull.textContent).toContain('8.0 MB/s, about 0:34 left');
  expect(within(pull).getByRole('img', { name: '41 of 68 layers on the host' }).children).toHaveLength(68);
  expect((await phase('Import')).textContent).toContain('so no bar');
  const plan = screen.getByRole('complementary', { name: 'Plan' });
  expect(plan.textContent).toContain('Rollback 2.13.2 is dropped at the next reboot unless pinned.');
  expect(plan.textContent).toContain('bootc upgrade --progress-fd 3');
  expect(await accessibilityProblems()).toEqual([]);
});

test('phases that were passed over say so, and those that are done how long they took', async () => {
  await showOperation(fixtureOperation(), (world) =>
    world.progress.set({
      ...pulling,
      pull: null,
      step: 'bound-images',
      stepStartedAt: { stage: NOW + 10_000, 'bound-images': NOW + 13_000 },
    }),
  );
  await waitFor(async () => expect((await phase('Stage')).textContent).toContain('0:03'));
  expect((await phase('Pull')).textContent).toContain('Nothing to fetch');
  expect((await phase('Bound images')).getAttribute('aria-current')).toBe('step');
});

test('a bootc without progress is one phase', async () => {
  await showOperation(fixtureOperation({ plan: fixturePlan({ reportsProgress: false }) }));
  expect((await phase('Upgrade')).textContent).toContain('reports no progress');
  expect(screen.queryByText('Import')).toBeNull();
});

test('out of sight: it goes on, and is stopped as soon as it is reached', async () => {
  const { user } = await showOperation(
    fixtureOperation({ attached: false, detachedBecause: failure('ssh.closed', { address: 'web-03.ber' }) }),
  );
  expect(screen.getByText('Out of sight, goes on')).toBeTruthy();
  expect(screen.getByText(/The connection to web-03.ber was lost\. It goes on at the host/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Stop…' }));
  expect(screen.getByText(/it is told as soon as Berth reaches it/)).toBeTruthy();
});

test('being started is not out of sight; verifying and asked to stop it cannot be stopped again', async () => {
  const { world } = await showOperation(fixtureOperation({ phase: 'starting', attached: false }));
  expect(screen.getByText('Starting')).toBeTruthy();
  expect(screen.getByText(/Being started on the host/)).toBeTruthy();
  const stop = () => screen.getByRole('button', { name: 'Stop…' });
  expect(stop().getAttribute('aria-disabled')).not.toBe('true');
  world.operations.set([fixtureOperation({ cancelRequested: true })]);
  await waitFor(() => expect(stop().title).toBe('It was asked to stop already.'));
  world.operations.set([fixtureOperation({ phase: 'verifying' })]);
  await waitFor(() => expect(stop().title).toContain('The unit has ended.'));
});

test('Stop asks first, and the focus is on letting it run', async () => {
  const { world, user } = await showOperation(fixtureOperation());
  await user.click(screen.getByRole('button', { name: 'Stop…' }));
  const dialog = screen.getByRole('alertdialog', { name: 'Stop the upgrade of web-03.ber?' });
  expect(document.activeElement?.textContent).toBe('Let it run');
  expect(await accessibilityProblems()).toEqual([]);
  await user.keyboard('{Escape}');
  expect(dialog.isConnected).toBe(false);
  expect(world.calls).not.toContain(`cancel ${OPERATION_ID}`);
  await user.click(screen.getByRole('button', { name: 'Stop…' }));
  await user.click(screen.getByRole('button', { name: 'Stop it on the host' }));
  await waitFor(() => expect(world.calls).toContain(`cancel ${OPERATION_ID}`));
});

test('done: the outcome, before and after, why it counts, and what is not proven', async () => {
  await showOperation(endedOperation());
  expect(await screen.findByText('Staged 2.15.0 @8d41f0c2: the next boot runs it.')).toBeTruthy();
  expect(screen.getByText('Staged and verified')).toBeTruthy();
  const row = screen.getByRole('row', { name: /^Staged/ });
  expect(row.textContent).toContain('2.15.0 @8d41f0c2');
  expect(row.textContent).toContain('Digest as planned');
  expect(screen.getByText('Staged digest equals the planned digest')).toBeTruthy();
  expect(screen.getByText('Not proven: that 2.15.0 boots')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Reboot…' })).toBeTruthy();
  expect(screen.getByText('To keep it, pin it before, on the host’s page.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Stop…' })).toBeNull();
  expect(await accessibilityProblems()).toEqual([]);
});

test('failed: why, the remedy, what is still true, and another attempt', async () => {
  await showOperation(
    endedOperation({
      exitCode: 1,
      outcome: { kind: 'failed', staged: false, failure: failure('operation.registry-auth', { registry: 'quay.io' }) },
      after: { ...fixturePlan().before, readAt: NOW + 9000 },
    }),
  );
  expect(await screen.findByText('Failed: The registry quay.io refused the credentials.')).toBeTruthy();
  expect(screen.getByText(/auth\.json/)).toBeTruthy();
  expect(screen.getByText('The running system, 2.14.0, is unchanged and stays the next boot.')).toBeTruthy();
  expect(screen.getByText('Exit code 1')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Upgrade again…' })).toBeTruthy();
});

test('not known: nothing is claimed about the state after', async () => {
  await showOperation(
    endedOperation({
      exitCode: null,
      after: null,
      outcome: { kind: 'unknown', failure: failure('operation.host-gone') },
    }),
  );
  expect(await screen.findByText('Not known how it ended: The host did not come back.')).toBeTruthy();
  expect(screen.getAllByText('Not read').length).toBeGreaterThan(3);
  expect(await accessibilityProblems()).toEqual([]);
});

test('the end of it is told to screen readers, a failure at once', async () => {
  const { world } = await showOperation(fixtureOperation());
  world.operations.set([
    endedOperation({
      outcome: { kind: 'failed', staged: false, failure: failure('operation.crashed', { exitCode: 134 }) },
    }),
  ]);
  const told = await screen.findByText('Failed: bootc crashed (exit code 134).', {
    selector: '[aria-live="assertive"] *',
  });
  expect(told).toBeTruthy();
});

test('the log: which lines, and saving it', async () => {
  const { world, user } = await showOperation(fixtureOperation());
  const log = screen.getByRole('region', { name: 'Log' });
  await user.click(within(log).getByRole('button', { name: 'Lines of: All sources' }));
  await user.click(screen.getByRole('menuitemradio', { name: 'stderr' }));
  await waitFor(() => expect(world.calls).toContain('openStream stderr'));
  URL.createObjectURL = () => 'blob:log';
  await user.click(within(log).getByRole('button', { name: 'Save the log' }));
  await waitFor(() => expect(world.calls).toContain(`exportLog ${OPERATION_ID}`));
});

test('Ctrl-F searches the log, Esc gives the focus back', async () => {
  const { user } = await showOperation(fixtureOperation());
  const log = screen.getByRole('region', { name: 'Log' });
  within(log).getByRole('button', { name: 'Save the log' }).focus();
  await user.keyboard('{Control>}f{/Control}');
  const field = within(log).getByRole('textbox', { name: 'Find in the log' });
  expect(document.activeElement).toBe(field);
  await user.keyboard('{Escape}');
  expect(document.activeElement).toBe(within(log).getByRole('button', { name: 'Find in the log' }));
});

test('an old operation comes from the history, an unknown one is said to be unknown', async () => {
  const world = createWorld(fixtureDetail());
  world.history = [endedOperation()];
  await renderApp({ connection: createFixtureConnection(world) });
  expect(await screen.findByText('Staged and verified')).toBeTruthy();
  location.hash = '#/operation/000000000000';
  expect(await screen.findByText('There is no operation 000000000000.')).toBeTruthy();
});
