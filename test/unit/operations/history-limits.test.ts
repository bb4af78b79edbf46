import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHistory, type History } from '../../../electron/core/operations/history.ts';
import { createHistoryIndex, type IndexEntry } from '../../../electron/core/operations/history-index.ts';
import { removalOf } from '../../../electron/core/operations/history-retention.ts';
import { writeOperation } from '../../../electron/core/operations/operation-files.ts';
import { startOf } from '../../../shared/logic/history-words.ts';
import type { HistoryEntry } from '../../../shared/model/history.ts';
import { HistoryLimits } from '../../../shared/model/settings.ts';
import { makeOperation } from './samples.ts';

const DAY = 24 * 3600_000;
const NONE = HistoryLimits.parse({});

const entry = (number: number, changes: Partial<IndexEntry> = {}): IndexEntry => ({
  kind: 'operation',
  id: String(number).padStart(12, '0'),
  hostId: 'h',
  hostName: 'h',
  request: { verb: 'check' },
  startedBy: 'me',
  startedAt: number * DAY,
  endedAt: number * DAY,
  outcome: { kind: 'no-update' },
  kept: 'all',
  open: false,
  seal: 'x',
  logBytes: 600_000,
  stateBytes: 400_000,
  ...changes,
});

describe('the limits of the history', () => {
  const five = [5, 4, 3, 2, 1].map((number) => entry(number));
  const taken = (limits: Partial<HistoryLimits>, entries: readonly IndexEntry[] = five) => {
    const { logs, all } = removalOf(entries, { ...NONE, ...limits }, 6 * DAY);
    return { logs: logs.map(({ id }) => Number(id)), all: all.map(({ id }) => Number(id)) };
  };

  const cases: readonly [string, Partial<HistoryLimits>, ReturnType<typeof taken>][] = [
    ['none', {}, { logs: [], all: [] }],
    ['of age', { days: 3 }, { logs: [], all: [1, 2] }],
    ['of number', { operations: 2 }, { logs: [], all: [1, 2, 3] }],
    ['of size: logs first', { megabytes: 4 }, { logs: [1, 2], all: [] }],
    ['of size: all logs', { megabytes: 2 }, { logs: [1, 2, 3, 4, 5], all: [] }],
    ['of size: more than logs', { megabytes: 1 }, { logs: [4, 5], all: [1, 2, 3] }],
    ['of number and size', { operations: 3, megabytes: 2 }, { logs: [3, 4], all: [1, 2] }],
  ];
  it.each(cases)('%s', (_, limits, expected) => {
    expect(taken(limits)).toEqual(expected);
  });

  it('leave alone what has not ended, and what is gone already', () => {
    const entries = [entry(3, { open: true, endedAt: null }), entry(2, { kept: 'entry' }), entry(1, { open: true })];
    expect(taken({ days: 1, operations: 1, megabytes: 1 }, entries)).toEqual({ logs: [], all: [] });
  });
});

describe('the history', () => {
  let dir: string;
  let history: History | null = null;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-limits-'));
  });
  afterEach(async () => {
    await history?.dispose();
    await rm(dir, { recursive: true, force: true });
  });

  const index = () => createHistoryIndex(dir, () => 10);
  const open = (limits: Partial<HistoryLimits> = {}) => {
    history = createHistory({
      index: index(),
      dir,
      keyChangesFile: join(dir, 'host-keys.jsonl'),
      revealsFile: join(dir, 'reveals.jsonl'),
      limits: { read: () => ({ ...NONE, ...limits }), onChange: () => () => undefined },
      log: { info: () => undefined, warn: () => undefined, error: () => 'id' },
      now: () => 10 * DAY,
    });
    return history;
  };
  const all = async (each: History, filter = '') =>
    (await each.list({ filter, hostId: null, offset: 0, limit: 500 })).entries;

  async function run(number: number): Promise<void> {
    const ended = makeOperation(number, { phase: 'ended', endedAt: number, outcome: { kind: 'no-update' } });
    await writeOperation(dir, ended);
    await writeFile(join(dir, ended.id, 'stdout'), 'x'.repeat(1_000_000));
    await index().put(ended);
    await index().seal(ended);
  }

  it('keeps the entry, and the chain with it, when files go', async () => {
    for (const number of [1, 2, 3]) await run(number);
    const limited = open({ operations: 2, megabytes: 2 });
    await vi.waitFor(async () => {
      const kept = (await all(limited)).map((each) => (each.kind === 'operation' ? [Number(each.id), each.kept] : []));
      expect(kept).toEqual([
        [3, 'all'],
        [2, 'states'],
        [1, 'entry'],
      ]);
    });
    await limited.dispose();
    expect((await readdir(dir)).filter((name) => /^\d/.test(name))).toEqual(['000000000002', '000000000003']);
    expect(await readdir(join(dir, '000000000002'))).toEqual(['operation.jsonl', 'seal.json']);
    const proof = await limited.verify(new AbortController().signal);
    expect(proof).toMatchObject({ operations: 3, removed: 2, firstBroken: null, differing: [] });
    // Gone without a word is another thing.
    await rm(join(dir, '000000000003'), { recursive: true });
    expect((await limited.verify(new AbortController().signal)).differingTotal).toBe(1);
  });

  it('finishes what a crash interrupted', async () => {
    await run(1);
    await index().noteRemoved(['000000000001'], 'all');
    const limited = open({ days: 1_000 });
    await vi.waitFor(async () => expect(await readdir(dir)).not.toContain('000000000001'));
    expect(await all(limited)).toMatchObject([{ kept: 'entry' }]);
  });

  it('is one list of operations and replaced keys, in parts, filtered, for one host', async () => {
    for (const number of [1, 3, 5]) await run(number);
    const key = {
      at: 4,
      hostId: 'host-1',
      hostName: 'db-01',
      address: 'db-01',
      port: 22,
      keyType: 'ssh-ed25519',
      oldFingerprints: ['SHA256:a'],
      newFingerprint: 'SHA256:b',
      added: true,
      files: [],
      backup: null,
      replacedBy: 'mk@desk',
    };
    await writeFile(join(dir, 'host-keys.jsonl'), `${JSON.stringify({ ...key, at: 0 })}\n${JSON.stringify(key)}\n`);
    const whole = open();
    const times = (entries: readonly HistoryEntry[]) =>
      entries.map((each) => (each.kind === 'operation' ? each.startedAt : `key ${String(startOf(each))}`));
    expect(times(await all(whole))).toEqual([5, 'key 4', 3, 1, 'key 0']);
    const part = await whole.list({ filter: '', hostId: null, offset: 1, limit: 2 });
    expect([times(part.entries), part.total, part.all]).toEqual([['key 4', 3], 5, 5]);
    const filtered = await whole.list({ filter: 'by:mk', hostId: null, offset: 0, limit: 10 });
    expect([times(filtered.entries), filtered.total, filtered.all]).toEqual([['key 4', 'key 0'], 2, 5]);
    const ofHost = await whole.list({ filter: '', hostId: 'host-1', offset: 0, limit: 10 });
    expect([times(ofHost.entries), ofHost.all]).toEqual([['key 4', 1, 'key 0'], 3]);
    await run(7);
    const after = await whole.list({ filter: '', hostId: null, offset: 0, limit: 1 });
    expect([times(after.entries), after.revision === part.revision]).toEqual([[7], false]);
  });

  it('is exported with what the filter lets pass', async () => {
    await run(1);
    const hostile = makeOperation(2, {
      startedBy: '=cmd|"x"!A1',
      phase: 'ended',
      endedAt: 2,
      outcome: { kind: 'done' },
    });
    await writeOperation(dir, hostile);
    await index().put(hostile);
    await index().seal(hostile);
    const whole = open();
    const csv = await whole.export({ filter: '', hostId: null, format: 'csv' });
    expect(csv.fileName).toBe('berth-history-1970-01-11.csv');
    expect(csv.text.split('\r\n')).toEqual([
      'id,host,host id,what,outcome,result,by,started,ended,kept',
      `000000000002,web-01,host-2,Upgrade,done,"Done, and proven by the state of the host.","'=cmd|""x""!A1",1970-01-01T00:00:00.002Z,1970-01-01T00:00:00.002Z,all`,
      '000000000001,web-01,host-1,Upgrade,no-update,No update: the registry has nothing newer.,tester@testbed,1970-01-01T00:00:00.001Z,1970-01-01T00:00:00.001Z,all',
      '',
    ]);
    const json = await whole.export({ filter: 'outcome:no-update', hostId: null, format: 'json' });
    expect(JSON.parse(json.text)).toMatchObject({
      version: 1,
      filter: 'outcome:no-update',
      entries: [{ id: '000000000001', outcomeText: 'No update: the registry has nothing newer.' }],
    });
  });
});
