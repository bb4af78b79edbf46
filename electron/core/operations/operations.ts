import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import type { RunningOperation } from '../../../shared/logic/condition.ts';
import { etcRefusal } from '../../../shared/logic/etc-refusal.ts';
import { guardOf, guardRefusal, type GuardSettings } from '../../../shared/logic/guard-rails.ts';
import { refusal } from '../../../shared/logic/refusal.ts';
import type { EtcBlocker } from '../../../shared/model/etc.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { Operation, OperationPlan, OperationProgress, RebootTimes } from '../../../shared/model/operation.ts';
import type { CheckName, Preflight } from '../../../shared/model/preflight.ts';
import type { LogRequest } from '../../../shared/model/stream.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { createEmitter } from '../emitter.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import type { Log } from '../log/log.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import { lockFile, tryLock } from '../store/file-lock.ts';
import { createLifetime } from '../lifetime.ts';
import { exportLog, type ExportedLog } from './export-log.ts';
import { usualReboot } from './await-reboot.ts';
import { markCancelled } from './cancel-mark.ts';
import { createEtcContents, type EtcContents } from './etc-contents.ts';
import { lookAtEtc } from './etc-look.ts';
import { undoEtc, type EtcUndo } from './etc-undo.ts';
import type { HistoryIndex } from './history-index.ts';
import { cancelUnit, rootToTry } from './host-actions.ts';
import { createLiveOperations } from './live-operations.ts';
import { openLog, type LogSourceFiles } from './open-log.ts';
import { isOperationId, operationFiles, readOperation, writeOperation } from './operation-files.ts';
import { isSameBasis, makePlan, snapshotOf, type PlanBasis } from './plan-operation.ts';
import { requirePreflight } from './require-preflight.ts';
import { createProgressTracker } from './progress-tracker.ts';
import { createPulse } from './pulse.ts';
import { streamRecords } from './record-stream.ts';

/** Older facts are read again before a plan is made of them; while a host is connected they follow its changes anyway. */
const PLAN_FACTS_MAX_AGE_MS = 5 * 60_000;
/** Live progress is told at most so often. */
const PROGRESS_INTERVAL_MS = 100;
/** The state of an operation of another process is looked at so often. */
const LOOK_AGAIN_MS = 1_000;
/** How many reboots of a host tell how long it usually takes. */
const PAST_REBOOTS = 20;
/** To the guard rails. That the host is not in the inventory is said after them. */
const UNKNOWN_HOST = { name: '', tags: [] };

export interface OperationsOptions {
  readonly hosts: HostAccess;
  /** The folder of the history; made when missing. */
  readonly dir: string;
  readonly index: HistoryIndex;
  readonly scripts: NativeScripts;
  /** New content for files of /etc; left out, there is none. */
  readonly contents?: EtcContents;
  /** Where the merge of /etc will fail at the next boot, as a verb would leave it; null: not known, or no matter to the verb. */
  readonly etcBlockers: (
    hostId: string,
    request: VerbRequest,
    facts: HostFacts,
  ) => Promise<readonly EtcBlocker[] | null>;
  /** The guard rails as they are set now. */
  readonly guard: () => GuardSettings;
  /** `user@workstation`. */
  readonly startedBy: string;
  readonly log: Log;
  readonly now: () => number;
}

/** What a person gave along with a plan that they confirmed. */
export interface StartConsent {
  /** Warnings of the pre-flight that a person has ticked. */
  readonly confirmed?: readonly CheckName[];
  /** What was typed where `guardOf` wants the name of the host. */
  readonly typedName?: string | null;
}

/** What was done and is being done to hosts. Rejections are BerthErrors. */
export interface Operations {
  /** What has not ended is known, which takes a while where the history is long: until then any host may be busy. */
  readonly known: Promise<void>;
  isKnown(): boolean;
  /** What would be run and from which state. Rejects with the reason when the host cannot do it. */
  plan(asked: { readonly hostId: string; readonly request: VerbRequest }): Promise<OperationPlan>;
  /** What could stop it, asked of the host now. Rejects as `plan` does. */
  preflight(asked: { readonly hostId: string; readonly request: VerbRequest }): Promise<Preflight>;
  /**
   * Starts a confirmed plan. Resolves when it is kept; the host is asked after that. Rejects with `operation.plan-outdated` when the
   * host has changed, `operation.busy`, `operation.preflight`, `operation.preflight-unconfirmed`, `guard.*`, or as `plan` does. A plan that was started already is returned as it is.
   */
  start(plan: OperationPlan, consent?: StartConsent): Promise<Operation>;
  /** Asks the host to stop the unit, now or as soon as it is reachable. */
  cancel(id: string): Promise<void>;
  /** The history, newest first. */
  list(request: {
    readonly hostId: string | null;
    /** Part of the name that the host had, upper or lower case; null: any. */
    readonly hostName: string | null;
    readonly before: number | null;
    readonly limit: number;
  }): Promise<Operation[]>;
  get(id: string): Promise<Operation>;
  /** The operation that has not ended on a host, of whichever process. */
  running(hostId: string): RunningOperation | null;
  /** Calls back with every new state, and now and then while progress goes on. */
  onChange(listener: (operation: Operation) => void): () => void;
  /** Progress now and as it goes on; ends with the operation, or when `signal` aborts. */
  watchProgress(id: string, signal: AbortSignal): AsyncGenerator<OperationProgress>;
  /** The log as terminal text, live until the operation ends. Lazy; `return()` ends it. */
  openLog(request: LogRequest): AsyncIterable<Uint8Array>;
  exportLog(id: string): Promise<ExportedLog>;
  /** What puts back what was there before an operation on /etc. Rejects as `undoEtc` does. */
  undoEtc(id: string): Promise<EtcUndo & { readonly hostId: string }>;
  /** Stops following. What runs on hosts goes on. */
  dispose(): Promise<void>;
}

/** Opens the history, and follows again whatever has not ended and nobody else follows. */
export async function createOperations(options: OperationsOptions): Promise<Operations> {
  const { hosts, dir, index, scripts, contents = createEtcContents(), log, now } = options;
  const changed = createEmitter<Operation>();
  const live = await createLiveOperations({ dir, hosts, scripts, contents, index, log, now, onChange: changed.emit });
  const lifetime = createLifetime();

  /** The host with facts that allow the verb, or the reason why not. */
  async function basisFor(hostId: string, request: VerbRequest, maxAgeMs: number): Promise<PlanBasis> {
    const host = hosts.host(hostId);
    if (!host) throw new BerthError('input.host-unknown', { value: hostId });
    if (live.running(hostId)) throw new BerthError('operation.busy', { host: host.name });
    await hosts.connect(hostId, 'user');
    const old = hosts.facts(hostId);
    let facts = old && now() - old.readAt < maxAgeMs ? old : await hosts.readFacts(hostId);
    const root = hosts.rootAccess(hostId);
    let reason = refusal(request, facts, root.kind !== 'none');
    if (reason?.code === 'facts.status-blocked') {
      const holder = await lockedBy({ host, facts, root }, request);
      if (holder) throw BerthError.of(holder);
      // The lock is free by now.
      if (facts === old) facts = await hosts.readFacts(hostId);
      reason = refusal(request, facts, root.kind !== 'none');
    }
    if (reason) throw BerthError.of(reason);
    const before = snapshotOf(facts);
    if (!before) throw new BerthError('operation.state-unknown');
    return withEtc({ host, facts, before, root }, request);
  }

  /** What the verb `etc` is about is looked at now, each time. */
  async function withEtc(basis: PlanBasis, request: VerbRequest): Promise<PlanBasis> {
    if (request.verb !== 'etc') return basis;
    const connection = await hosts.connect(basis.host.id, 'user');
    const context = { connection, scripts, root: rootToTry(basis.root), signal: lifetime.signal };
    const look = await lookAtEtc(
      context,
      request.files.map(({ path }) => path),
    );
    const reason = etcRefusal(request.files, look);
    if (reason) throw BerthError.of(reason);
    return { ...basis, before: { ...basis.before, etc: [...look.found] } };
  }

  /** Who keeps bootc from answering, as far as a pre-flight finds out; null: nobody any more. */
  async function lockedBy(basis: Omit<PlanBasis, 'before'>, request: VerbRequest): Promise<Failure | null> {
    const { checks } = await preflightOf(basis, request);
    const lock = checks.find(({ name, result }) => name === 'lock' && (result === 'fail' || result === 'warn'));
    return lock ? failure('operation.locked', { found: lock.text, remedy: lock.remedy }) : null;
  }

  async function preflightOf(
    { host, facts, root }: Omit<PlanBasis, 'before'>,
    request: VerbRequest,
  ): Promise<Preflight> {
    const connection = await hosts.connect(host.id, 'user');
    const etcBlockers = await options.etcBlockers(host.id, request, facts);
    const access = { connection, scripts, root, now, signal: lifetime.signal };
    // Loaded with the first question: a start of Berth does without.
    const { runPreflight } = await import('./preflight.ts');
    return runPreflight(access, request, facts, { etcBlockers, bytesToFetch: null });
  }

  async function find(id: string): Promise<Operation> {
    const operation = live.get(id)?.operation ?? (await readOperation(dir, id));
    if (!operation)
      throw new BerthError(index.get(id)?.kept === 'entry' ? 'history.removed' : 'operation.unknown', { id });
    return operation;
  }

  async function logOf(id: string): Promise<LogSourceFiles> {
    const current = live.get(id);
    if (current) {
      return { files: current.files, pulse: current.pulse, isEnded: () => current.operation.phase === 'ended' };
    }
    await find(id);
    return { files: operationFiles(dir, id), pulse: createPulse(), isEnded: () => true };
  }

  /** Keeps the operation and begins it, while no other process can begin one on the same host. */
  async function begin(operation: Operation): Promise<Operation> {
    const starting = await lockFile(join(dir, 'start.lock'));
    try {
      await live.refresh();
      if (await readOperation(dir, operation.id)) return await find(operation.id);
      const { hostId, hostName } = operation.plan;
      if (live.running(hostId)) throw new BerthError('operation.busy', { host: hostName });
      const owner = await tryLock(operationFiles(dir, operation.id).owner);
      if (!('release' in owner)) throw new BerthError('operation.busy', { host: hostName });
      try {
        await writeOperation(dir, operation);
        await index.put(operation);
      } catch (error) {
        // Nothing has begun, and nothing is left of it.
        await owner.release().catch(() => undefined);
        await rm(operationFiles(dir, operation.id).folder, { recursive: true, force: true });
        throw error;
      }
      await live.begin(operation, owner);
      return operation;
    } finally {
      await starting.release();
    }
  }

  /** Before a reboot: how long this host usually takes. */
  async function rebootOf(hostId: string, request: VerbRequest): Promise<RebootTimes | null> {
    if (request.verb !== 'reboot' && request.verb !== 'soft-reboot') return null;
    const entries = (await index.entries()).filter(
      (entry) => entry.hostId === hostId && entry.request.verb === request.verb,
    );
    const past = await Promise.all(entries.slice(0, PAST_REBOOTS).map(({ id }) => readOperation(dir, id)));
    const usualMs = usualReboot(past.filter((operation) => operation !== null));
    return { askedAt: now(), goneAt: null, backAt: null, usualMs };
  }

  return {
    known: live.known,
    isKnown: live.isKnown,
    async plan({ hostId, request }) {
      return makePlan(await basisFor(hostId, request, PLAN_FACTS_MAX_AGE_MS), request, now());
    },

    async preflight({ hostId, request }) {
      return preflightOf(await basisFor(hostId, request, PLAN_FACTS_MAX_AGE_MS), request);
    },

    async start({ operationId, hostId, request, before, createdAt }, { typedName = null, confirmed = [] } = {}) {
      if (!isOperationId(operationId)) throw new BerthError('operation.unknown', { id: operationId });
      if (await readOperation(dir, operationId)) return find(operationId);
      const stopped = guardRefusal(guardOf(options.guard(), hosts.host(hostId) ?? UNKNOWN_HOST, request), typedName);
      if (stopped) throw BerthError.of(stopped);
      const basis = await basisFor(hostId, request, 0);
      if (!isSameBasis(before, basis.before)) throw new BerthError('operation.plan-outdated');
      requirePreflight(await preflightOf(basis, request), confirmed);
      return begin({
        id: operationId,
        // Made anew: what the history says was run does not come from a page.
        plan: makePlan(basis, request, createdAt, operationId),
        target: hosts.target(basis.host),
        startedBy: options.startedBy,
        startedAt: now(),
        phase: 'starting',
        attached: false,
        detachedBecause: null,
        cancelRequested: false,
        endedAt: null,
        exitCode: null,
        reboot: await rebootOf(hostId, request),
        after: null,
        outcome: null,
      });
    },

    async cancel(id) {
      const operation = await find(id);
      if (operation.phase === 'ended') return;
      const { hostId } = operation.plan;
      await markCancelled(operationFiles(dir, id));
      await live.noteCancel(id);
      // Not started or not reachable: whoever follows it stops the unit as soon as it is there.
      if (operation.phase === 'starting' || !operation.attached) return;
      const connection = await hosts.connect(hostId, 'user');
      const root = rootToTry(hosts.rootAccess(hostId));
      await cancelUnit({ connection, scripts, root, signal: lifetime.signal }, id);
    },

    async list({ hostId, hostName, before, limit }) {
      const found: Operation[] = [];
      const isWanted = (name: string) => hostName === null || name.toLowerCase().includes(hostName.toLowerCase());
      for (const entry of await index.entries()) {
        if (found.length === limit) break;
        if (hostId !== null && entry.hostId !== hostId) continue;
        if (before !== null && entry.startedAt >= before) continue;
        // Nothing but its line is left.
        if (entry.kept === 'entry') continue;
        if (!isWanted(entry.hostName)) continue;
        const operation = live.get(entry.id)?.operation ?? (await readOperation(dir, entry.id));
        if (operation) found.push(operation);
      }
      return found;
    },

    get: find,
    running: live.running,
    onChange: changed.subscribe,

    async *watchProgress(id, signal) {
      const current = live.get(id);
      if (!current) {
        yield await pastProgress(await find(id), dir);
        return;
      }
      let told: OperationProgress | null = null;
      for (;;) {
        const seen = current.pulse.beats;
        const ended = current.operation.phase === 'ended';
        const progress = current.progress.current();
        if (progress !== told) yield (told = progress);
        if (ended || signal.aborted || lifetime.signal.aborted) return;
        await pause(PROGRESS_INTERVAL_MS, signal);
        await current.pulse.next(seen, signal, LOOK_AGAIN_MS);
      }
    },

    openLog: (request) => openLog(() => logOf(request.operationId), request),

    async exportLog(id) {
      return exportLog(await find(id), await logOf(id));
    },

    async undoEtc(id) {
      const operation = await find(id);
      const undo = await undoEtc(operation, operationFiles(dir, id).folder, contents);
      return { hostId: operation.plan.hostId, ...undo };
    },

    async dispose() {
      lifetime.abort();
      await live.dispose();
    },
  };
}

/** The progress an operation had made when it ended, for the times of its steps. */
async function pastProgress(operation: Operation, dir: string): Promise<OperationProgress> {
  const tracker = createProgressTracker();
  const records = streamRecords({
    files: operationFiles(dir, operation.id),
    sources: ['progress'],
    from: { stdout: 0, stderr: 0, progress: 0, berth: 0 },
    pulse: createPulse(),
    isEnded: () => true,
    signal: new AbortController().signal,
  });
  for await (const { time, bytes } of records) tracker.push(time, bytes);
  if (operation.after) tracker.reach('verify', operation.after.readAt);
  return tracker.current();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return createPulse().next(0, signal, ms);
}
