import type { Operation, RebootTimes } from '../../../shared/model/operation.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { parseAssignments } from '../../../shared/parse/sections.ts';
import { runScript } from '../ssh/run-script.ts';
import type { ActionContext } from './host-actions.ts';

/** How often a host that goes down or comes up is looked at. */
const LOOK_MS = 1_000;
/** How often, while the time of a reboot that was asked for is still to come. */
const LOOK_AT_DELAY_MS = 10_000;
/** A host that was told to reboot and has not gone down for so long does not: an inhibitor, or a shutdown that was taken back. */
const GOES_DOWN_MS = 6 * 60_000;
/** A boot that has not come to rest after this long is judged as it is then. */
const SETTLES_MS = 10 * 60_000;
const READ_TIMEOUT_MS = 30_000;

/** Whether an operation takes the host down and brings it up again. */
export function isReboot({ plan }: Pick<Operation, 'plan'>): boolean {
  return plan.request.verb === 'reboot' || plan.request.verb === 'soft-reboot';
}

export interface RebootWatch {
  /** The state now; replaced by `note`. */
  readonly operation: () => Operation;
  readonly isCancelled: () => Promise<boolean>;
  /** Keeps the times of the reboot, with a word for the log where something has happened. */
  readonly note: (times: RebootTimes, text: string | null) => Promise<void>;
  readonly pause: (ms: number) => Promise<void>;
  readonly now: () => number;
}

/**
 * Waits at a host that was told to reboot until it runs its new boot and has come to rest. Resolves with `back`; with `stayed` when the
 * reboot was taken back, or does not come. Rejects when the connection is lost, which is how most hosts go: whoever is connected again begins here anew.
 */
export async function awaitReboot(context: ActionContext, watch: RebootWatch): Promise<'back' | 'stayed'> {
  const { plan } = watch.operation();
  const { pause, now } = watch;
  for (;;) {
    const boot = await readBoot(context, plan.operationId);
    const times = watch.operation().reboot ?? { askedAt: now(), goneAt: null, backAt: null, usualMs: null };
    if (boot.bootId !== plan.before.bootId || boot.softRebooted) {
      if (times.backAt === null) {
        const back = { ...times, goneAt: times.goneAt ?? now(), backAt: now() };
        await watch.note(back, 'the host is back, waiting until it has come to rest');
      } else if (!boot.isStarting || now() - times.backAt >= SETTLES_MS) return 'back';
      if (!boot.isStarting) return 'back';
    } else if (boot.inMs === null) {
      if ((await watch.isCancelled()) || now() - times.askedAt >= GOES_DOWN_MS) return 'stayed';
    } else if (Math.abs(now() + boot.inMs - times.askedAt) > LOOK_AT_DELAY_MS) {
      await watch.note({ ...times, askedAt: now() + boot.inMs }, null);
    }
    await pause(boot.inMs !== null && boot.inMs > 2 * LOOK_AT_DELAY_MS ? LOOK_AT_DELAY_MS : LOOK_MS);
    if (context.signal.aborted) throw new BerthError('ssh.cancelled', { address: watch.operation().target });
  }
}

interface BootState {
  readonly bootId: string;
  readonly softRebooted: boolean;
  /** Milliseconds until the shutdown that is to come; null: none is. */
  readonly inMs: number | null;
  readonly isStarting: boolean;
}

async function readBoot(context: ActionContext, operationId: string): Promise<BootState> {
  const { connection, scripts, root, signal } = context;
  const request = { script: 'probes/boot', args: [operationId], root, timeoutMs: READ_TIMEOUT_MS, signal };
  const frame = (await runScript(connection, scripts, request)).frames.find(({ name }) => name === 'boot');
  if (!frame?.complete) throw new BerthError('facts.incomplete', { section: 'boot' });
  const told = parseAssignments(frame.stdout);
  const scheduled = Number(told.get('scheduled'));
  return {
    bootId: told.get('boot-id') ?? '',
    softRebooted: told.get('soft-rebooted') === 'yes',
    inMs: scheduled > 0 ? Math.max(0, scheduled / 1000 - Number(told.get('now')) * 1000) : null,
    isStarting: ['initializing', 'starting'].includes(told.get('state') ?? ''),
  };
}

/** How long reboots of a host take from the order to the first answer: the median of those that came back; null: none did. */
export function usualReboot(past: readonly Operation[]): number | null {
  const spans = past
    .flatMap(({ reboot }) => (typeof reboot?.backAt === 'number' ? [reboot.backAt - reboot.askedAt] : []))
    .filter((span) => span >= 0)
    .sort((a, b) => a - b);
  return spans.at(Math.floor(spans.length / 2)) ?? null;
}
