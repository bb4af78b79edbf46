import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import { describe } from '../../../shared/errors/describe.ts';
import { STDERR_TAIL } from '../../../shared/logic/classify-failure.ts';
import { outcomeText, proveOutcome } from '../../../shared/logic/outcome.ts';
import type { HostSnapshot, Operation, OperationOutcome } from '../../../shared/model/operation.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import type { Log } from '../log/log.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import {
  cancelUnit,
  followUnit,
  rootToTry,
  startUnit,
  unitEndWords,
  type ActionContext,
  type Started,
  type UnitEnd,
} from './host-actions.ts';
import { prepareEtc } from './etc-prepare.ts';
import type { EtcContents } from './etc-contents.ts';
import { withEtc } from './etc-look.ts';
import { awaitReboot, isReboot } from './await-reboot.ts';
import { isMarkedCancelled } from './cancel-mark.ts';
import { isWorthAnotherLook } from './history-index.ts';
import type { Mirror } from './mirror.ts';
import type { OperationFiles } from './operation-files.ts';
import { snapshotOf } from './plan-operation.ts';
import { tailOf } from './tail-of.ts';
import type { Pulse } from './pulse.ts';
import { createHostWait } from './wait-for-host.ts';

/** A start whose answer was lost is repeated for this long; a person who has confirmed still has it in mind. */
export const START_PATIENCE_MS = 2 * 60_000;
/** A host that was not seen for this long is given up on, until it is connected again: longer than any reboot takes. */
export const GONE_AFTER_MS = 30 * 60_000;
/** A host that reboots is looked for so often: minutes of it are nothing new, and seconds count when it is back. */
const REBOOT_RETRY_MS = 5_000;
/** bootc status may wait for a lock for a moment after the unit has ended: it is asked again so often, after such a pause. */
const VERIFY_ATTEMPTS = 3;
const VERIFY_PAUSE_MS = 3_000;

/** What a shutdown leaves of the command that has asked for it, if that is still there: 128 + SIGTERM. */
const TERMINATED = 143;

/** What start.sh says when nothing runs and nothing will: systemd was asked, or cannot be. */
const START_REFUSED: readonly Failure['code'][] = ['operation.start-failed', 'operation.no-systemd-run'];

export interface RunOptions {
  readonly operation: Operation;
  /** It was confirmed just now, in this process: the host has not been asked yet. */
  readonly isNew: boolean;
  readonly files: OperationFiles;
  readonly mirror: Mirror;
  readonly hosts: HostAccess;
  readonly scripts: NativeScripts;
  readonly contents: EtcContents;
  readonly log: Log;
  readonly now: () => number;
  readonly pulse: Pulse;
  /** Keeps a new state; on the disk when it resolves. */
  readonly save: (operation: Operation) => Promise<void>;
  /** Tells a state that cannot be kept. */
  readonly show: (operation: Operation) => void;
  readonly signal: AbortSignal;
}

/** An operation on its way. */
export interface OperationRun {
  /**
   * Resolves when the operation has ended or `signal` has aborted, and with `lost` when it cannot be followed any more: then the
   * host goes on alone. While its files cannot be written it is tried again. Never rejects.
   */
  readonly done: Promise<'over' | 'lost'>;
  /** A cancel was marked: keeps a state that says so. */
  noteCancel(): Promise<void>;
}

/**
 * Takes one operation from where it is to its outcome, through lost connections, and keeps every state, so that whoever comes
 * next can take it from the last one.
 */
export function runOperation(options: RunOptions): OperationRun {
  const { files, mirror, hosts, scripts, log, now, pulse, signal } = options;
  const { plan } = options.operation;
  let { operation } = options;
  const beganAt = now();
  let detachedSince: number | null = null;
  let mayStart = options.isNew;
  let hasBegun = false;
  /** The state that is shown could not be kept. */
  let isUnkept = false;
  /** An answer to the start was lost: the unit may be there, whatever is refused from now on. */
  let isStartUnclear = !options.isNew;
  /** Of a reboot: the host runs another boot than the one it was asked on. */
  let cameBack = false;
  const wait = createHostWait(hosts, plan.hostId, signal, isReboot(operation) ? REBOOT_RETRY_MS : undefined);
  let end: UnitEnd | null =
    operation.exitCode === null ? null : { kind: 'ended', exitCode: operation.exitCode, hung: false };

  /** Ended before without an answer of the host: one more look, which says nothing unless it finds something. */
  const isSecondLook = () => operation.phase === 'ended';

  let keeping: Promise<void> = Promise.resolve();

  /** One after the other. A state is that of the operation once it is on the disk. */
  function update(changes: Partial<Operation>): Promise<void> {
    const kept = keeping.then(async () => {
      const next = { ...operation, ...changes, cancelRequested: await isCancelled() };
      await options.save(next);
      operation = next;
      isUnkept = false;
    });
    keeping = kept.catch(() => undefined);
    return kept;
  }

  async function isCancelled(): Promise<boolean> {
    return operation.cancelRequested || (await isMarkedCancelled(files));
  }

  /** A handshake, or a question to the user, may take minutes: who wants to end does not wait for it. */
  function unlessAborted<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(new BerthError('ssh.cancelled', { address: operation.target }));
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  async function say(text: string): Promise<void> {
    await mirror.say(text);
    pulse.beat();
  }

  async function finish(outcome: OperationOutcome, after: HostSnapshot | null): Promise<void> {
    await say(outcomeText(outcome));
    const exitCode = end?.kind === 'ended' ? end.exitCode : null;
    await update({ phase: 'ended', attached: false, detachedBecause: null, endedAt: now(), exitCode, after, outcome });
  }

  async function noteAttached(): Promise<void> {
    detachedSince = null;
    wait.reset();
    const isKnown = operation.attached && (operation.phase === 'running' || operation.phase === 'rebooting');
    if (isKnown && !isUnkept) return;
    const isBack = operation.phase !== 'starting';
    const phase = operation.phase === 'rebooting' ? 'rebooting' : 'running';
    await update({ phase, attached: true, detachedBecause: null, outcome: null, endedAt: null });
    if (isBack) await say(`attached again to ${plan.unit}`);
  }

  async function start(context: ActionContext): Promise<void> {
    let started: Started;
    try {
      await prepareEtc(context, plan, options.contents, files.folder);
      started = await startUnit(context, plan, operation.startedBy);
    } catch (error) {
      const reason = toFailure(error, log);
      // Rebooted since: had it been started, following tells so.
      if (reason.code === 'operation.plan-outdated' && isStartUnclear) {
        mayStart = false;
        return;
      }
      if (!isRefusedAtStart(reason)) isStartUnclear = true;
      throw error;
    }
    const { again, reportsProgress } = started;
    await say(again ? `unit ${plan.unit} runs already` : `unit ${plan.unit} started`);
    if (plan.reportsProgress && !reportsProgress) await say('this bootc does not report its progress');
    await noteAttached();
  }

  /** Whether a failure says that nothing runs on the host and nothing will. */
  function isRefusedAtStart({ code }: Failure): boolean {
    if (START_REFUSED.includes(code)) return true;
    const isRefused =
      code.startsWith('privilege.') ||
      code.startsWith('etc.') ||
      code === 'facts.needs-root' ||
      code === 'operation.plan-outdated';
    return isRefused && !isStartUnclear;
  }

  async function follow(context: ActionContext): Promise<UnitEnd> {
    return followUnit(context, plan.operationId, plan.before.bootId ?? '', {
      size: mirror.size,
      append: mirror.append,
      async flush() {
        await mirror.flush();
        pulse.beat();
      },
      onAttached: noteAttached,
    });
  }

  /** Reads the state of the host until bootc itself tells it, or has been asked often enough. */
  async function readAfter(): Promise<{ after: HostSnapshot | null; reason: Failure | null }> {
    for (let attempt = 1; ; attempt += 1) {
      const { after, reason } = await readOnce();
      if ((after && !reason) || attempt === VERIFY_ATTEMPTS || signal.aborted) return { after, reason };
      await pulse.next(pulse.beats, signal, VERIFY_PAUSE_MS);
    }
  }

  /** A host that answers and cannot tell its state is a result; one that cannot be reached is a rejection. */
  async function readOnce(): Promise<{ after: HostSnapshot | null; reason: Failure | null }> {
    try {
      const facts = await unlessAborted(hosts.readFacts(plan.hostId));
      const { deployments } = facts;
      const reason = facts.bootcFailure ?? (deployments.state === 'unknown' ? deployments.failure : null);
      const after = snapshotOf(facts);
      return { after: after && (await withEtc({ hosts, scripts, signal }, plan, after)), reason };
    } catch (error) {
      if (error instanceof BerthError && /^(?:facts|etc)\./.test(error.failure.code)) {
        return { after: null, reason: error.failure };
      }
      throw error;
    }
  }

  async function verify(found: UnitEnd): Promise<void> {
    const exitCode = found.kind === 'ended' ? found.exitCode : null;
    const quiet = isSecondLook();
    if (operation.phase !== 'verifying' && !quiet) {
      await say(`${unitEndWords(found)}, reading the state again`);
      await update({
        phase: 'verifying',
        attached: true,
        detachedBecause: null,
        exitCode,
        outcome: null,
        endedAt: null,
      });
    }
    const { after, reason } = await readAfter();
    if (signal.aborted) return;
    const outcome = proveOutcome({
      request: plan.request,
      tool: plan.tool,
      exitCode,
      hung: found.kind === 'ended' && found.hung,
      cameBack,
      cancelRequested: await isCancelled(),
      before: plan.before,
      after,
      afterFailure: reason,
      stderrTail: await tailOf(files.mirror('stderr'), STDERR_TAIL),
    });
    if (quiet && isWorthAnotherLook(outcome)) return;
    await finish(outcome, after);
  }

  /** Whether the host is to go down now: its unit was told so, or went with it. */
  function mayReboot(found: UnitEnd): boolean {
    if (!isReboot(operation) || found.kind === 'not-started') return false;
    return found.kind !== 'ended' || found.exitCode === 0 || found.exitCode === TERMINATED;
  }

  async function comeBack(context: ActionContext): Promise<'back' | 'stayed'> {
    if (operation.phase !== 'rebooting' && !isSecondLook()) {
      await say('the host was told to reboot');
      await update({ phase: 'rebooting', attached: true, detachedBecause: null });
    }
    return awaitReboot(context, {
      operation: () => operation,
      isCancelled,
      async note(reboot, text) {
        if (text !== null) await say(text);
        // A second look says nothing before it has found out.
        if (isSecondLook()) operation = { ...operation, reboot };
        else await update({ reboot, attached: true, detachedBecause: null });
      },
      pause: (ms) => pulse.next(pulse.beats, signal, ms),
      now,
    });
  }

  /** The connection was lost on the way down. */
  async function noteGone(): Promise<void> {
    const { reboot, phase } = operation;
    if (reboot?.goneAt !== null || (phase !== 'running' && phase !== 'rebooting')) return;
    await say('the host is gone, waiting for it to come back');
    await update({ phase: 'rebooting', reboot: { ...reboot, goneAt: now() } });
  }

  /** What is said before the first attempt. */
  async function begin(): Promise<void> {
    if (hasBegun) return;
    // Kept by an owner that was killed: nobody is attached.
    if (!options.isNew && !isSecondLook()) await update({ attached: false });
    if (options.isNew) await say(`confirmed by ${operation.startedBy}, starting on ${operation.target}`);
    hasBegun = true;
  }

  /** One attempt over one connection. True when the operation has ended. */
  async function attempt(): Promise<boolean> {
    await begin();
    if (!hosts.host(plan.hostId)) {
      await finish({ kind: 'unknown', failure: failure('operation.host-gone') }, null);
      return true;
    }
    const connection = await unlessAborted(
      // Whatever a reboot has cut off, its own start or the last look among it, is looked for at the pace of `wait`.
      hosts.connect(plan.hostId, isReboot(operation) ? 'retry' : 'background'),
    );
    detachedSince = null;
    const root = rootToTry(hosts.rootAccess(plan.hostId));
    const context: ActionContext = { connection, scripts, root, signal };
    if (operation.phase === 'starting' && mayStart && now() - beganAt < START_PATIENCE_MS && !(await isCancelled())) {
      await start(context);
    }
    // Asked for while the host was not reachable, or while the unit was not there yet.
    if (!end && (await isCancelled())) await cancelUnit(context, plan.operationId).catch(() => undefined);
    end ??= await follow(context);
    if (end.kind === 'not-started' && operation.phase === 'starting') {
      if (await isCancelled()) {
        await finish({ kind: 'cancelled' }, null);
        return true;
      }
      const detail = 'the host knows nothing of it';
      await finish({ kind: 'failed', failure: failure('operation.start-failed', { detail }), staged: false }, null);
      return true;
    }
    if (mayReboot(end)) cameBack = (await comeBack(context)) === 'back';
    await verify(end);
    return !signal.aborted;
  }

  /** An attempt has failed. True when that ends the operation. */
  async function detach(reason: Failure): Promise<boolean> {
    if (operation.phase === 'starting' && isRefusedAtStart(reason)) {
      await finish({ kind: 'failed', failure: reason, staged: false }, null);
      return true;
    }
    if (!isOfOwnDisk(reason)) {
      detachedSince ??= now();
      if (now() - detachedSince >= GONE_AFTER_MS) {
        await finish({ kind: 'unknown', failure: failure('operation.host-gone') }, null);
        return true;
      }
      if (isReboot(operation) && !operation.cancelRequested) await noteGone();
    }
    await mirror.flush();
    if (operation.attached || operation.detachedBecause?.code !== reason.code) {
      await update({ attached: false, detachedBecause: reason });
      await say(`not attached: ${describe(reason).text}`);
    }
    return false;
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      let reason: Failure;
      try {
        if (await attempt()) return;
        continue;
      } catch (error) {
        if (signal.aborted || isSecondLook()) return;
        reason = toFailure(error, log);
      }
      try {
        if (await detach(reason)) return;
      } catch (error) {
        // A full disk is no end: the host goes on, and what it writes is fetched when there is room.
        reason = toFailure(error, log);
        if (!isOfOwnDisk(reason)) throw error;
        isUnkept = true;
        options.show({ ...operation, attached: false, detachedBecause: reason });
      }
      await wait.next(reason, Math.max(0, (detachedSince ?? now()) + GONE_AFTER_MS - now()));
    }
  }

  const done = run().then(
    () => 'over' as const,
    (error: unknown) => {
      log.error('operation-lost', 'An operation can no longer be kept', error, { operation: plan.operationId });
      return 'lost' as const;
    },
  );
  return { done, noteCancel: () => update({}) };
}

/** Whether it is this computer that cannot keep the operation, and not the host that cannot be reached. */
function isOfOwnDisk({ code }: Failure): boolean {
  return code.startsWith('store.');
}

function toFailure(error: unknown, log: Log): Failure {
  if (error instanceof BerthError) return error.failure;
  return failure('internal', { logId: log.error('operation-run', 'Following an operation failed', error) });
}
