import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { LiveRegions } from '../../../renderer/features/frame/live-regions.tsx';
import { Toasts } from '../../../renderer/features/frame/toasts.tsx';
import { Dock } from '../../../renderer/features/terminals/dock.tsx';
import { createSession } from '../../../renderer/state/session.ts';
import { SessionContext } from '../../../renderer/state/session-context.ts';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { terminalOf } from '../../support/page-fixtures/terminals.ts';
import { accessibilityProblems } from '../../support/render-app.tsx';

const hosts = [
  rowOf({ name: 'db-01', tags: ['prod'] }),
  rowOf({ name: 'web-01', tags: ['web'] }),
  rowOf({ name: 'web-02', tags: ['web'] }),
];

/** A dock with a terminal on each of these hosts; no page above it, which jsdom would take its time to look through. */
async function showDock(...hostIds: readonly string[]) {
  const core = createFixtureCore(hosts);
  const { terminals, connection } = core;
  const { client } = connection;
  terminals.terminals.set(
    hostIds.map((hostId, index) =>
      terminalOf({ id: `t${index + 1}`, hostId, openedAt: `2026-08-20T10:00:0${index}.000Z` }),
    ),
  );
  localStorage.setItem('berth-dock', '{"open":true}');
  const settings = { ...(await client.settings.get()), productionTags: ['prod'] };
  const session = createSession(connection, await client.app.info(), settings);
  session.terminals.start();
  await waitFor(() => expect(session.fleet.getState().rows.size).toBe(hosts.length));
  await waitFor(() => expect(session.terminals.getState().loaded).toBe(true));
  render(
    <SessionContext value={session}>
      <Dock />
      <Toasts />
      <LiveRegions />
    </SessionContext>,
  );
  const dock = screen.getByLabelText('Dock');
  const faces = () => [...dock.querySelectorAll<HTMLElement>('[role=tab]')];
  const idOf = (tab: HTMLElement | undefined) => tab?.dataset['tab']?.replace('terminal:', '');
  return {
    ...{ session, terminals, user: userEvent.setup(), dock, faces },
    tabs: () => faces().map(idOf),
    selected: () => idOf(faces().find((tab) => tab.getAttribute('aria-selected') === 'true')),
  };
}

function paste(dock: HTMLElement, text: string): void {
  const event = new Event('paste', { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: () => text } });
  fireEvent(
    within(dock)
      .getAllByRole('textbox', { name: /^Terminal on/ })
      .at(-1)!,
    event,
  );
}

test('tabs are chosen, moved and closed by keys, and what was closed can be taken back', async () => {
  const { terminals, user, faces, tabs, selected } = await showDock('db-01', 'web-01', 'web-02');
  faces()[0]!.focus();
  await user.keyboard('{ArrowRight}');
  expect(selected()).toBe('t2');
  await user.keyboard('{End}');
  expect(selected()).toBe('t3');
  await user.keyboard('{Control>}{Shift>}{ArrowLeft}{/Shift}{/Control}');
  expect(tabs()).toEqual(['t1', 't3', 't2']);
  await user.keyboard('{Delete}');
  expect(tabs()).toEqual(['t1', 't2']);
  expect(terminals.calls).toEqual([]);
  await user.click(screen.getByText('Undo'));
  await waitFor(() => expect(tabs()).toContain('t3'));
});

test('two terminals of one host are told apart, a title is plain text behind the name, and a bell is a badge until one looks', async () => {
  const { terminals, faces, user } = await showDock('web-01', 'web-01');
  act(() => terminals.change('t2', { title: '<b>vim</b>', bells: 3 }));
  await waitFor(() => expect(faces()[1]?.textContent).toBe('web-01(2)<b>vim</b>3, open'));
  expect(screen.getByText('Bell in the terminal on web-01.')).toBeTruthy();
  await user.click(faces()[1]!);
  await waitFor(() => expect(faces()[1]?.textContent).toBe('web-01(2)<b>vim</b>, open'));
});

test('several lines are shown before they are pasted, with what one does not see; Enter takes the safe answer', async () => {
  const { terminals, dock, user } = await showDock('web-01');
  await within(dock).findByLabelText('Terminal on web-01');
  paste(dock, 'uptime');
  await waitFor(() => expect(terminals.typed.get('t1')).toBe('uptime'));
  paste(dock, 'one\ntwo\x1b[201~\n');
  const dialog = (await screen.findByText('Paste 2 lines into web-01?')).closest('dialog')!;
  expect(dialog.textContent).toContain('two«ESC»[201~');
  expect(dialog.textContent).toContain('control characters');
  expect(await accessibilityProblems(dialog)).toEqual([]);
  await user.keyboard('{Enter}');
  expect(terminals.typed.get('t1')).toBe('uptime');
  paste(dock, 'one\ntwo\n');
  await user.click(await screen.findByText('Paste 2 lines'));
  expect(terminals.typed.get('t1')).toBe('uptimeone\rtwo\r');
});

test('a broadcast goes to those that are chosen, wants the name of a production host, and ends with the last but one', async () => {
  const { terminals, dock, user } = await showDock('db-01', 'web-01', 'web-02');
  await user.click(within(dock).getByLabelText(/^Broadcast/));
  const dialog = (await screen.findByText('Type into several terminals')).closest('dialog')!;
  await user.click(within(dialog).getByLabelText(/web-01/));
  await user.click(within(dialog).getByLabelText(/db-01/));
  const start = within(dialog).getByText('Broadcast to 2 terminals').closest('button')!;
  expect(start.title).toBe('The name of db-01 has to be typed.');
  await user.click(start);
  fireEvent.change(within(dialog).getByLabelText('Type db-01 to confirm'), { target: { value: 'db-01' } });
  await user.click(start);
  expect(within(dock).getByText('What you type goes to 2 terminals:').parentElement?.textContent).toContain(
    'db-01, web-01',
  );

  paste(dock, 'id');
  expect(Object.fromEntries(terminals.typed)).toEqual({ t1: 'id', t2: 'id' });
  act(() =>
    terminals.change('t2', {
      state: { kind: 'lost', since: '2026-08-20T10:00:00.000Z', failure: null, rebooting: false },
    }),
  );
  await screen.findByText('Broadcast off: only one terminal is left.');
  paste(dock, 'w');
  expect(Object.fromEntries(terminals.typed)).toEqual({ t1: 'idw', t2: 'id' });
});

test('a terminal that is lost or has ended says so, and what can be done', async () => {
  const { terminals, dock, user } = await showDock('web-01');
  act(() =>
    terminals.change('t1', {
      state: { kind: 'lost', since: '2026-08-20T10:00:00.000Z', failure: null, rebooting: true },
      multiplexers: ['tmux'],
    }),
  );
  expect(await within(dock).findByText(/The host reboots\./)).toBeTruthy();
  await user.click(within(dock).getByText('Attach tmux'));
  await waitFor(() => expect(terminals.calls).toEqual(['reopen t1 tmux']));
  act(() =>
    terminals.change('t1', {
      state: { kind: 'ended', at: '2026-08-20T10:00:00.000Z', code: 3, signal: null, failure: null },
    }),
  );
  expect(await within(dock).findByText(/^The shell ended with 3 at/)).toBeTruthy();
  await user.click(within(dock).getByText('New shell'));
  await waitFor(() => expect(terminals.calls.at(-1)).toBe('reopen t1 a shell'));
});

test('one is asked for, and a second one beside it by its keys', async () => {
  const { session, terminals, dock, tabs } = await showDock();
  act(() => session.dock.ask({ kind: 'terminal', hostId: 'web-01', another: false }));
  await waitFor(() => expect(tabs()).toEqual(['t1']));
  expect(terminals.calls).toEqual(['open web-01']);
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Terminal on web-01'));
  fireEvent.keyDown(document.activeElement!, { code: 'KeyD', key: 'D', ctrlKey: true, shiftKey: true });
  await waitFor(() => expect(tabs()).toEqual(['t1', 't2']));
  expect(dock.querySelectorAll('[role=tabpanel]')).toHaveLength(2);
  expect(within(dock).getByLabelText('Width of the pane on the left').getAttribute('aria-valuenow')).toBe('50');
  act(() => session.dock.ask({ kind: 'terminal', hostId: 'web-01', another: false }));
  expect(terminals.calls).toHaveLength(2);
});
