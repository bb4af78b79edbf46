import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { createFixtureConnection, createWorld } from '../../support/page-fixtures/connection.ts';
import { bootRecord, forensicsOf, line, rolledBackByGreenboot } from '../../support/page-fixtures/forensics.ts';
import { fixtureDetail, fixtureFacts, fixtureSet, NOW } from '../../support/page-fixtures/hosts.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  history.replaceState(null, '', '/#/host/h1');
  return () => vi.useRealTimers();
});

const detail = fixtureDetail(fixtureFacts(fixtureSet({})));

async function openBoots(prepare: (world: ReturnType<typeof createWorld>) => void, of: HostDetail = detail) {
  const world = createWorld(of);
  prepare(world);
  const { user } = await renderApp({ connection: createFixtureConnection(world) });
  await user.click(await screen.findByRole('tab', { name: 'Boots' }));
  return { world, user };
}

test('the verdict first, with its evidence; then the boots; then the failed one beside the good one', async () => {
  const { user } = await openBoots((world) => (world.forensics = rolledBackByGreenboot));
  await screen.findByRole('heading', {
    name: /^Greenboot rolled 42\.2 back after 3 failed boots: the check 10-app\.sh fails\.$/,
  });
  expect(within(screen.getByRole('list', { name: 'Evidence' })).getByText(/10-app\.sh' FAILURE/)).toBeTruthy();
  expect(screen.getByRole('list', { name: 'What to do' }).children).toHaveLength(3);

  const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
  expect(rows.map((row) => [...row.children].map((cell) => cell.textContent).slice(1, 4))).toEqual([
    ['42.1', '5 min', 'running'],
    ['42.2', '9 min', 'unhealthy'],
    ['42.2', '9 min', 'unhealthy'],
    ['42.2', '9 min', 'unhealthy'],
    ['42.1', '9 min', 'shut down'],
  ]);

  const left = screen.getByLabelText<HTMLSelectElement>('One boot');
  const right = screen.getByLabelText<HTMLSelectElement>('Another boot');
  expect(left.selectedOptions[0]?.text).toMatch(/ · 42\.2 · unhealthy$/);
  expect(right.selectedOptions[0]?.text).toMatch(/ · 42\.1 · running$/);
  expect(screen.getByText('No errors in its journal.')).toBeTruthy();
  await user.selectOptions(right, left.value);
  expect(screen.queryByText('No errors in its journal.')).toBeNull();
  expect(await accessibilityProblems()).toEqual([]);
});

test('is read once for a boot, and again when asked; what went wrong then is said beside what is known', async () => {
  const { world, user } = await openBoots(() => undefined);
  await screen.findByRole('heading', { name: /^Nothing is wrong/ });
  expect(world.calls.filter((call) => call.startsWith('forensics.read'))).toHaveLength(1);
  world.detail.set({ ...detail, reading: true });
  world.forensics = () => failure('facts.no-answer', { seconds: 180 });
  await user.click(screen.getByRole('button', { name: 'Read again' }));
  await screen.findByText(/reading again failed: The host did not answer/);
  expect(screen.getByRole('heading', { name: /^Nothing is wrong/ })).toBeTruthy();
  expect(world.calls.filter((call) => call.startsWith('forensics.read'))).toHaveLength(2);
});

test('a host that is not connected is not asked, and one that cannot be read says why', async () => {
  const away: HostDetail = { ...detail, connection: { kind: 'idle' } };
  const { world } = await openBoots((made) => (made.forensics = () => failure('facts.not-image-mode')), away);
  await screen.findByRole('heading', { name: 'Not connected' });
  expect(world.calls.some((call) => call.startsWith('forensics'))).toBe(false);
  world.detail.set(detail);
  await screen.findByRole('heading', { name: 'The last boots are not known' });
  expect(screen.getByText(/This host is not in image mode/)).toBeTruthy();
});

test('what a host says is text', async () => {
  const hostile = '<img src=x onerror=alert(1)>';
  const errors = [line(1, hostile, hostile, 2)];
  await openBoots(
    (world) =>
      (world.forensics = () => forensicsOf({ boots: [bootRecord(0), bootRecord(1, { errors, version: hostile })] })),
  );
  await waitFor(() => expect(screen.getAllByText(hostile).length).toBeGreaterThan(2));
  expect(document.querySelector('img')).toBeNull();
});

test('an incident bundle says what is in it, and that it was saved', async () => {
  URL.createObjectURL = () => 'blob:x';
  URL.revokeObjectURL = () => undefined;
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  const { world, user } = await openBoots(() => undefined);
  await user.click(await screen.findByRole('button', { name: 'Incident bundle…' }));
  const dialog = await screen.findByRole('dialog', { name: /^Incident bundle of/ });
  await user.click(within(dialog).getByRole('button', { name: 'Make and save the bundle' }));
  await within(dialog).findByText(/Saved berth-incident\.tar\.gz: 12 files, 0 B, 1 secret masked\./);
  expect(world.calls).toContain('forensics.bundle h1');
  expect(click).toHaveBeenCalledOnce();
  expect(await accessibilityProblems(dialog)).toEqual([]);
});
