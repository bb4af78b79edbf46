import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { RunOutput } from '../../../shared/model/run.ts';
import { createFixtureConnection, createWorld, type FixtureWorld } from '../../support/page-fixtures/connection.ts';
import { fixtureDetail, NOW } from '../../support/page-fixtures/hosts.ts';
import { runHostOf, runOf } from '../../support/page-fixtures/runs.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  return () => vi.useRealTimers();
});

const said = (hostId: string, stdout: string, stderr = ''): [string, RunOutput] => [
  hostId,
  { hostId, stdout: { text: stdout, cut: 0, tail: '' }, stderr: { text: stderr, cut: 0, tail: '' } },
];

const hosts = [
  runHostOf('web-1'),
  runHostOf('web-2'),
  runHostOf('web-3', { hash: 'five', line: 'five' }),
  runHostOf('db-1', { exitCode: 1, hash: 'none', line: '' }),
  runHostOf('gone', { state: 'failed', exitCode: null, hash: null, failure: failure('ssh.dns', { address: 'gone' }) }),
];

async function open(hash: string, prepare: (world: FixtureWorld) => void = () => undefined) {
  history.replaceState(null, '', `/#/${hash}`);
  const world = createWorld(fixtureDetail());
  world.runs.run.set(runOf({ hosts }));
  for (const [id, output] of [
    said('web-1', 'kernel\nsix\n'),
    said('web-3', 'kernel\nfive\u001b[31m\n'),
    said('db-1', '', 'not here\n'),
  ]) {
    world.runs.outputs.set(id, output);
  }
  prepare(world);
  return { world: world.runs, ...(await renderApp({ connection: createFixtureConnection(world) })) };
}

const results = () => within(screen.getByRole('listbox', { name: 'Results' })).getAllByRole('option');

test('results by groups, the odd ones out behind the largest; what two of them differ in', async () => {
  const { user } = await open('run/0123456789ab');
  await screen.findByText('3 hosts done');
  expect(results().map(({ textContent }) => textContent)).toEqual([
    '2exit 0web-1, web-2six',
    '1exit 1differsdb-1',
    '1faileddiffersgoneNo address is known for gone.',
    '1exit 0differsweb-3five',
  ]);
  const output = screen.getByRole('region', { name: 'Output' });
  await waitFor(() => expect(output.textContent).toContain('kernel\nsix'));
  await user.selectOptions(within(output).getByLabelText('Compare with'), 'web-3: exit 0');
  await waitFor(() => expect(output.querySelector('.run-diff__more')?.textContent).toBe('+five␛[31m\n'));
  expect(output.querySelector('.run-diff__less')?.textContent).toBe('-six\n');
  screen.getByRole('listbox', { name: 'Results' }).focus();
  await user.keyboard('{ArrowDown}');
  await screen.findByText('not here');
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'By host' }));
  expect(within(screen.getByRole('listbox', { name: 'Hosts' })).getAllByRole('option')).toHaveLength(5);
});

test('while it runs it can be stopped; then it is run again on those that failed', async () => {
  const going = runOf({ endedAt: null, hosts: [runHostOf('h1', { state: 'running', exitCode: null, endedAt: null })] });
  const { user, world } = await open('run/0123456789ab', ({ runs }) => runs.run.set(going));
  await user.click(await screen.findByRole('button', { name: 'Stop' }));
  await waitFor(() => expect(world.stopped).toEqual([null]));
  world.run.set({ ...going, endedAt: NOW, hosts: [runHostOf('h1', { state: 'stopped', exitCode: 143 })] });
  await user.click(await screen.findByRole('button', { name: 'Run again on the failed…' }));
  const dialog = await screen.findByRole('dialog', { name: /^Run a command on/ });
  expect(within(dialog).getByLabelText<HTMLTextAreaElement>('Command').value).toBe('uname -r');
  await user.click(within(dialog).getByRole('button', { name: 'Run on 1 host' }));
  await waitFor(() => expect(world.asked).toMatchObject([{ command: 'uname -r', hostIds: ['h1'], asRoot: false }]));
});

test('a run that is not known says so', async () => {
  await open('run/ffffffffffff');
  expect(await screen.findByText('This run is not known (any more)')).toBeTruthy();
});

test('a snippet: its parameters become quoted words, shown before they are run', async () => {
  const { user, world } = await open('runs', ({ runs }) => {
    runs.snippets = [{ id: '1'.repeat(12), name: 'Unit', about: 'Its state', command: 'systemctl status {{unit}}' }];
  });
  expect(await screen.findByText('No command was run yet')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Run command…' }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByLabelText('Hosts'));
  await user.paste('web-03');
  await user.selectOptions(await within(dialog).findByLabelText('Snippet'), 'Unit');
  expect(within(dialog).getByRole('button', { name: 'Run on 1 host' }).getAttribute('aria-disabled')).toBe('true');
  await user.type(within(dialog).getByLabelText('Parameter unit'), '-a');
  expect(await within(dialog).findByText(/would be an option/)).toBeTruthy();
  await user.clear(within(dialog).getByLabelText('Parameter unit'));
  await user.click(within(dialog).getByLabelText('Parameter unit'));
  await user.paste("it's; id");
  expect(within(dialog).getByLabelText('What is run').textContent).toBe("systemctl status 'it'\\''s; id'");
  expect(await accessibilityProblems(dialog)).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: 'Run on 1 host' }));
  await waitFor(() => expect(world.asked[0]?.command).toBe("systemctl status 'it'\\''s; id'"));
  expect(location.hash).toBe('#/run/0123456789ab');
});

test('snippets are written and removed; one with a parameter in quotes cannot be kept', async () => {
  const { user, world } = await open('runs');
  await user.click(await screen.findByRole('button', { name: 'Snippets…' }));
  await user.click(await screen.findByRole('button', { name: 'New snippet' }));
  await user.type(screen.getByLabelText('Name'), 'Greet');
  await user.click(screen.getByLabelText('Command'));
  await user.paste('echo "{{who}}"');
  expect(screen.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true');
  await user.clear(screen.getByLabelText('Command'));
  await user.paste('echo {{who}}');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('Greet');
  expect(world.snippets).toMatchObject([{ name: 'Greet', command: 'echo {{who}}' }]);
  await user.click(screen.getByRole('button', { name: 'Remove Greet' }));
  await screen.findByText(/None yet/);
});
