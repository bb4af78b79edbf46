/**
 * How many handshakes run at a time: each costs a core some milliseconds of arithmetic, and sshd on a jump host counts
 * unauthenticated connections (MaxStartups 10).
 */
const MAX_HANDSHAKES = 8;

/** A place in the line for a handshake. */
export interface HandshakeTicket {
  /** Resolves when the handshake may begin; also when `signal` aborts, which the caller has to look at. */
  admitted(signal: AbortSignal): Promise<void>;
  /** Puts it before all that nobody waits for. */
  promote(): void;
  /** Gives the place back. May be called more than once. */
  leave(): void;
}

/** A line in which those that a person waits for stand before the others. */
export interface HandshakeQueue {
  enter(isUrgent: boolean): HandshakeTicket;
  /** How many run now. */
  running(): number;
  /** From now on no more than so many run at a time. */
  setMax(max: number): void;
}

interface Waiting {
  isUrgent: boolean;
  admit: () => void;
}

export function createHandshakeQueue(initialMax: number = MAX_HANDSHAKES): HandshakeQueue {
  let max = initialMax;
  const line = new Set<Waiting>();
  let running = 0;

  function admitNext(): void {
    while (running < max && line.size > 0) {
      const [first] = line;
      const next = [...line].find(({ isUrgent }) => isUrgent) ?? first;
      if (!next) return;
      line.delete(next);
      running += 1;
      next.admit();
    }
  }

  return {
    running: () => running,
    setMax(next) {
      max = next;
      admitNext();
    },
    enter(isUrgent) {
      let isRunning = false;
      let hasLeft = false;
      let wake: () => void = () => undefined;
      const waiting: Waiting = {
        isUrgent,
        admit() {
          isRunning = true;
          wake();
        },
      };
      line.add(waiting);
      return {
        admitted(signal) {
          admitNext();
          if (isRunning || hasLeft || signal.aborted) return Promise.resolve();
          return new Promise((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        },
        promote() {
          waiting.isUrgent = true;
        },
        leave() {
          if (hasLeft) return;
          hasLeft = true;
          line.delete(waiting);
          if (!isRunning) return;
          running -= 1;
          admitNext();
        },
      };
    },
  };
}
