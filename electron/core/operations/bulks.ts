import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import { hasFailed } from '../../../shared/logic/bulk.ts';
import { isSameEtcWish } from '../../../shared/logic/etc-steps.ts';
import { Bulk, type BulkHost } from '../../../shared/model/bulk.ts';
import type { Operation, OperationPlan } from '../../../shared/model/operation.ts';
import type { CheckName } from '../../../shared/model/preflight.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { createEmitter } from '../emitter.ts';
import type { Log } from '../log/log.ts';
import { writeFileAtomically } from '../store/atomic-write.ts';
import { tryLock, type FileLock } from '../store/file-lock.ts';
import { createLifetime } from '../lifetime.ts';
import type { Operations } from './operations.ts';

/** So many bulks are kept; their operations stay in the history. */
const KEPT = 50;

export interface BulksOptions {
  readonly operations: Pick<Operations, 'start' | 'get' | 'onChange'>;
  /** The folder of the bulks; made when missing. */
  readonly dir: string;
  readonly startedBy: string;
  readonly log: Log;
  readonly now: () => number;
}

export interface BulkStart {
  readonly plans: readonly OperationPlan[];
  readonly atOnce: number;
  readonly stopOnFailure: boolean;
  readonly confirmed: readonly CheckName[];
  readonly typedNames: readonly string[];
}

/** Verbs on many hosts. */
export interface Bulks {
  /** Begins the plans, `atOnce` at a time. Resolves when the bulk is kept; rejects with `bulk.mixed` when the plans ask for different things. */
  start(asked: BulkStart): Promise<Bulk>;
  /** No further host is begun; those that run go on. */
  stop(id: string): void;
  /** Newest first. */
  list(): readonly Bulk[];
  onChange(listener: (bulk: Bulk) => void): () => void;
  dispose(): Promise<void>;
}

/**
 * Opens the bulks of late. One that another Berth works on is left to it; of one whose Berth has ended, hosts whose turn had not come are
 * skipped, and operations that had begun are followed to their end.
 */
export async function createBulks({ operations, dir, startedBy, log, now }: BulksOptions): Promise<Bulks> {
  const changed = createEmitter<Bulk>();
  const bulks = new Map<string, Bulk>();
  const runs = new Set<Promise<void>>();
  const lifetime = createLifetime();
  let saving: Promise<void> = Promise.resolve();

  const fileOf = (id: string) => join(dir, `${id}.json`);
  const lockOf = (id: string) => join(dir, `${id}.lock`);

  /** States are written one after the other, so that the last one stays. */
  function save(bulk: Bulk): Promise<void> {
    bulks.set(bulk.id, bulk);
    changed.emit(bulk);
    saving = saving
      .then(() => writeFileAtomically(fileOf(bulk.id), JSON.stringify(bulk)))
      .catch((error: unknown) => void log.error('bulk-save', 'A bulk could not be kept', error, { bulk: bulk.id }));
    return saving;
  }

  function update(id: string, changes: Partial<Bulk>): Bulk | null {
    const bulk = bulks.get(id);
    if (!bulk) return null;
    const next = { ...bulk, ...changes };
    void save(next);
    return next;
  }

  function updateHost(id: string, hostId: string, changes: Partial<BulkHost>): BulkHost | null {
    const bulk = bulks.get(id);
    if (!bulk) return null;
    const hosts = bulk.hosts.map((host) => (host.hostId === hostId ? { ...host, ...changes } : host));
    update(id, { hosts });
    return hosts.find((host) => host.hostId === hostId) ?? null;
  }

  /** The end of an operation, whoever follows it. Null when this Berth ends first. */
  async function untilEnded(operationId: string): Promise<Operation | null> {
    return new Promise((resolve, reject) => {
      const look = (operation: Operation) => {
        if (operation.id === operationId && operation.outcome) finish(operation);
      };
      const finish = (operation: Operation | null) => {
        unsubscribe();
        lifetime.signal.removeEventListener('abort', onAbort);
        resolve(operation);
      };
      const onAbort = () => finish(null);
      const unsubscribe = operations.onChange(look);
      lifetime.signal.addEventListener('abort', onAbort, { once: true });
      operations.get(operationId).then(look, (error: unknown) => {
        unsubscribe();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  async function follow(id: string, host: BulkHost): Promise<void> {
    try {
      const operation = await untilEnded(host.operationId);
      if (operation) updateHost(id, host.hostId, { state: 'ended', outcome: operation.outcome });
    } catch (error) {
      updateHost(id, host.hostId, { state: 'refused', failure: failureOf(error, log) });
    }
  }

  async function runHost(id: string, plan: OperationPlan, asked: BulkStart): Promise<void> {
    const running = updateHost(id, plan.hostId, { state: 'running' });
    if (!running) return;
    try {
      const typedName = asked.typedNames.includes(plan.hostName) ? plan.hostName : null;
      await operations.start(plan, { confirmed: asked.confirmed, typedName });
    } catch (error) {
      updateHost(id, plan.hostId, { state: 'refused', failure: failureOf(error, log) });
      return;
    }
    await follow(id, running);
  }

  async function run(id: string, asked: BulkStart, lock: FileLock): Promise<void> {
    const queue = asked.plans.values();
    const lane = async () => {
      for (const plan of queue) {
        if (lifetime.signal.aborted || bulks.get(id)?.stopped) return;
        await runHost(id, plan, asked);
        const host = bulks.get(id)?.hosts.find(({ hostId }) => hostId === plan.hostId);
        if (asked.stopOnFailure && host && hasFailed(host) && !bulks.get(id)?.stopped) {
          update(id, { stopped: 'by-failure' });
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(asked.atOnce, asked.plans.length) }, lane));
    if (!lifetime.signal.aborted) end(id);
    await saving;
    await lock.release();
  }

  function end(id: string): void {
    const hosts = bulks
      .get(id)
      ?.hosts.map((host) => (host.state === 'waiting' ? { ...host, state: 'skipped' as const } : host));
    if (hosts) update(id, { hosts, endedAt: now() });
  }

  function track(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => void log.error('bulk-run', 'A bulk came to an end that was not foreseen', error))
      .finally(() => runs.delete(done));
    runs.add(done);
  }

  /** A bulk whose Berth has ended: nothing more is begun. */
  async function takeOver(bulk: Bulk, lock: FileLock): Promise<void> {
    bulks.set(bulk.id, { ...bulk, stopped: bulk.stopped ?? 'by-end-of-berth' });
    await Promise.all(bulk.hosts.filter(({ state }) => state === 'running').map((host) => follow(bulk.id, host)));
    if (!lifetime.signal.aborted) end(bulk.id);
    await saving;
    await lock.release();
  }

  await mkdir(dir, { recursive: true, mode: 0o700 });
  const found = (await readAll(dir, log)).sort((a, b) => b.startedAt - a.startedAt);
  for (const old of found.slice(KEPT)) await rm(fileOf(old.id), { force: true });
  for (const bulk of found.slice(0, KEPT)) {
    bulks.set(bulk.id, bulk);
    if (bulk.endedAt !== null) continue;
    const lock = await tryLock(lockOf(bulk.id));
    if ('release' in lock) track(takeOver(bulk, lock));
  }

  return {
    async start(asked) {
      const [first] = asked.plans;
      if (!first) throw new BerthError('bulk.mixed');
      const hostIds = new Set(asked.plans.map(({ hostId }) => hostId));
      if (hostIds.size !== asked.plans.length || asked.plans.some((plan) => !isSameWish(plan.request, first.request))) {
        throw new BerthError('bulk.mixed');
      }
      const id = randomBytes(6).toString('hex');
      const lock = await tryLock(lockOf(id));
      if (!('release' in lock)) throw new BerthError('bulk.mixed');
      const bulk: Bulk = {
        id,
        request: first.request,
        startedBy,
        startedAt: now(),
        endedAt: null,
        atOnce: asked.atOnce,
        stopOnFailure: asked.stopOnFailure,
        stopped: null,
        hosts: asked.plans.map(({ hostId, hostName, operationId }) => ({
          hostId,
          hostName,
          operationId,
          state: 'waiting',
          outcome: null,
          failure: null,
        })),
      };
      await save(bulk);
      track(run(id, asked, lock));
      return bulks.get(id) ?? bulk;
    },
    stop(id) {
      const bulk = bulks.get(id);
      if (bulk?.endedAt === null && bulk.stopped === null) update(id, { stopped: 'by-person' });
    },
    list: () => [...bulks.values()].sort((a, b) => b.startedAt - a.startedAt),
    onChange: changed.subscribe,
    async dispose() {
      lifetime.abort();
      await Promise.all(runs);
      await saving;
    },
  };
}

/** Whether two hosts are asked the same; what they have now at paths of /etc may differ. */
function isSameWish(one: VerbRequest, other: VerbRequest): boolean {
  if (one.verb === 'etc' && other.verb === 'etc') return isSameEtcWish(one.files, other.files);
  return JSON.stringify(one) === JSON.stringify(other);
}

async function readAll(dir: string, log: Log): Promise<Bulk[]> {
  const names = (await readdir(dir)).filter((name) => /^[0-9a-f]{12}\.json$/.test(name));
  const read = async (name: string): Promise<Bulk[]> => {
    try {
      return [Bulk.parse(JSON.parse(await readFile(join(dir, name), 'utf8')))];
    } catch (error) {
      log.error('bulk-read', 'A bulk cannot be read; its operations are in the history', error, { file: name });
      return [];
    }
  };
  return (await Promise.all(names.map(read))).flat();
}

function failureOf(error: unknown, log: Log): Failure {
  if (error instanceof BerthError) return error.failure;
  return failure('internal', { logId: log.error('bulk-host', 'A host of a bulk could not be begun', error) });
}
