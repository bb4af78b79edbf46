import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { driftEntries, groupHosts } from '../../../shared/logic/etc-hosts.ts';
import type { EtcEntry } from '../../../shared/model/etc.ts';
import { compareEtc } from '../../../shared/logic/etc-merge.ts';
import { file, link, tree } from './etc-trees.ts';
import type { Nodes } from './etc-rows.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

function host(hostId: string, local: Nodes, base: Nodes = { hosts: 'a', motd: 'a', gone: 'a' }) {
  const entries = compareEtc({
    base: tree(base),
    local: tree(local),
    target: null,
    view: 'drift',
    backend: 'ostree',
    isTransient: false,
    rules: { hidden: ['machine-id'] },
  });
  return { hostId, entries: [...entries] };
}

describe('hosts beside each other', () => {
  const fleet = [
    host('a', { hosts: 'edited', motd: 'a', 'machine-id': '1' }),
    host('odd', { hosts: file('edited', { mode: 0o600, uid: 7 }), motd: 'a', extra: link('a\nb') }),
    host('b', { hosts: 'edited', motd: 'a', 'machine-id': '2' }),
  ];
  const { groups, rows } = groupHosts(fleet, digest);

  it('are grouped by what was changed on them, the odd one out first', () => {
    expect(groups.map(({ hostIds, drift }) => ({ hostIds, drift }))).toEqual([
      { hostIds: ['odd'], drift: 3 },
      { hostIds: ['a', 'b'], drift: 2 },
    ]);
    expect(new Set(groups.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    expect(groups[0]?.fingerprint).toMatch(/^[0-9a-f]{12}$/);
  });

  it('are shown in the paths that are not the same on all', () => {
    const content = digest('edited').slice(0, 8);
    expect(rows).toEqual([
      { path: 'extra', cells: ['added → a\\nb 0777', null] },
      { path: 'hosts', cells: [`edited ${content} 0600 7:0`, `edited ${content} 0644`] },
    ]);
  });

  it('do not differ in what is expected to', () => {
    expect(driftEntries(fleet[0]!).map(({ path }) => path)).toEqual(['gone', 'hosts']);
  });

  it('show of secrets that they are not the same, and no hashes', () => {
    const of = (hostId: string, secret: string) => host(hostId, { shadow: secret }, { shadow: 'a' });
    const { rows: told } = groupHosts([of('a', '1'), of('b', '2')], digest);
    expect(told).toEqual([{ path: 'shadow', cells: ['edited version 1 0644', 'edited version 2 0644'] }]);
  });

  it('tell what becomes of the same change on different images', () => {
    const of = (hostId: string, target: string): { hostId: string; entries: EtcEntry[] } => {
      const trees = { base: tree({ f: 'a' }), local: tree({ f: 'l' }), target: tree({ f: target }) };
      const options = { view: 'staged', backend: 'ostree', isTransient: false } as const;
      return { hostId, entries: [...compareEtc({ ...trees, ...options, rules: { hidden: [] } })] };
    };
    const content = digest('l').slice(0, 8);
    expect(groupHosts([of('a', 'a'), of('b', 'n')], digest).rows).toEqual([
      { path: 'f', cells: [`edited ${content} 0644`, `edited ${content} 0644 (hides a change)`] },
    ]);
  });

  it('are one group when nothing was changed on any', () => {
    const same = { hosts: 'a', motd: 'a', gone: 'a' };
    expect(groupHosts([host('a', same), host('b', same)], digest)).toEqual({
      groups: [{ fingerprint: digest('').slice(0, 12), hostIds: ['a', 'b'], drift: 0 }],
      rows: [],
    });
  });
});
