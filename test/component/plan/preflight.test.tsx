import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import type { PreflightCheck } from '../../../shared/model/preflight.ts';
import { createFixtureConnection, createWorld } from '../../support/page-fixtures/connection.ts';
import { fixtureDetail } from '../../support/page-fixtures/hosts.ts';
import { fixtureOperation, fixturePlan, OPERATION_ID } from '../../support/page-fixtures/operations.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const passed: PreflightCheck = {
  name: 'privilege',
  result: 'pass',
  text: 'Root by sudo',
  command: 'id -u',
  remedy: '',
};
const warning: PreflightCheck = {
  name: 'space-boot',
  result: 'warn',
  text: '/boot is tight.',
  command: 'df -h /boot',
  remedy: 'Make room.',
};
const failing: PreflightCheck = {
  ...warning,
  name: 'registry',
  result: 'fail',
  text: 'quay.io is gone.',
  command: null,
};

beforeEach(() => {
  history.replaceState(null, '', '/#/host/h1');
});

async function openPlan(checks: readonly PreflightCheck[]) {
  const world = createWorld(fixtureDetail());
  world.plan = () => fixturePlan();
  world.start = () => fixtureOperation();
  world.preflight = () => ({ checkedAt: 0, checks: [...checks] });
  const { user } = await renderApp({ connection: createFixtureConnection(world) });
  await user.click(await screen.findByRole('button', { name: 'Upgrade…' }));
  const dialog = await screen.findByRole('dialog', { name: /^Upgrade/ });
  await within(dialog).findByRole('heading', { name: /^Pre-flight .*(passed|failed)/ });
  return { world, user, dialog, confirm: within(dialog).getByRole('button', { name: /^Upgrade/ }) };
}

test('a warning says what showed it and what to do, and wants a tick', async () => {
  const { user, dialog, confirm } = await openPlan([passed, warning]);
  expect(within(dialog).getByRole('heading', { name: /1 passed, 1 warning/ })).toBeTruthy();
  expect(dialog.textContent).toContain('Make room.');
  expect(dialog.textContent).toContain('Shown by df -h /boot');
  expect(within(dialog).getByRole('img', { name: 'Warning' })).toBeTruthy();
  expect(confirm.getAttribute('aria-disabled')).toBe('true');
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(within(dialog).getByRole('checkbox', { name: 'Go on in spite of the warning' }));
  expect(confirm.getAttribute('aria-disabled')).not.toBe('true');
  await user.click(confirm);
  await waitFor(() => expect(location.hash).toBe(`#/operation/${OPERATION_ID}`));
});

test('what failed stops it, and there is nothing to tick', async () => {
  const { world, user, dialog, confirm } = await openPlan([passed, warning, failing]);
  expect(
    within(dialog)
      .getAllByRole('img')
      .map((icon) => icon.getAttribute('aria-label')),
  ).toEqual(expect.arrayContaining(['Failed', 'Warning']));
  expect(within(dialog).queryByRole('checkbox')).toBeNull();
  await user.click(confirm);
  expect(confirm.getAttribute('aria-disabled')).toBe('true');
  expect(world.calls).not.toContain('start h1');
});

test('where nothing is wrong there is nothing to confirm but the plan', async () => {
  const { user, dialog, confirm } = await openPlan([passed]);
  expect(within(dialog).queryByRole('checkbox')).toBeNull();
  await user.click(confirm);
  await waitFor(() => expect(location.hash).toBe(`#/operation/${OPERATION_ID}`));
});
