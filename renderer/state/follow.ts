/** Waits between attempts to watch again, in milliseconds: quick at first, then patient enough for a core that is restarted. */
const BACK_OFF_MS = [250, 500, 1000, 2000, 5000] as const;

export interface Follower<T> {
  /** Starts the stream; called again when it breaks. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<T>>;
  /** Returning `'again'` drops the stream and opens a new one at once (a gap was seen). */
  readonly onValue: (value: T) => unknown;
  /** Whether values arrive at the moment. */
  readonly onLive?: (live: boolean) => void;
}

/** Watches something of the core for as long as the page wants it. Returns the function that stops. */
export function follow<T>({ open, onValue, onLive }: Follower<T>): () => void {
  const stopped = new AbortController();
  void (async () => {
    for (let attempt = 0; !stopped.signal.aborted; attempt += 1) {
      const round = new AbortController();
      const endRound = () => round.abort();
      stopped.signal.addEventListener('abort', endRound);
      let again = false;
      try {
        for await (const value of await open(round.signal)) {
          if (stopped.signal.aborted) return;
          attempt = 0;
          onLive?.(true);
          if (onValue(value) === 'again') {
            again = true;
            break;
          }
        }
      } catch {
        // A broken stream says nothing that the next attempt does not say better; a lost core shows in the frame.
      } finally {
        stopped.signal.removeEventListener('abort', endRound);
        round.abort();
      }
      if (stopped.signal.aborted) return;
      onLive?.(false);
      if (!again) await pause(BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length - 1)] ?? 0, stopped.signal);
    }
  })();
  return () => stopped.abort();
}

function pause(duration: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, duration);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
