import { describe, expect, it } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import { matchesHistory, parseHistoryFilter } from '../../../shared/logic/history-filter.ts';
import type { HistoryEntry, HistoryOperation } from '../../../shared/model/history.ts';

const NOW = new Date(2026, 10, 21, 12).getTime();
const HOUR = 3600_000;

function operation(changes: Partial<HistoryOperation>): HistoryOperation {
  return {
    kind: 'operation',
    id: '000000000001',
    hostId: 'h1',
    hostName: 'web-01.ber',
    request: { verb: 'upgrade' },
    startedBy: 'jb@laptop',
    startedAt: NOW - HOUR,
    endedAt: NOW,
    outcome: { kind: 'staged', version: '2.15.0', digest: 'sha256:8d41f0c2' },
    kept: 'all',
    ...changes,
  };
}

const entries: Readonly<Record<string, HistoryEntry>> = {
  upgrade: operation({}),
  failed: operation({
    hostName: 'web-02.ber',
    startedBy: 'mk@desk',
    outcome: { kind: 'failed', failure: failure('operation.space', { what: '/sysroot' }), staged: false },
    startedAt: NOW - 30 * HOUR,
  }),
  switch: operation({
    hostName: 'db-01.fra',
    request: {
      verb: 'switch',
      image: { image: 'quay.io/acme/db:next', transport: 'registry', signature: null },
      retain: false,
      enforcePolicy: false,
    },
    startedAt: NOW - 400 * HOUR,
  }),
  running: operation({ hostName: 'web-03.ber', request: { verb: 'check' }, endedAt: null, outcome: null }),
  unknown: operation({ hostName: 'edge-01', outcome: { kind: 'unknown', failure: failure('operation.host-gone') } }),
  stopped: operation({ hostName: 'edge-02', outcome: { kind: 'cancelled' } }),
  newer: operation({ hostName: 'edge-03', outcome: null }),
  key: {
    kind: 'host-key',
    change: {
      at: NOW - 2 * HOUR,
      hostId: 'h9',
      hostName: 'db-09.fra',
      address: 'db-09.fra',
      port: 22,
      keyType: 'ssh-ed25519',
      oldFingerprints: ['SHA256:old'],
      newFingerprint: 'SHA256:new',
      added: true,
      files: [],
      backup: null,
      replacedBy: 'mk@desk',
    },
  },
};

function found(text: string): string[] {
  const filter = parseHistoryFilter(text);
  return Object.keys(entries).filter((name) => matchesHistory(entries[name]!, filter, NOW));
}

describe('the filter of the history', () => {
  const cases: readonly [string, readonly string[]][] = [
    ['', Object.keys(entries)],
    ['host:web-01.ber', ['upgrade']],
    ['host:WEB-*', ['upgrade', 'failed', 'running']],
    ['-host:*.ber', ['switch', 'unknown', 'stopped', 'newer', 'key']],
    ['verb:switch,check', ['switch', 'running']],
    ['verb:host-key', ['key']],
    ['outcome:failed', ['failed']],
    ['outcome:running', ['running']],
    ['outcome:unknown,stopped', ['unknown', 'stopped']],
    ['outcome:good', ['upgrade', 'switch', 'key']],
    ['outcome:staged', ['upgrade', 'switch']],
    ['by:mk', ['failed', 'key']],
    ['by:jb@laptop host:edge-*', ['unknown', 'stopped', 'newer']],
    ['age:<3h verb:upgrade', ['upgrade', 'unknown', 'stopped', 'newer']],
    ['age:>1w', ['switch']],
    ['on:2026-11-20', ['failed']],
    ['before:2026-11-20', ['switch']],
    ['after:2026-11-20 before:2026-11-21', ['failed']],
    ['acme/db', ['switch']],
    ['2.15.0', ['upgrade', 'switch']],
    ['SHA256:OLD', ['key']],
    ['replaced', ['key']],
    ['nothing-of-this', []],
    ['verb:', Object.keys(entries)],
  ];
  it.each(cases)('%s', (text, names) => {
    expect(found(text)).toEqual(names);
  });

  const wrong: readonly [string, RegExp][] = [
    ['verb:explode', /“explode” is none of check, .*host-key/],
    ['outcome:fine', /“fine” is none of running, good/],
    ['on:2026-02-30', /not a day: write/],
    ['after:yesterday', /not a day/],
    ['age:7d', /not an age/],
    ['what:ever', /There is no filter “what:”/],
  ];
  it.each(wrong)('%s says what is wrong, and lets nothing pass', (text, message) => {
    expect(parseHistoryFilter(text).problems[0]?.message).toMatch(message);
    expect(found(text)).toEqual([]);
  });
});
