import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import { createFixtureCore, type FixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { fixtureDiscovery, foundHost } from '../../support/page-fixtures/sources.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

async function openImport(change: (core: FixtureCore) => void = () => undefined) {
  const core = createFixtureCore([rowOf({ name: 'web-03.ber', group: 'Berlin' })]);
  core.sources.discover = () => fixtureDiscovery();
  change(core);
  const { user } = await renderApp(core);
  await user.click(screen.getByRole('button', { name: 'Import and export' }));
  await user.click(screen.getByRole('menuitem', { name: 'Import hosts…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Import hosts' }));
  return { core, user, dialog };
}

test('what was found: new hosts are chosen, with file and line; the rest says why not', async () => {
  const { dialog } = await openImport();
  const list = await dialog.findByRole('listbox', { name: 'Hosts that were found' });
  const hosts = within(list)
    .getAllByRole('option')
    .map(({ textContent }) => textContent);
  expect(hosts.slice(0, 4)).toEqual([
    'web-01.beradmin@web-01.ber.ssh/config:4New',
    'web-02.beradmin@web-02.ber.ssh/config:8New',
    'db-01.berconf.d/db:1New',
    'web-03.ber.ssh/config:16In the fleet',
  ]);
  expect(hosts[4]).toContain('bad;name');
  expect(within(list).getAllByRole('option', { selected: true })).toHaveLength(3);
  expect(dialog.getByText('3 new, 1 in the fleet already, 1 cannot be taken')).toBeTruthy();
  expect(dialog.getByText('/home/jb/.ssh/conf.d/secret')).toBeTruthy();
  expect(dialog.getByText('2 entries are used as defaults, not as hosts')).toBeTruthy();
  expect(await accessibilityProblems()).toEqual([]);
});

test('some of them, by the keyboard, into a group, with later changes taken over', async () => {
  const { core, user, dialog } = await openImport();
  const list = await dialog.findByRole('listbox');
  list.focus();
  await user.keyboard(' {ArrowDown}{ArrowDown} ');
  expect(dialog.getByRole('button', { name: 'Import 1 host' })).toBeTruthy();
  await user.keyboard('{Control>}a{/Control}');
  expect(dialog.getByRole('button', { name: 'Import 4 hosts' })).toBeTruthy();
  await user.click(dialog.getByRole('button', { name: 'Choose none' }));
  await user.type(dialog.getByRole('textbox', { name: 'Show only' }), 'DB');
  await user.click(dialog.getByRole('button', { name: 'Choose these' }));
  await user.type(dialog.getByLabelText('Group'), 'Berlin');
  await user.click(dialog.getByRole('checkbox', { name: /Take over later changes/ }));
  await user.click(dialog.getByRole('button', { name: 'Import 1 host' }));
  await waitFor(() => expect(core.calls).toContain('import ssh-config db-01.ber into Berlin by-itself'));
  await screen.findByText('1 host came into the fleet.');
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('an entry that cannot be taken cannot be chosen', async () => {
  const { user, dialog } = await openImport();
  (await dialog.findByRole('listbox')).focus();
  await user.keyboard('{End} ');
  expect(dialog.getByRole('button', { name: 'Import 3 hosts' })).toBeTruthy();
});

test('thousands of entries are a few elements', async () => {
  const hosts = Array.from({ length: 5000 }, (_, index) => foundHost(`node-${String(index)}`, { line: index + 1 }));
  const { dialog } = await openImport((core) => {
    core.sources.discover = () => fixtureDiscovery({ hosts });
  });
  const list = await dialog.findByRole('listbox');
  const options = within(list).getAllByRole('option');
  expect(options.length).toBeLessThan(80);
  expect(options[0]?.getAttribute('aria-setsize')).toBe('5000');
  expect(dialog.getByRole('button', { name: 'Import 5,000 hosts' })).toBeTruthy();
});

test('a file that cannot be read is told, and another one can be named', async () => {
  const asked: unknown[] = [];
  const { user, dialog } = await openImport((core) => {
    core.sources.discover = (place) => {
      asked.push(place);
      if (place.kind !== 'ansible') return fixtureDiscovery();
      return failure('source.unreadable', { file: place.file, detail: 'ENOENT' });
    };
  });
  await user.click(dialog.getByRole('radio', { name: 'Ansible inventory' }));
  expect(dialog.queryByRole('listbox')).toBeNull();
  await user.type(dialog.getByLabelText('File'), '~/hosts.yml{Enter}');
  expect((await dialog.findByRole('alert')).textContent).toContain('~/hosts.yml cannot be read: ENOENT.');
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(dialog.getByRole('radio', { name: 'Command' }));
  expect(dialog.queryByRole('alert')).toBeNull();
  await user.type(dialog.getByLabelText('Command, one word a line'), 'inventory{Enter}--list now');
  await user.click(dialog.getByRole('button', { name: 'Run it' }));
  await dialog.findByRole('listbox');
  expect(asked.at(-1)).toEqual({ kind: 'command', words: ['inventory', '--list now'] });
});

test('the first run counts what ssh knows, and imports it from there', async () => {
  const core = createFixtureCore([]);
  core.sources.discover = () => fixtureDiscovery();
  const { user } = await renderApp(core);
  const panel = within(await screen.findByRole('region', { name: 'Import from the ssh configuration' }));
  expect(panel.getByText('4 hosts found')).toBeTruthy();
  expect(await accessibilityProblems()).toEqual([]);
  await user.click(panel.getByRole('button', { name: 'Import 4 hosts…' }));
  await screen.findByRole('dialog', { name: 'Import hosts' });
});
