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
  /**
   * The host refused one more channel. With others open its limit is lower than ours: ours is lowered to what is open, the
   * place is given back, and true says that waiting for another one is worth it.
   */
  lower(): boolean;
}

export function createSessionLimit(): SessionLimit {
  let limit = MAX_CHANNELS;
  let open = 0;
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
      admit();
    },
    lower() {
      open -= 1;
      if (open > 0) limit = open;
      const isWorthWaiting = open > 0;
      admit();
      return isWorthWaiting;
    },
  };
}
