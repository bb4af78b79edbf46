import { setTimeout as pause } from 'node:timers/promises';
import { BerthError } from '../../../shared/errors/failure.ts';
import { createHandshakeQueue, type HandshakeQueue } from './handshake-queue.ts';

/**
 * How many connections to one sshd may be unauthenticated at a time. From the 10th on it refuses by chance (MaxStartups 10:30:100);
 * one or two are left for whoever logs in by hand meanwhile.
 */
const MAX_UNAUTHENTICATED = 8;

/** So long, in ms, a busy sshd may still count a handshake that is over: it hears of it from a process of its own. */
const COUNTED_AFTER_MS = 2000;

/** Before the next try of one that was cut off alone, in ms: sshd has to look at its processes once. */
const NEXT_TRY_MS = 200;

/**
 * Lets as many handshakes with one sshd run at a time as it takes without losing any; the others wait. Other than the place in the
 * line of all handshakes, this one is kept while a person thinks about a question: sshd counts that connection all the same.
 */
export interface HandshakeBudget {
  /**
   * Runs `handshake` when it is its turn; also when `signal` has aborted, which it has to look at. One that the host cut off while
   * others were under way with it, or had just been, is tried again: such a host takes fewer than we thought (MaxStartups), and from
   * then on gets fewer.
   */
  spend<T>(sshd: string, signal: AbortSignal, isUrgent: boolean, handshake: () => Promise<T>): Promise<T>;
}

interface Line {
  readonly queue: HandshakeQueue;
  users: number;
  /** When a handshake last went through to its end; milliseconds of the monotonic clock. */
  settledAt: number;
}

export function createHandshakeBudget(max: number = MAX_UNAUTHENTICATED): HandshakeBudget {
  const lines = new Map<string, Line>();
  return {
    async spend(sshd, signal, isUrgent, handshake) {
      const line = lines.get(sshd) ?? { queue: createHandshakeQueue(max), users: 0, settledAt: -Infinity };
      lines.set(sshd, line);
      line.users += 1;
      try {
        for (;;) {
          const ticket = line.queue.enter(isUrgent);
          try {
            await ticket.admitted(signal);
            const begun = performance.now();
            const result = await attempt(handshake);
            if (!result.isCutOff) {
              line.settledAt = performance.now();
              return result.value;
            }
            const others = line.queue.running() - 1;
            const hadCompany = others > 0 || line.settledAt > begun - COUNTED_AFTER_MS;
            if (!hadCompany || signal.aborted) throw result.error;
            line.queue.setMax(Math.max(others, 1));
            if (others < 1) await pause(NEXT_TRY_MS, undefined, { signal }).catch(() => undefined);
          } finally {
            ticket.leave();
          }
        }
      } finally {
        line.users -= 1;
        if (line.users === 0) lines.delete(sshd);
      }
    },
  };
}

type Attempt<T> =
  { readonly isCutOff: false; readonly value: T } | { readonly isCutOff: true; readonly error: unknown };

async function attempt<T>(handshake: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { isCutOff: false, value: await handshake() };
  } catch (error) {
    if (error instanceof BerthError && error.failure.code === 'ssh.reset') return { isCutOff: true, error };
    throw error;
  }
}
