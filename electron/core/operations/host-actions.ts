import { BerthError } from '../../../shared/errors/failure.ts';
import { verbArguments } from '../../../shared/logic/verb-commands.ts';
import type { LogSource, OperationPlan } from '../../../shared/model/operation.ts';
import { lastLine } from '../../../shared/parse/text.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import { runScript, type ScriptResult } from '../ssh/run-script.ts';
import type { SshConnection } from '../ssh/ssh-connection.ts';
import { patienceOf } from './plan-operation.ts';

/** start.sh asks bootc about its options and systemd for a unit; both answer at once on a host that is not ill. */
const START_TIMEOUT_MS = 60_000;
const CANCEL_TIMEOUT_MS = 30_000;
/** follow.sh gives a sign of life every 5 s, 20 s where sleep knows no fractions; in between systemd is asked, which may be slow. */
const FOLLOW_SILENCE_MS = 90_000;

/** Exit codes of the frames of `native/actions/start.sh`. */
const REBOOTED = 65;
const TOOL_MISSING = 127;

/** A host at which something is to be done as root. */
export interface ActionContext {
  readonly connection: SshConnection;
  readonly scripts: NativeScripts;
  readonly root: RootAccess;
  readonly signal: AbortSignal;
}

/** How to try to become root. Where that has not been read yet, sudo without a password does no harm: it is refused, or works. */
export function rootToTry(known: RootAccess): RootAccess {
  return known.kind === 'none' ? { kind: 'sudo' } : known;
}

/** `again`: the unit was there already, from an attempt whose answer was lost. */
export interface Started {
  readonly again: boolean;
  readonly reportsProgress: boolean;
}

/**
 * Starts the unit of a plan; safe to repeat. Rejects with `operation.start-failed`, `operation.no-systemd-run`, `operation.plan-outdated`,
 * or with what `runScript` rejects with: then the unit may have been started.
 */
export async function startUnit(context: ActionContext, plan: OperationPlan, startedBy: string): Promise<Started> {
  const { connection, scripts, root, signal } = context;
  const { operationId, before, tool, request } = plan;
  const words = [tool, request.verb, ...verbArguments(request, before, tool)];
  const args = [operationId, before.bootId ?? '', startedBy, String(patienceOf(request, before)), ...words];
  const result = await runScript(connection, scripts, {
    script: 'actions/start',
    args,
    root,
    timeoutMs: START_TIMEOUT_MS,
    signal,
  });
  const frame = answerOf(result, 'start');
  if (frame.exitCode === 0) {
    return { again: /^again=yes$/m.test(frame.stdout), reportsProgress: /^progress=yes$/m.test(frame.stdout) };
  }
  if (frame.exitCode === REBOOTED) throw new BerthError('operation.plan-outdated');
  const detail = lastLine(frame.stderr) || `exit code ${String(frame.exitCode)}`;
  if (frame.exitCode === TOOL_MISSING && detail.startsWith('systemd-run')) {
    throw new BerthError('operation.no-systemd-run');
  }
  throw new BerthError('operation.start-failed', { detail });
}

/** Asks systemd to stop the unit; its end is seen by `followUnit`. Rejects with `operation.start-failed` or as `runScript` does. */
export async function cancelUnit(context: ActionContext, operationId: string): Promise<void> {
  const { connection, scripts, root, signal } = context;
  const result = await runScript(connection, scripts, {
    script: 'actions/cancel',
    args: [operationId],
    root,
    timeoutMs: CANCEL_TIMEOUT_MS,
    signal,
  });
  const frame = answerOf(result, 'cancel');
  if (frame.exitCode !== 0) throw new BerthError('operation.cancel-failed', { detail: lastLine(frame.stderr) });
}

/** How following ended, all bytes told. See `native/actions/follow.sh`. */
export type UnitEnd =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly hung: boolean }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'not-started' }
  | { readonly kind: 'rebooted' };

/** How a unit has ended, for the log. */
export function unitEndWords(end: UnitEnd): string {
  switch (end.kind) {
    case 'ended':
      return `unit ended, exit code ${String(end.exitCode)}`;
    case 'vanished':
    case 'not-started':
      return 'the unit is gone and left no exit code';
    case 'rebooted':
      return 'the host was rebooted meanwhile';
  }
}

export interface FollowHandlers {
  /** How many bytes of a source are known. */
  size(source: HostSource): number;
  /** New bytes, in order; nothing more is read from the host while the promise is pending. */
  append(source: HostSource, bytes: Uint8Array): Promise<void>;
  /** The end of a piece of the host's. */
  flush(): Promise<void>;
  /** The unit has begun and is followed. Called once at most. */
  onAttached(): Promise<void>;
}

/** The files of a host, in the order in which follow.sh takes their offsets. */
export const hostSources = ['stdout', 'stderr', 'progress'] as const satisfies readonly LogSource[];
export type HostSource = (typeof hostSources)[number];

/**
 * Follows the unit of an operation until it has ended. Resolves with the end; rejects as `runScript` does (also when the
 * host has fallen silent), and with `facts.incomplete` when the host stopped telling. What was handed to `append` is exact whenever it ends.
 */
export async function followUnit(
  { connection, scripts, root, signal }: ActionContext,
  operationId: string,
  bootId: string,
  handlers: FollowHandlers,
): Promise<UnitEnd> {
  let end: UnitEnd | null = null;
  let isAttached = false;
  let source: HostSource | null = null;
  let left = 0;
  let isOver = false;
  let busy: Promise<void> = Promise.resolve();
  /** A channel that was given up may still bring bytes: nothing is done with them. */
  const handle = (step: () => Promise<void>) => (isOver ? undefined : (busy = step()));

  const result = await runScript(connection, scripts, {
    script: 'actions/follow',
    args: [operationId, bootId, ...hostSources.map((name) => String(handlers.size(name)))],
    root,
    timeoutMs: null,
    silenceMs: FOLLOW_SILENCE_MS,
    signal,
    onFrameBegin: (name, args) =>
      handle(async () => {
        source = hostSources.find((candidate) => candidate === name) ?? null;
        if (name === 'state') end = readEnd(args);
        if (!isAttached && (source || args[0] === 'running')) {
          isAttached = true;
          await handlers.onAttached();
        }
        if (!source) return;
        const [offset, length] = args.map(Number);
        if (offset !== handlers.size(source)) throw new BerthError('facts.incomplete', { section: source });
        left = length ?? 0;
      }),
    onFrameData: (_name, bytes) =>
      handle(async () => {
        if (!source) return;
        // Where a connection is cut, the beginning of a marker looks like data: what was announced is what counts.
        const announced = bytes.subarray(0, left);
        left -= announced.length;
        await handlers.append(source, announced);
      }),
    onFrameEnd: () => handle(handlers.flush),
  }).finally(() => {
    isOver = true;
    return busy.catch(() => undefined);
  });
  if (end) return end;
  if (result.frames.length === 0)
    throw new BerthError('facts.no-shell', { user: connection.target.user, detail: lastLine(result.stray) });
  throw new BerthError('facts.incomplete', { section: 'the operation' });
}

function readEnd([word, code, how]: readonly string[]): UnitEnd | null {
  if (word === 'vanished' || word === 'not-started' || word === 'rebooted') return { kind: word };
  if (word === 'ended')
    return /^\d{1,3}$/.test(code ?? '')
      ? { kind: 'ended', exitCode: Number(code), hung: how === 'hung' }
      : { kind: 'vanished' };
  return null;
}

function answerOf(result: ScriptResult, name: string) {
  const frame = result.frames.find((candidate) => candidate.name === name);
  if (!frame?.complete) {
    throw frame
      ? new BerthError('facts.incomplete', { section: name })
      : new BerthError('operation.start-failed', { detail: lastLine(result.stray) || 'the host did not answer' });
  }
  return frame;
}
