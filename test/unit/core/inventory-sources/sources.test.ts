import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInventory, InventoryFile, type Inventory } from '../../../../electron/core/hosts/inventory.ts';
import { createSources, SourcesFile, type Sources } from '../../../../electron/core/inventory-sources/sources.ts';
import { silentLog } from '../../../../electron/core/log/file-log.ts';
import { createSshConfig } from '../../../../electron/core/ssh-config/ssh-config.ts';
import { openJsonFile } from '../../../../electron/core/store/json-file.ts';
import type { Host } from '../../../../shared/model/host.ts';
import { ImportResult, SourceState, type SourcePlace } from '../../../../shared/model/source.ts';

let home: string;
let inventory: Inventory;
let sources: Sources;
let opened: (() => Promise<void>)[];

/** A Berth that starts; the one before ends first. */
async function start(): Promise<void> {
  await end();
  const file = await openJsonFile({
    path: join(home, 'data/inventory.json'),
    schema: InventoryFile,
    version: 1,
    defaults: { hosts: [] },
  });
  const kept = await openJsonFile({
    path: join(home, 'data/sources.json'),
    schema: SourcesFile,
    version: 1,
    defaults: { sources: [] },
  });
  inventory = createInventory(file, () => 1);
  const places = { userFile: join(home, '.ssh/config'), systemFile: null, systemFolder: '/etc/ssh', home };
  const env = { PATH: process.env['PATH'] };
  sources = createSources({
    file: kept,
    inventory,
    sshConfig: createSshConfig(places, env),
    home,
    env,
    log: silentLog,
    now: () => 5,
  });
  opened = [() => sources.dispose(), () => file.dispose(), () => kept.dispose()];
}
async function end(): Promise<void> {
  for (const close of opened) await close();
  opened = [];
}

beforeEach(async () => {
  opened = [];
  home = await mkdtemp(join(tmpdir(), 'berth-sources-'));
  await mkdir(join(home, '.ssh'));
  await start();
});
afterEach(async () => {
  await end();
  await rm(home, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFile(join(home, name), text, { mode: 0o600 });
const config = (...lines: readonly string[]) => write('.ssh/config', `${lines.join('\n')}\n`);
const ssh: SourcePlace = { kind: 'ssh-config' };
const importAll = (
  place: SourcePlace,
  differs: { group?: string; names?: readonly string[]; apply?: 'ask' | 'by-itself' } = {},
) =>
  sources.import({ place, names: differs.names ?? 'all', group: differs.group ?? null, apply: differs.apply ?? 'ask' });
const host = (name: string): Host => {
  const found = inventory.list().find((one) => one.name === name);
  if (!found)
    throw new Error(
      `No host ${name}: ${inventory
        .list()
        .map((one) => one.name)
        .join()}`,
    );
  return found;
};
const names = () => inventory.list().map(({ name }) => name);
const counts = ({ added, updated, unchanged, refused }: ImportResult) =>
  [added, updated, unchanged, refused].map((list) => list.length);
const idOf = () => sources.list()[0]!.id;

describe('an import of the ssh configuration', () => {
  it('takes all or some, as names that ssh resolves, with file and line', async () => {
    await config('Host web', 'HostName 192.0.2.1', 'Port 2222', 'Host db *', 'Host my_odd+name -x');
    const found = await sources.discover(ssh);
    expect(found.hosts.map(({ name, hostId }) => [name, hostId])).toEqual([
      ['web', null],
      ['db', null],
      ['my_odd+name', null],
      ['-x', null],
    ]);
    expect(counts(await importAll(ssh, { names: ['web'], group: 'lab' }))).toEqual([1, 0, 0, 0]);
    expect(host('web')).toMatchObject({
      address: 'web',
      port: null,
      user: null,
      keyFile: null,
      group: 'lab',
      source: { kind: 'ssh-config', file: join(home, '.ssh/config'), line: 1, name: 'web' },
    });
    const all = await importAll(ssh);
    expect(counts(all)).toEqual([2, 0, 1, 1]);
    expect(all.refused[0]).toMatchObject({ name: '-x', line: 5, failure: { code: 'config.name-refused' } });
    expect(ImportResult.parse(all)).toEqual(all);
    expect((await sources.discover(ssh)).hosts[0]?.hostId).toBe(host('web').id);
  });

  it('makes a host its own that somebody had added by hand, and leaves what they said of it', async () => {
    await config('Host web');
    const hand = await inventory.add({
      name: 'The web',
      address: 'web',
      port: null,
      user: null,
      keyFile: null,
      group: null,
      tags: ['x'],
      note: 'n',
      transport: 'auto',
      source: null,
    });
    expect(counts(await importAll(ssh, { group: 'g' }))).toEqual([0, 1, 0, 0]);
    expect(inventory.get(hand.id)).toMatchObject({
      name: 'The web',
      tags: ['x'],
      note: 'n',
      group: 'g',
      source: { name: 'web' },
    });
  });

  it('numbers a name that is taken by another host', async () => {
    await config('Host web');
    await inventory.add({
      name: 'WEB',
      address: '192.0.2.1',
      port: null,
      user: null,
      keyFile: null,
      group: null,
      tags: [],
      note: '',
      transport: 'auto',
      source: null,
    });
    await importAll(ssh);
    expect(names()).toEqual(['WEB', 'web 2']);
  });

  it('of 5,000 hosts is one write each time, and doubles nothing', async () => {
    await config(...Array.from({ length: 5000 }, (_, index) => `Host h${index}`));
    expect(counts(await importAll(ssh))).toEqual([5000, 0, 0, 0]);
    expect(counts(await importAll(ssh))).toEqual([0, 0, 5000, 0]);
    expect(sources.list()).toHaveLength(1);
  });
});

describe('a source that changes', () => {
  it('tells what came, what went and from where; tags, note, name and group stay', async () => {
    await config('Host a', 'Host b');
    await importAll(ssh, { group: 'lab' });
    const { id, createdAt, ...rest } = host('a');
    await inventory.update(id, { ...rest, name: 'Mine', tags: ['t'], note: 'mine', group: 'own' });
    await config('# moved', 'Host a', 'Host c');
    const state = await sources.refresh(idOf());
    expect(SourceState.parse(state)).toEqual(state);
    expect(state.changes.added.map(({ name }) => name)).toEqual(['c']);
    expect(state.changes.gone).toEqual([
      { hostId: host('b').id, name: 'b', was: { file: join(home, '.ssh/config'), line: 2 } },
    ]);
    expect(host('Mine')).toMatchObject({
      createdAt,
      tags: ['t'],
      note: 'mine',
      group: 'own',
      address: 'a',
      source: { line: 2 },
    });
    expect(names()).toEqual(['Mine', 'b']);

    expect(counts(await sources.apply(state.id, 'all'))).toEqual([1, 0, 1, 0]);
    expect(host('c').group).toBe('lab');
    expect(sources.list()[0]?.changes.added).toEqual([]);
    // Gone is told until somebody removes the host.
    expect(sources.list()[0]?.changes.gone).toHaveLength(1);
    await inventory.remove([host('b').id]);
    expect(sources.list()[0]?.changes.gone).toEqual([]);
  });

  it('does not bring back what somebody removed, or did not want', async () => {
    await config('Host a', 'Host b', 'Host c');
    await importAll(ssh, { names: ['a', 'b'] });
    await inventory.remove([host('b').id]);
    await config('Host a', 'Host b', 'Host c', 'Host d', 'Host e');
    const state = await sources.refresh(idOf());
    expect(state.changes.added.map(({ name }) => name)).toEqual(['d', 'e']);
    await sources.apply(state.id, ['d']);
    expect(names()).toEqual(['a', 'd']);
    expect((await sources.refresh(state.id)).changes.added).toEqual([]);
  });

  it('changes what it said itself, and nothing that a person said since', async () => {
    const file = join(home, 'hosts.ini');
    await write(
      'hosts.ini',
      '[g]\nx ansible_host=192.0.2.1 ansible_user=ada\ny ansible_host=192.0.2.2 ansible_user=ada\n',
    );
    await importAll({ kind: 'ansible', file });
    const { id, createdAt: _, ...rest } = host('y');
    await inventory.update(id, { ...rest, user: 'me' });
    await write(
      'hosts.ini',
      '[h]\nx ansible_host=192.0.2.9 ansible_user=bob\ny ansible_host=192.0.2.2 ansible_user=bob\n',
    );
    const state = await sources.refresh(idOf());
    expect(state.changes.changed.map(({ name, fields }) => [name, fields])).toEqual([
      ['x', { address: '192.0.2.9', user: 'bob', group: 'h' }],
      ['y', { group: 'h' }],
    ]);
    expect(host('x').address).toBe('192.0.2.1');
    expect(counts(await sources.apply(state.id, []))).toEqual([0, 2, 0, 0]);
    expect(host('x')).toMatchObject({ address: '192.0.2.9', user: 'bob', group: 'h' });
    expect(host('y')).toMatchObject({ user: 'me', group: 'h' });
    expect((await sources.refresh(state.id)).changes).toEqual({ added: [], changed: [], gone: [] });
  });

  it('is noticed by itself, also in an included file, and taken over where that was chosen', async () => {
    await mkdir(join(home, '.ssh/conf.d'));
    await config('Include conf.d/*');
    await write('.ssh/conf.d/one', 'Host one\n');
    await importAll(ssh, { apply: 'by-itself' });
    await start();
    const told = vi.fn();
    sources.onChange(told);
    sources.list();
    await vi.waitFor(() => expect(sources.list()[0]?.readAt).toBe(5), { timeout: 5000 });
    await write('.ssh/conf.d/two', 'Host two\n');
    await vi.waitFor(() => expect(names()).toEqual(['one', 'two']), { timeout: 5000 });
    await rm(join(home, '.ssh/conf.d/one'));
    await vi.waitFor(() => expect(sources.list()[0]?.changes.gone.map(({ name }) => name)).toEqual(['one']), {
      timeout: 5000,
    });
    expect(names()).toEqual(['one', 'two']);
    expect(told).toHaveBeenCalled();
  });

  it('does not take its hosts for gone while a file of it cannot be read', async () => {
    await config('Match all', 'Include part');
    await write('.ssh/part', 'Host a\n');
    await importAll(ssh);
    await rm(join(home, '.ssh/part'));
    await mkdir(join(home, '.ssh/part'));
    const state = await sources.refresh(idOf());
    expect(state.problems).toMatchObject([{ line: 2, failure: { code: 'config.unreadable' } }]);
    expect(state.changes.gone).toEqual([]);
  });

  it('that is gone as a whole is a failure with the last that was seen; forgotten, its hosts stay', async () => {
    const file = join(home, 'list');
    await write('list', 'box\nada@db:23\n');
    await importAll({ kind: 'list', file });
    await rm(file);
    const state = await sources.refresh(idOf());
    expect(state.failure).toMatchObject({ code: 'source.unreadable', params: { file, detail: 'ENOENT' } });
    expect(state.changes.gone).toEqual([]);
    await sources.forget(state.id);
    expect(sources.list()).toEqual([]);
    expect(names()).toEqual(['box', 'db']);
    await expect(sources.refresh(state.id)).rejects.toMatchObject({ failure: { code: 'source.unknown' } });
  });
});

describe('an inventory command', () => {
  const script = async (text: string): Promise<SourcePlace> => {
    await write('inventory', `#!/bin/sh\n${text}\n`);
    await chmod(join(home, 'inventory'), 0o755);
    return { kind: 'command', words: [join(home, 'inventory'), '--list', 'a b; touch x'] };
  };

  it('gets its words as they are, once for a look and the import after it, and runs again only when asked to', async () => {
    const place = await script(
      `echo "$#:$2" >> ${home}/calls; echo '{"g":{"hosts":["a"]},"_meta":{"hostvars":{"a":{"ansible_port":23}}}}'`,
    );
    expect((await sources.discover(place)).hosts).toMatchObject([{ name: 'a', port: 23, group: 'g', line: null }]);
    expect(counts(await importAll(place))).toEqual([1, 0, 0, 0]);
    expect(host('a').source).toMatchObject({
      kind: 'command',
      file: expect.stringContaining("'a b; touch x'") as string,
    });
    await start();
    sources.list();
    await sources.setApply(idOf(), 'by-itself');
    expect(await readFile(join(home, 'calls'), 'utf8')).toBe('2:a b; touch x\n');
    await sources.refresh(idOf());
    expect(await readFile(join(home, 'calls'), 'utf8')).toBe('2:a b; touch x\n'.repeat(2));
  });

  it.each([
    ['echo "cloud: no token" >&2; exit 3', 'source.command-failed', { exitCode: 3, detail: 'cloud: no token' }],
    ['echo not json', 'source.format', {}],
    ['true', 'source.format', { detail: 'it printed nothing' }],
    ['echo 7', 'source.format', {}],
  ])('that does %j fails with the reason', async (text, code, params) => {
    const place = await script(text);
    await expect(sources.discover(place)).rejects.toMatchObject({ failure: { code, params } });
    expect(names()).toEqual([]);
  });

  it('that cannot be started, or whose words no system takes, fails as well', async () => {
    for (const word of [join(home, 'missing'), home, 'a\0b']) {
      await expect(sources.discover({ kind: 'command', words: [word] })).rejects.toMatchObject({
        failure: { code: 'source.command-missing' },
      });
    }
  });
});

describe('files that are no inventories', () => {
  it.each([
    ['x.yml', 'a: [', 'source.format'],
    ['x.yml', '- a\n- b\n', 'source.format'],
    [
      'x.yml',
      `a: &a [x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [*${index === 0 ? 'a' : `b${index - 1}`}, *${index === 0 ? 'a' : `b${index - 1}`}]`).join('\n')}`,
      'source.format',
    ],
    ['script', '#!/bin/sh\n', 'source.format'],
  ])('%s with %j is refused', async (name, text, code) => {
    await write(name, text);
    await expect(sources.discover({ kind: 'ansible', file: join(home, name) })).rejects.toMatchObject({
      failure: { code },
    });
  });

  it('a folder and a relative path are refused', async () => {
    for (const file of [home, 'relative']) {
      await expect(sources.discover({ kind: 'list', file })).rejects.toMatchObject({
        failure: { code: 'source.unreadable' },
      });
    }
  });

  it('what is too long for a host is refused alone, and shown cut', async () => {
    await write(
      'x.yml',
      `g:\n  hosts:\n    a: {ansible_host: ${'x'.repeat(500)}}\n    b: {ansible_port: 99999}\n    c: {ansible_user: -oProxyCommand=x}\n    d:\n`,
    );
    const { hosts } = await sources.discover({ kind: 'ansible', file: join(home, 'x.yml') });
    expect(hosts.map(({ name, line, refusal }) => [name, line, refusal?.code ?? null])).toEqual([
      ['a', 3, 'input.text-too-long'],
      ['b', 4, 'input.port-invalid'],
      ['c', 5, 'input.user-invalid'],
      ['d', 6, null],
    ]);
  });
});
