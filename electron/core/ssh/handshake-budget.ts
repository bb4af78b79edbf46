import { BerthError } from '../../../shared/errors/failure.ts';
import { createHandshakeQueue, type HandshakeQueue } from './handshake-queue.ts';

/**
 * How many connections to one sshd may be unauthenticated at a time. From the 10th on it refuses by chance (MaxStartups 10:30:100);
 * one or two are left for whoever logs in by hand meanwhile.
 */
const MAX_UNAUTHENTICATED = 8;

/**
 * Lets as many handshakes with one sshd run at a time as it takes without losing any; the others wait. Other than the place in the
 * line of all handshakes, this one is kept while a person thinks about a question: sshd counts that connection all the same.
 */
export interface HandshakeBudget {
  /**
   * Runs `handshake` when it is its turn; also when `signal` has aborted, which it has to look at. One that the host cut off while
   * others were under way with it is tried again: such a host takes fewer than we thought (MaxStartups), and from then on gets fewer.
   */
  spend<T>(sshd: string, signal: AbortSignal, isUrgent: boolean, handshake: () => Promise<T>): Promise<T>;
}

export function createHandshakeBudget(max: number = MAX_UNAUTHENTICATED): HandshakeBudget {
  const lines = new Map<string, { readonly queue: HandshakeQueue; users: number }>();
  return {
    async spend(sshd, signal, isUrgent, handshake) {
      const line = lines.get(sshd) ?? { queue: createHandshakeQueue(max), users: 0 };
      lines.set(sshd, line);
      line.users += 1;
      try {
        for (;;) {
          const ticket = line.queue.enter(isUrgent);
          try {
            await ticket.admitted(signal);
            return await handshake();
          } catch (error) {
            const others = line.queue.running() - 1;
            if (!isCutOff(error) || others < 1 || signal.aborted) throw error;
            line.queue.setMax(others);
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

function isCutOff(error: unknown): boolean {
  return error instanceof BerthError && error.failure.code === 'ssh.reset';
}
