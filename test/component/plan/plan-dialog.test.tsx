import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import { PlanDialog } from '../../../renderer/features/plan/plan-dialog.tsx';
import { createSession } from '../../../renderer/state/session.ts';
import { SessionContext } from '../../../renderer/state/session-context.ts';
import { Settings } from '../../../shared/model/settings.ts';
import { createFixtureConnection, createWorld, type FixtureWorld } from '../../support/page-fixtures/connection.ts';
import { fixtureDetail } from '../../support/page-fixtures/hosts.ts';
import { fixtureOperation, fixturePlan, OPERATION_ID } from '../../support/page-fixtures/operations.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

const UPGRADE = { verb: 'upgrade' } as const;

beforeEach(() => {
  history.replaceState(null, '', '/#/host/h1');
});

async function openPlan(prepare: (world: FixtureWorld) => void) {
  const world = createWorld(fixtureDetail());
  prepare(world);
  const { user } = await renderApp({ connection: createFixtureConnection(world) });
  const button = await screen.findByRole('button', { name: 'Upgrade…' });
  await user.click(button);
  const dialog = await screen.findByRole('dialog', { name: /^Upgrade/ });
  return { world, user, dialog, button };
}

test('shows effects, losses and the exact commands; the focus is on Cancel; Esc cancels and gives it back', async () => {
  const { world, user, dialog, button } = await openPlan((each) => (each.plan = () => fixturePlan()));
  expect(await within(dialog).findByText('Stages 2.15.0 as the next boot. Nothing restarts, no reboot.')).toBeTruthy();
  expect(within(dialog).getByText('Rollback 2.13.2 is dropped at the next reboot unless pinned.')).toBeTruthy();
  expect(within(dialog).getByLabelText('the commands').textContent).toBe(fixturePlan().commands.join('\n'));
  expect(within(dialog).getByText(/Nothing reboots/)).toBeTruthy();
  expect(document.activeElement?.textContent).toBe('Cancel');
  expect(await accessibilityProblems()).toEqual([]);
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toBe(button);
  expect(world.calls).not.toContain('start h1');
});

test('confirming starts it and opens the operation', async () => {
  const { world, user, dialog } = await openPlan((each) => {
    each.plan = () => fixturePlan();
    each.start = () => fixtureOperation();
  });
  await user.click(await within(dialog).findByRole('button', { name: 'Upgrade web-03.ber' }));
  await waitFor(() => expect(location.hash).toBe(`#/operation/${OPERATION_ID}`));
  expect(world.calls).toContain('start h1');
});

test('a host that has changed gets a new plan, which wants its own confirmation', async () => {
  const { world, user, dialog } = await openPlan((each) => {
    each.plan = () => fixturePlan();
    each.start = () => failure('operation.plan-outdated');
  });
  await user.click(await within(dialog).findByRole('button', { name: 'Upgrade web-03.ber' }));
  expect(await within(dialog).findByText(/The host has changed since the plan was made/)).toBeTruthy();
  expect(world.calls.filter((call) => call === 'plan h1')).toHaveLength(2);
  world.start = () => fixtureOperation();
  await user.click(within(dialog).getByRole('button', { name: 'Upgrade web-03.ber' }));
  await waitFor(() => expect(location.hash).toBe(`#/operation/${OPERATION_ID}`));
});

test('a host that cannot says why, and nothing can be confirmed', async () => {
  const { world, user, dialog } = await openPlan((each) => (each.plan = () => failure('operation.layered')));
  expect((await within(dialog).findByRole('alert')).textContent).toContain('rpm-ostree reset');
  const confirm = within(dialog).getByRole('button', { name: 'Upgrade' });
  expect(confirm.getAttribute('aria-disabled')).toBe('true');
  await user.click(confirm);
  expect(world.calls).not.toContain('start h1');
});

test('several hosts: those that can and those that cannot, and only the first are started', async () => {
  const world = createWorld(fixtureDetail());
  world.plan = (id) =>
    id === 'h3' ? failure('operation.layered') : fixturePlan({ hostId: id, hostName: `web-${id}` });
  world.start = (plan) => fixtureOperation({ plan });
  const connection = createFixtureConnection(world);
  const session = createSession(connection, await connection.client.app.info(), Settings.parse({}));
  const user = userEvent.setup();
  let closed = false;
  const hostIds = ['h1', 'h2', 'h3'];
  render(
    <SessionContext value={session}>
      <PlanDialog request={UPGRADE} hostIds={hostIds} onClose={() => (closed = true)} />
    </SessionContext>,
  );
  const dialog = screen.getByRole('dialog', { name: 'Upgrade, 3 hosts' });
  expect(await within(dialog).findByRole('heading', { name: '2 hosts can' })).toBeTruthy();
  expect(within(dialog).getByText('web-h2')).toBeTruthy();
  expect(within(dialog).getByText(/Layered packages or overrides/)).toBeTruthy();
  expect(await accessibilityProblems()).toEqual([]);
  // What will happen to both stands once; how many are at it at once, and whether a failure ends it, is a choice.
  expect(within(dialog).getAllByText(/^Stages /, { exact: false, selector: 'p' })).toHaveLength(1);
  await user.selectOptions(within(dialog).getByRole('combobox', { name: 'Hosts at once' }), '5');
  const stop = within(dialog).getByRole('checkbox', { name: /^Begin no more when a host fails/ });
  expect((stop as HTMLInputElement).checked).toBe(true);
  await user.click(stop);
  await user.click(within(dialog).getByRole('button', { name: 'Upgrade 2 of 3 hosts' }));
  await waitFor(() => expect(closed).toBe(true));
  expect(world.calls.filter((call) => call.startsWith('bulk'))).toEqual(['bulk.start h1,h2 5 false']);
  expect(location.hash).toBe('#/operations');
  session.dispose();
});
