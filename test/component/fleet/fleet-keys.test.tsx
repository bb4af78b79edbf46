import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { fixtureFleet, rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const grid = () => screen.getByRole('grid', { name: 'Hosts' });
const selected = () =>
  within(grid())
    .getAllByRole('row', { selected: true })
    .map((row) => within(row).getByRole('rowheader').textContent);

/** The host under the cursor, as a screen reader is told of it. */
function cursor(): string | null {
  const id = grid().getAttribute('aria-activedescendant');
  const row = id === null ? null : document.getElementById(id);
  return row && within(row).getByRole('rowheader').textContent;
}

test('up and down move, Space selects, Shift extends, Esc clears', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  grid().focus();
  await waitFor(() => expect(cursor()).toBe('db-01.ber'));
  await user.keyboard('{ArrowDown}');
  expect(cursor()).toBe('db-02.ber');
  await user.keyboard(' ');
  expect(selected()).toEqual(['db-02.ber']);
  await user.keyboard('{ArrowDown}{ArrowDown}{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
  expect(cursor()).toBe('edge-kiel-01');
  expect(selected()).toEqual(['db-02.ber', 'edge-berlin-01', 'edge-berlin-02', 'edge-kiel-01']);
  await user.keyboard('{Escape}');
  expect(within(grid()).queryAllByRole('row', { selected: true })).toEqual([]);
  await user.keyboard('{End}');
  expect(cursor()).toBe('web-08.ber');
});

test('Enter opens the host, and the focus is on the heading of its page', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  grid().focus();
  await user.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(location.hash).toBe('#/host/db-02.ber'));
  await waitFor(() => expect(document.activeElement?.tagName).toBe('H1'));
  expect(document.activeElement?.textContent).toContain('db-02.ber');
});

test('. opens the actions of the host; what it cannot do now is there, with the reason', async () => {
  const core = createFixtureCore([rowOf({ name: 'web-01' }), rowOf({ name: 'web-02', connection: 'idle' })]);
  const { user } = await renderApp(core);
  grid().focus();
  await user.keyboard('{ArrowDown}.');
  const menu = screen.getByRole('menu', { name: 'Actions for web-02' });
  const check = within(menu).getByRole('menuitem', { name: /Check for update/ });
  expect(check.getAttribute('aria-disabled')).toBe('true');
  expect(check.textContent).toContain('It is not connected.');
  expect(await accessibilityProblems()).toEqual([]);
  await user.keyboard('{ArrowDown}{Enter}');
  expect(screen.queryByRole('menu')).toBeNull();
  await waitFor(() => expect(core.calls).toEqual(['refresh web-02']));
  expect(document.activeElement).toBe(grid());
  await user.keyboard('t');
  await waitFor(() => expect(core.terminals.calls).toEqual(['open web-02']));
});

test('the selection bar says how many an action fits, acts on these, and a removal can be undone', async () => {
  const update = { version: '2.16.0', digest: 'sha256:1' };
  const found = { code: 'update-found', text: 'Update found', percent: null } as const;
  const core = createFixtureCore([
    rowOf({ name: 'web-01', update, condition: found }),
    rowOf({ name: 'web-02' }),
    rowOf({ name: 'web-03', connection: 'idle', update, condition: found }),
  ]);
  const { user } = await renderApp(core);
  await user.click(screen.getByRole('checkbox', { name: 'Select all that are shown' }));
  const bar = screen.getByRole('toolbar', { name: 'Actions for the selected hosts' });
  expect(within(bar).getByText('3 selected')).toBeTruthy();
  expect(within(bar).getByRole('button', { name: /Check for update 2 of 3/ })).toBeTruthy();
  expect(within(bar).getByRole('button', { name: /Upgrade… 1 of 3/ })).toBeTruthy();
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(within(bar).getByRole('button', { name: /Check for update/ }));
  await waitFor(() => expect(core.calls).toEqual(['plan check web-01', 'plan check web-02']));

  await user.click(within(bar).getByRole('button', { name: 'Remove' }));
  await screen.findByText('Connect your first host');
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(core.rows().size).toBe(3));
  expect(core.calls).toContain('restore web-01,web-02,web-03');
});

test('an action that fits none of the selected hosts cannot be pressed and says why', async () => {
  const core = createFixtureCore([rowOf({ name: 'web-01', connection: 'idle' })]);
  const { user } = await renderApp(core);
  await user.click(screen.getByRole('checkbox', { name: 'Select web-01' }));
  const upgrade = screen.getByRole('button', { name: /Upgrade…/ });
  expect(upgrade.getAttribute('aria-disabled')).toBe('true');
  expect(upgrade.title).toBe('It is not connected.');
  await user.click(upgrade);
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('one sudo password for all selected hosts that want one', async () => {
  const noRoot = { code: 'no-root', text: 'No root', percent: null } as const;
  const rows = ['web-01', 'web-02'].map((name) => rowOf({ name, connection: 'connected', condition: noRoot }));
  const core = createFixtureCore([...rows, rowOf({ name: 'web-03', connection: 'connected' })]);
  const { user } = await renderApp(core);
  await user.click(screen.getByRole('checkbox', { name: 'Select all that are shown' }));
  await user.click(screen.getByRole('button', { name: /^Give the sudo password… 2 of 3/ }));
  await waitFor(() => expect(core.calls).toContain('unlockSudoOnAll web-01,web-02'));
});

test('hosts that are selected and filtered away are not acted on', async () => {
  const core = createFixtureCore([rowOf({ name: 'web-01' }), rowOf({ name: 'db-01' })]);
  const { user } = await renderApp(core);
  await user.click(screen.getByRole('checkbox', { name: 'Select all that are shown' }));
  await user.type(screen.getByRole('textbox', { name: 'Filter' }), 'db');
  await screen.findByText('1 selected');
  expect(screen.getByText('1 more not shown')).toBeTruthy();
  await user.click(within(screen.getByRole('toolbar')).getByRole('button', { name: 'Refresh' }));
  await waitFor(() => expect(core.calls).toEqual(['refresh db-01']));
});

test('refresh reads what is connected and what is on the screen, not thousands of others', async () => {
  const names = Array.from({ length: 900 }, (_, index) => `host-${String(index).padStart(3, '0')}`);
  const core = createFixtureCore(
    names.map((name) => rowOf({ name, connection: name === 'host-888' ? 'connected' : 'idle' })),
  );
  const { user } = await renderApp(core);
  await waitFor(() => expect(core.visible.now).toContain('host-000'));
  const button = screen.getByRole('button', { name: 'Refresh' });
  const expected = [...core.visible.now, 'host-888'];
  await waitFor(() => expect(button.title).toContain(`${expected.length} hosts`));
  await user.click(button);
  await waitFor(() => expect(core.calls).toContain(`refresh ${expected.join()}`));
  expect(expected.length).toBeLessThan(100);
});

test('the fleet has no problems that axe finds', async () => {
  await renderApp(createFixtureCore(fixtureFleet()));
  expect(await accessibilityProblems()).toEqual([]);
});
