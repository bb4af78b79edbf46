import { describe, expect, it } from 'vitest';
import { compareHosts, reportOf, type CompareHostsOptions } from '../../../electron/core/etc/compare-hosts.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { EtcOutcome, type EtcComparison, type EtcCounts } from '../../../shared/model/etc.ts';
import type { Host } from '../../../shared/model/host.ts';
import { compareEtc } from '../../../shared/logic/etc-merge.ts';
import { tree } from '../logic/etc-trees.ts';

const none = Object.fromEntries(EtcOutcome.options.map((outcome) => [outcome, 0])) as EtcCounts;

function comparisonOf(hostId: string): EtcComparison {
  const entries = compareEtc({
    base: tree({ hosts: 'a' }),
    local: tree({ hosts: hostId === 'odd' ? 'odd' : 'a' }),
    target: null,
    view: 'drift',
    backend: 'ostree',
    isTransient: false,
    rules: { hidden: [] },
  });
  return {
    hostId,
    view: 'drift',
    readAt: 0,
    durationMs: 1,
    backend: 'ostree',
    isTransient: false,
    isRoot: true,
    booted: { deployment: 'a.0', version: '1', digest: null },
    target: null,
    scanned: { base: 1, local: 1, target: 0 },
    entries: [...entries],
    leftOut: 0,
    counts: none,
    hidden: none,
    missingAccounts: { users: [], groups: [], because: [] },
    unreadable: { count: 0, paths: [] },
    changedMeanwhile: [],
    mounts: [],
    failures: [],
  };
}

function fleet() {
  const asked: string[] = [];
  const logged: unknown[] = [];
  const options: CompareHostsOptions = {
    etc: {
      last: ({ hostId }) => (hostId === 'known' ? comparisonOf(hostId) : null),
      compare({ hostId }) {
        asked.push(hostId);
        if (hostId === 'away') return Promise.reject(new BerthError('ssh.unreachable', { address: 'away.example' }));
        if (hostId === 'broken') return Promise.reject(new Error('a bug'));
        return Promise.resolve(comparisonOf(hostId));
      },
    },
    hosts: { host: (id) => ({ id, name: `${id}.example` }) as Host },
    log: {
      error(_scope: string, _text: string, error: unknown) {
        logged.push(error);
        return 'log-1';
      },
    } as CompareHostsOptions['log'],
    options: { now: () => Date.UTC(2026, 10, 21) },
  };
  return { options, asked, logged };
}

describe('hosts beside each other', () => {
  it('are read where they were not yet, and those that cannot be read fail alone', async () => {
    const { options, asked, logged } = fleet();
    const found = await compareHosts(options, ['known', 'new', 'odd', 'away', 'broken', 'new'], 'drift');
    expect(asked.sort()).toEqual(['away', 'broken', 'new', 'odd']);
    expect(found.groups.map(({ hostIds }) => hostIds)).toEqual([['odd'], ['known', 'new']]);
    expect(found.rows.map(({ path }) => path)).toEqual(['hosts']);
    expect(found.notRead).toEqual([
      { hostId: 'away', why: 'No route to away.example.' },
      { hostId: 'broken', why: 'Something went wrong inside Berth.' },
    ]);
    expect(logged).toHaveLength(1);
  });

  it('are reported under their names', async () => {
    const { options } = fleet();
    const { fileName, text } = await reportOf(options, ['odd', 'away'], 'drift', 'markdown');
    expect(fileName).toBe('etc-2-hosts-2026-11-21.md');
    expect(text).toContain('## odd.example\n');
    expect(text).toContain('- `/etc/hosts`: Edited here.\n');
    expect(text).toContain('## away.example\n\nNot read: No route to away.example.\n');
  });
});
