/**
 * How many channels are open at a time on one connection. sshd allows MaxSessions of them (10 unless changed): 8 leaves
 * room for a shell of the user over the same connection.
 */
const MAX_CHANNELS = 8;

/** Hands out the channels of a connection, in the order of asking. */
export interface SessionLimit {
  /** Resolves when a channel may be opened. Every resolved call is followed by exactly one `release`. */
  acquire(): Promise<void>;
  release(): void;
  /** A channel that was never counted here, a shell, has been closed: the host may still count it. */
  freed(): void;
  /**
   * The host refused one more channel. With others open its limit is lower than ours: ours is lowered to what is open, the
   * place is given back, and true says that waiting for another one is worth it. So it is when one has just been closed: sshd
   * counts it until the process has ended.
   */
  lower(): Promise<boolean>;
}

/** How long after its last channel a host may still count it, and how soon it is asked again meanwhile. */
const SETTLE_MS = 1_000;
const AGAIN_MS = 25;

export function createSessionLimit(): SessionLimit {
  let limit = MAX_CHANNELS;
  let open = 0;
  let releasedAt = -Infinity;
  const waiting: (() => void)[] = [];

  function admit(): void {
    while (open < limit) {
      const next = waiting.shift();
      if (!next) return;
      open += 1;
      next();
    }
  }

  return {
    acquire() {
      return new Promise((resolve) => {
        waiting.push(resolve);
        admit();
      });
    },
    release() {
      open -= 1;
      releasedAt = performance.now();
      admit();
    },
    freed() {
      releasedAt = performance.now();
    },
    async lower() {
      const isAlone = open === 1;
      limit = Math.max(1, open - 1);
      const isWorthWaiting = !isAlone || performance.now() - releasedAt < SETTLE_MS;
      if (isAlone && isWorthWaiting) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      open -= 1;
      admit();
      return isWorthWaiting;
    },
  };
}
