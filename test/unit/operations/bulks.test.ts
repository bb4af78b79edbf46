import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createBulks, type Bulks } from '../../../electron/core/operations/bulks.ts';
import { createEmitter } from '../../../electron/core/emitter.ts';
import { BerthError, failure } from '../../../shared/errors/failure.ts';
import { bulkCounts, hostsToRetry } from '../../../shared/logic/bulk.ts';
import type { Operation, OperationOutcome, OperationPlan } from '../../../shared/model/operation.ts';
import { makeOperation } from './samples.ts';

/** Stands in for the operations: what begins, ends when the test says so. */
function fakeOperations() {
  const changed = createEmitter<Operation>();
  const begun = new Map<string, Operation>();
  const refused = new Set<string>();
  let most = 0;
  return {
    onChange: changed.subscribe,
    get: (id: string) => {
      const operation = begun.get(id);
      return operation ? Promise.resolve(operation) : Promise.reject(new BerthError('operation.unknown', { id }));
    },
    start: (plan: OperationPlan) => {
      if (refused.has(plan.hostId)) return Promise.reject(new BerthError('operation.plan-outdated'));
      const operation = { ...makeOperation(0), id: plan.operationId, plan, phase: 'running' as const, outcome: null };
      begun.set(operation.id, operation);
      most = Math.max(most, [...begun.values()].filter(({ outcome }) => outcome === null).length);
      return Promise.resolve(operation);
    },
    refuse: (hostId: string) => refused.add(hostId),
    end(hostId: string, outcome: OperationOutcome) {
      const operation = [...begun.values()].find(({ plan }) => plan.hostId === hostId);
      if (!operation) throw new Error(`${hostId} has not begun`);
      const ended = { ...operation, phase: 'ended' as const, outcome };
      begun.set(ended.id, ended);
      changed.emit(ended);
    },
    hasBegun: (hostId: string) => [...begun.values()].some(({ plan }) => plan.hostId === hostId),
    most: () => most,
  };
}

const done: OperationOutcome = { kind: 'up-to-date' };
const bad: OperationOutcome = { kind: 'failed', failure: failure('operation.failed', { detail: 'x' }), staged: false };
const plans = (count: number): OperationPlan[] =>
  Array.from({ length: count }, (_, index) => ({
    ...makeOperation(index).plan,
    hostId: `h${index}`,
    hostName: `host-${index}`,
    operationId: index.toString(16).padStart(12, '0'),
  }));

const log = { info: () => '', error: () => '', warn: () => '' } as never;
let dir: string;
let operations: ReturnType<typeof fakeOperations>;
let bulks: Bulks;
const open = () => createBulks({ operations, dir, startedBy: 'ada@desk', log, now: () => 1 });
const asked = (count: number, changes: Partial<Parameters<Bulks['start']>[0]> = {}) => ({
  plans: plans(count),
  atOnce: 2,
  stopOnFailure: false,
  confirmed: [],
  typedNames: [],
  ...changes,
});
const states = () => bulks.list()[0]?.hosts.map(({ state }) => state);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bulks-'));
  operations = fakeOperations();
  bulks = await open();
});
afterEach(async () => {
  await bulks.dispose();
  await rm(dir, { recursive: true });
});

it('begins as many at once as was said, the next one when one has ended', async () => {
  await bulks.start(asked(4));
  await vi.waitFor(() => expect(states()).toEqual(['running', 'running', 'waiting', 'waiting']));
  operations.end('h1', done);
  await vi.waitFor(() => expect(states()).toEqual(['running', 'ended', 'running', 'waiting']));
  operations.end('h0', done);
  await vi.waitFor(() => expect(operations.hasBegun('h3')).toBe(true));
  operations.end('h2', done);
  operations.end('h3', done);
  await vi.waitFor(() => expect(bulks.list()[0]?.endedAt).toBe(1));
  expect(bulkCounts(bulks.list()[0]!)).toMatchObject({ all: 4, done: 4, failed: 0 });
  expect(operations.most()).toBe(2);
});

it('goes on after a failure, and after a host that cannot begin, unless it was told to stop', async () => {
  operations.refuse('h0');
  await bulks.start(asked(3, { atOnce: 1 }));
  await vi.waitFor(() => expect(states()).toEqual(['refused', 'running', 'waiting']));
  operations.end('h1', bad);
  await vi.waitFor(() => expect(states()).toEqual(['refused', 'ended', 'running']));
  operations.end('h2', done);
  await vi.waitFor(() => expect(bulks.list()[0]?.endedAt).not.toBeNull());
  expect(bulkCounts(bulks.list()[0]!)).toMatchObject({ done: 1, failed: 2 });
  expect(hostsToRetry(bulks.list()[0]!)).toEqual(['h0', 'h1']);
});

it('stops at the first failure when that was asked: those that run go on, the others are skipped', async () => {
  await bulks.start(asked(5, { stopOnFailure: true }));
  await vi.waitFor(() => expect(operations.hasBegun('h1')).toBe(true));
  operations.end('h0', bad);
  await vi.waitFor(() => expect(bulks.list()[0]?.stopped).toBe('by-failure'));
  operations.end('h1', done);
  await vi.waitFor(() => expect(states()).toEqual(['ended', 'ended', 'skipped', 'skipped', 'skipped']));
  expect(hostsToRetry(bulks.list()[0]!)).toEqual(['h0', 'h2', 'h3', 'h4']);
});

it('is stopped by a person', async () => {
  const { id } = await bulks.start(asked(3, { atOnce: 1 }));
  await vi.waitFor(() => expect(operations.hasBegun('h0')).toBe(true));
  bulks.stop(id);
  operations.end('h0', done);
  await vi.waitFor(() => expect(states()).toEqual(['ended', 'skipped', 'skipped']));
  expect(bulks.list()[0]?.stopped).toBe('by-person');
});

it('when Berth ends in the middle, the next one begins nothing more and finds how the others ended', async () => {
  await bulks.start(asked(4));
  await vi.waitFor(() => expect(operations.hasBegun('h1')).toBe(true));
  operations.end('h0', done);
  await vi.waitFor(() => expect(operations.hasBegun('h2')).toBe(true));
  await bulks.dispose();
  operations.end('h1', bad);

  bulks = await open();
  await vi.waitFor(() => expect(states()?.slice(0, 2)).toEqual(['ended', 'ended']));
  operations.end('h2', done);
  await vi.waitFor(() => expect(states()).toEqual(['ended', 'ended', 'ended', 'skipped']));
  expect(bulks.list()[0]).toMatchObject({ stopped: 'by-end-of-berth', endedAt: 1 });
  expect(operations.hasBegun('h3')).toBe(false);
});

it('leaves alone what another Berth is at', async () => {
  await bulks.start(asked(3, { atOnce: 1 }));
  await vi.waitFor(() => expect(operations.hasBegun('h0')).toBe(true));
  const other = await open();
  await other.dispose();
  operations.end('h0', done);
  await vi.waitFor(() => expect(operations.hasBegun('h1')).toBe(true));
  expect(bulks.list()[0]?.stopped).toBeNull();
});

it('one verb, once for each host', async () => {
  const [first, second] = plans(2);
  await expect(bulks.start(asked(0, { plans: [first!, first!] }))).rejects.toMatchObject({
    failure: { code: 'bulk.mixed' },
  });
  const check = { ...second!, request: { verb: 'check' as const } };
  await expect(bulks.start(asked(0, { plans: [first!, check] }))).rejects.toMatchObject({
    failure: { code: 'bulk.mixed' },
  });
});

it('one wish for /etc of many hosts, whatever each of them has there', async () => {
  const seen = (hash: string) =>
    ({ type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, hash: hash.repeat(64), link: null, changedAt: 0 }) as const;
  const write = (from: string, to: string): OperationPlan['request'] => ({
    verb: 'etc',
    files: [
      {
        ...{ act: 'write', path: 'x', seen: seen(from), content: { hash: to.repeat(64), size: 1 } },
        ...{ mode: 0o644, uid: 0, gid: 0 },
      },
    ],
  });
  const [first, second] = plans(2);
  const both = (to: string) => [
    { ...first!, request: write('a', 'c') },
    { ...second!, request: write('b', to) },
  ];
  await expect(bulks.start(asked(0, { plans: both('d') }))).rejects.toMatchObject({ failure: { code: 'bulk.mixed' } });
  await bulks.start(asked(0, { plans: both('c') }));
  expect(states()).toHaveLength(2);
});

it('a file that cannot be read takes no other with it, and only so many are kept', async () => {
  await bulks.start(asked(1));
  await vi.waitFor(() => expect(operations.hasBegun('h0')).toBe(true));
  operations.end('h0', done);
  await vi.waitFor(() => expect(bulks.list()[0]?.endedAt).not.toBeNull());
  await bulks.dispose();
  await writeFile(join(dir, 'ffffffffffff.json'), '{"id":');
  bulks = await open();
  expect(bulks.list()).toHaveLength(1);
  expect((await readdir(dir)).filter((name) => name.endsWith('.lock'))).toEqual([]);
});
