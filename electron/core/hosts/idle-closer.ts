/** A connection that nobody looks at, and over which nothing runs, is kept for so long: whoever comes back finds it open. */
export const IDLE_MS = 15 * 60_000;
/** Between two looks. */
const LOOK_MS = 60_000;

export interface IdleCloserOptions {
  readonly connected: () => readonly string[];
  /** On a screen, being read, or with an operation or a terminal that goes on. */
  readonly isInUse: (hostId: string) => boolean;
  readonly close: (hostId: string) => void;
  readonly now: () => number;
  readonly idleMs?: number | undefined;
}

/** Closes idle connections until it is disposed: one timer for all of them. */
export interface IdleCloser {
  /** The host was used just now. */
  touch(hostId: string): void;
  dispose(): void;
}

export function createIdleCloser(options: IdleCloserOptions): IdleCloser {
  const { connected, isInUse, close, now, idleMs = IDLE_MS } = options;
  let usedAt = new Map<string, number>();

  const timer = setInterval(() => {
    const seen = new Map<string, number>();
    for (const hostId of connected()) {
      const at = isInUse(hostId) ? now() : (usedAt.get(hostId) ?? now());
      if (now() - at >= idleMs) close(hostId);
      else seen.set(hostId, at);
    }
    usedAt = seen;
  }, LOOK_MS);
  timer.unref();

  return {
    touch: (hostId) => void usedAt.set(hostId, now()),
    dispose: () => clearInterval(timer),
  };
}
