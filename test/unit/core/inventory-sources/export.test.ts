import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportInventory } from '../../../../electron/core/inventory-sources/export-inventory.ts';
import { readPlace } from '../../../../electron/core/inventory-sources/read-place.ts';
import { loadSshConfig } from '../../../../electron/core/ssh-config/config-files.ts';
import { discoverSshHosts } from '../../../../electron/core/ssh-config/discover-hosts.ts';
import { effectiveOptions } from '../../../../electron/core/ssh-config/effective-options.ts';
import { expandPath } from '../../../../electron/core/ssh-config/expand-tokens.ts';
import type { Host } from '../../../../shared/model/host.ts';
import type { ExportFormat } from '../../../../shared/model/source.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-export-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const makeHost = (differs: Partial<Host>): Host => ({
  id: 'id',
  name: 'box',
  address: 'box.lan',
  port: null,
  user: null,
  keyFile: null,
  group: null,
  tags: [],
  note: '',
  transport: 'auto',
  source: null,
  createdAt: 1,
  ...differs,
});

const hosts: fc.Arbitrary<readonly Host[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('web', 'Web one', 'müller', '#1', '-dash', 'a.b', '*', 'all', 'db:1', "it's", 'Host'),
      address: fc.constantFrom('web', 'web.lan', '192.0.2.7', '2001:db8::7', 'fe80::1%eth0', 'my_host'),
      port: fc.option(fc.integer({ min: 1, max: 65535 })),
      user: fc.option(fc.constantFrom('ada', 'domain-user', 'a.b')),
      keyFile: fc.option(
        fc.constantFrom('/keys/a', '~/.ssh/id', '/with blank/k', '/per%cent', '/#hash', 'C:\\keys\\a'),
      ),
      group: fc.option(fc.constantFrom('prod', 'Lab two', '1st', 'ungrouped')),
    }),
    { selector: ({ name }) => name, maxLength: 8 },
  )
  .map((list) => list.map((one, index) => makeHost({ ...one, id: String(index) })));

type Way = Pick<Host, 'address' | 'port' | 'user' | 'keyFile'>;
const wayOf = ({ address, port, user, keyFile }: Way): Way => ({ address, port, user, keyFile });

/** What a reader of the exported text finds: the way to each host, in order. */
async function readBack(format: ExportFormat, fileName: string, text: string): Promise<readonly Way[]> {
  const file = join(dir, fileName);
  await writeFile(file, text, { mode: 0o600 });
  if (format !== 'ssh-config') {
    const kind = format.startsWith('ansible') ? 'ansible' : 'list';
    const { hosts: found, problems } = await readPlace({ kind, file }, { sshConfig: null, home: dir, env: {} });
    expect(problems).toEqual([]);
    expect(found.filter(({ refusal }) => refusal !== null)).toEqual([]);
    return found.map(wayOf);
  }
  const config = await loadSshConfig({ userFile: file, systemFile: null, systemFolder: dir, home: '~' }, {});
  expect(config.problems).toEqual([]);
  return discoverSshHosts(config).hosts.map(({ name, refusal }) => {
    expect(refusal).toBeNull();
    const { options } = effectiveOptions(config.roots, { address: name, port: null, user: null }, 'nobody');
    const value = (keyword: string) => options.get(keyword)?.[0] ?? null;
    const key = value('identityfile');
    const port = Number(value('port'));
    const user = value('user');
    return {
      address: value('hostname') ?? name,
      port: port === 22 ? null : port,
      user: user === 'nobody' ? null : user,
      keyFile: key === null ? null : expandPath(key, {}, {}, '~').text,
    };
  });
}

describe('an exported inventory', () => {
  it.each(['ssh-config', 'ansible-ini', 'ansible-yaml', 'json'] as const)(
    'in %s comes back with every way as it was',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(hosts, async (list) => {
          const { text, fileName, leftOut, hosts: count } = await exportInventory(list, format);
          expect(leftOut).toEqual([]);
          expect(count).toBe(list.length);
          const back = await readBack(format, fileName, text);
          const sorted = (ways: readonly Way[]) => ways.map((way) => JSON.stringify(way)).sort();
          const expected = list
            .map(wayOf)
            .map((way) => (format === 'ssh-config' && way.port === 22 ? { ...way, port: null } : way));
          expect(sorted(back)).toEqual(sorted(expected));
        }),
        { numRuns: 100 },
      );
    },
  );

  it('as a list has an address a line', async () => {
    const { text } = await exportInventory(
      [makeHost({ user: 'ada', port: 22 }), makeHost({ address: '2001:db8::1', port: 23 })],
      'list',
    );
    expect(text).toBe('ada@box.lan:22\n[2001:db8::1]:23\n');
  });

  it('calls a host of the ssh configuration what it is called there', async () => {
    const source = { kind: 'ssh-config', file: '/c', line: 1, name: 'web' } as const;
    const { text } = await exportInventory(
      [makeHost({ name: 'Mine', address: 'web', source, tags: ['t'], note: 'two\nlines' })],
      'ssh-config',
    );
    expect(text).toBe('# Mine · #t · two lines\nHost web\n');
  });

  it('leaves out what a format cannot hold, and says which', async () => {
    const secretive = makeHost({ name: 'x', keyFile: `/a/$\\{HOME}/k`.replace('\\', '') });
    expect(await exportInventory([secretive], 'ssh-config')).toMatchObject({ text: '', hosts: 0, leftOut: ['x'] });
    const template = makeHost({ name: 'y', keyFile: '/{{ x }}' });
    expect((await exportInventory([template], 'ansible-ini')).leftOut).toEqual(['y']);
  });
});
