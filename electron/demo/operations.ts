import { decideVerb } from './decide-verb.ts';
import type { DemoCall, DemoPower } from './decision.ts';
import type { HostState } from './host-state.ts';
import { unitScript, type UnitScript } from './unit-script.ts';

/** The files of an operation below /run/berth that a follower reads. */
export type OperationFile = 'stdout' | 'stderr' | 'progress';

/** One operation on a simulated host. What it has printed follows from the clock: nothing runs while nobody looks. */
export interface DemoOperation {
  readonly unit: string;
  readonly verb: string;
  /** Of the host when it began. */
  readonly softReboots: number;
  readonly reportsProgress: boolean;
  /** What its end asks of the host, and when, epoch ms; null: nothing. */
  readonly power: (DemoPower & { readonly at: number }) | null;
  /** What a file holds from `offset` on, as far as it was written until `now`. All of it is ASCII: characters are bytes. */
  read(file: OperationFile, offset: number, now: number): string;
  hasEnded(now: number): boolean;
  /** Null while the unit runs. */
  exitCode(now: number): number | null;
  /** Milliseconds until something more is written or the unit ends; null when it has ended. */
  nextChangeIn(now: number): number | null;
  /** Stops the unit; true when it ran. */
  cancel(now: number): boolean;
  /** The host as the unit left it, once, after it has ended. */
  settle(state: HostState, now: number): HostState;
}

/** Verbs with which bootc can tell its progress. */
const WITH_PROGRESS = ['upgrade', 'download', 'switch'];
/** The exit code of a tool that was stopped: 128 + TERM. */
const STOPPED = 143;

/** `pace`: how long everything takes, 1 as shown to people, less in tests. `id` names the operation, 12 hex. */
export function createOperation(
  state: HostState,
  call: DemoCall,
  { id, startedAt, pace }: { readonly id: string; readonly startedAt: number; readonly pace: number },
): DemoOperation {
  const { task, effect, power } = decideVerb(state, call);
  const { durationMs, exitCode } = unitScript(task);
  const unit = `berth-${call.verb}-${id}`;
  const endsAt = startedAt + durationMs * pace;
  // A hundred kilobytes for each run: kept for as long as somebody reads them, and made again after that.
  let script: WeakRef<UnitScript> | null = null;
  let stoppedAt: number | null = null;
  let settled = false;

  function wholeScript(): UnitScript {
    const kept = script?.deref();
    if (kept) return kept;
    const made = unitScript(task);
    script = new WeakRef(made);
    return made;
  }
  const elapsed = (now: number) => (Math.min(now, stoppedAt ?? now) - startedAt) / pace;
  const hasEnded = (now: number) => stoppedAt !== null || now >= endsAt;

  return {
    unit,
    verb: call.verb,
    softReboots: state.softReboots,
    reportsProgress: call.tool === 'bootc' && WITH_PROGRESS.includes(call.verb),
    power: power && { ...power, at: endsAt + power.afterMs * pace },
    hasEnded,
    read(file, offset, now) {
      const until = elapsed(now);
      let position = 0;
      let text = '';
      for (const piece of wholeScript()[file]) {
        if (piece.at > until) break;
        const end = position + piece.text.length;
        if (end > offset) text += piece.text.slice(Math.max(0, offset - position));
        position = end;
      }
      return text;
    },
    exitCode: (now) => (stoppedAt !== null ? STOPPED : now >= endsAt ? exitCode : null),
    nextChangeIn(now) {
      if (hasEnded(now)) return null;
      const since = elapsed(now);
      const { stdout, stderr, progress } = wholeScript();
      const next = [stdout, stderr, progress].map((pieces) => pieces.find(({ at }) => at > since)?.at ?? durationMs);
      return Math.max(1, Math.ceil((Math.min(...next) - since) * pace));
    },
    cancel(now) {
      if (hasEnded(now)) return false;
      stoppedAt = now;
      return true;
    },
    settle(host, now) {
      if (settled || !hasEnded(now)) return host;
      settled = true;
      return stoppedAt === null ? effect(host, { at: endsAt, by: `${unit}.service` }) : host;
    },
  };
}
