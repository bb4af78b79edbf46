import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { fixtureSource, foundHost } from '../../support/page-fixtures/sources.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const line = { file: '/home/jb/.ssh/config', line: 7 };
const changed = fixtureSource({
  changes: {
    added: [foundHost('web-77', { line: 24 }), foundHost('web-78', { line: 28 })],
    changed: [{ hostId: 'web-02', name: 'web-02', ...line, fields: { port: 2222, user: null } }],
    gone: [{ hostId: 'web-01', name: 'web-01', was: line }],
  },
});

async function show() {
  const core = createFixtureCore([rowOf({ name: 'web-01' }), rowOf({ name: 'web-02' })]);
  core.sources.followed.set([changed]);
  const { user } = await renderApp(core);
  return { core, user };
}

test('the fleet says calmly what changed in a source, and nothing when nothing did', async () => {
  const { core, user } = await show();
  await screen.findByText('2 new in the ssh configuration, 1 changed, 1 gone');
  await user.click(screen.getByRole('button', { name: 'Look at it…' }));
  await screen.findByRole('dialog', { name: 'Sources of hosts' });
  await user.keyboard('{Escape}');
  core.sources.followed.set([fixtureSource()]);
  await waitFor(() => expect(screen.queryByText(/new in the ssh configuration/)).toBeNull());
});

test('what changed, with file and line; it is taken over, left out or removed', async () => {
  const { core, user } = await show();
  await user.click(await screen.findByRole('button', { name: 'Look at it…' }));
  const source = within(await screen.findByRole('region', { name: '~/.ssh/config' }));
  const entries = within(source.getByRole('list', { name: 'What changed' })).getAllByRole('listitem');
  expect(entries.map(({ textContent }) => textContent)).toEqual([
    'web-77 /home/jb/.ssh/config:24',
    'web-78 /home/jb/.ssh/config:28',
    'web-02 port: 2222, user: as configured /home/jb/.ssh/config:7',
    'web-01 gone, was at /home/jb/.ssh/config:7',
  ]);
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(source.getByRole('button', { name: 'Take over 2 new hosts and 1 change' }));
  await waitFor(() => expect(core.calls).toContain('apply s1 all'));
  await user.click(source.getByRole('button', { name: 'Leave the new ones out' }));
  await waitFor(() => expect(core.calls).toContain('apply s1 []'));
  await user.click(source.getByRole('button', { name: 'Remove 1 gone host from the fleet' }));
  await waitFor(() => expect(core.calls).toContain('remove web-01'));
  await user.click(source.getByRole('checkbox', { name: 'Take over changes without asking' }));
  await waitFor(() => expect(core.calls).toContain('setApply s1 by-itself'));
  await user.click(source.getByRole('button', { name: 'Follow no longer' }));
  await screen.findByText('No host was imported from a file or a command yet.');
});

test('an export is looked at before it is saved: the format, all hosts or the selected ones, and what it cannot hold', async () => {
  const { user } = await show();
  screen.getByRole('grid').focus();
  await user.keyboard(' ');
  await user.click(screen.getByRole('button', { name: 'Import and export' }));
  await user.click(screen.getByRole('menuitem', { name: 'Export hosts…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Export hosts' }));
  expect((await dialog.findByLabelText('The exported text')).textContent).toBe('web-01');
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Hosts' }), 'all');
  await waitFor(() => expect(dialog.getByLabelText('The exported text').textContent).toBe('all'));
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Format' }), 'ansible-yaml');
  await dialog.findByRole('button', { name: 'Save hosts.ansible-yaml' });
  expect(dialog.getByText(/1 host cannot stand in this format: a b/)).toBeTruthy();
  expect(await accessibilityProblems()).toEqual([]);
});
