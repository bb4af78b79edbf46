/**
 * Tells those who wait that something was written. Each beat has a number, so that one who looked before the beat and waits
 * after it does not miss it.
 */
export interface Pulse {
  readonly beats: number;
  beat(): void;
  /** Resolves after the first beat beyond `seen`, when `signal` aborts, or after `atMostMs`. */
  next(seen: number, signal: AbortSignal, atMostMs: number): Promise<void>;
}

export function createPulse(): Pulse {
  let beats = 0;
  const waiting = new Set<() => void>();
  return {
    get beats() {
      return beats;
    },
    beat() {
      beats += 1;
      for (const wake of [...waiting]) wake();
    },
    next(seen, signal, atMostMs) {
      if (beats !== seen || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, atMostMs);
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
  };
}
