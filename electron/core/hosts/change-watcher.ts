/** A host on the screen is asked this often whether anything changed; the question is one `stat` over the open connection. */
export const VISIBLE_INTERVAL_MS = 3_000;
/** A connected host that nobody looks at: often enough for the figures of the fleet, and a thousand of them cost little. */
export const HIDDEN_INTERVAL_MS = 60_000;

export interface ChangeWatcherOptions {
  /** Asks the host once. Never called again before it has settled. */
  readonly ask: () => Promise<void>;
  readonly isVisible: () => boolean;
}

/** Asks again and again until it is disposed; `hurry` is for a host that has just come onto the screen. */
export interface ChangeWatcher {
  hurry(): void;
  dispose(): void;
}

export function createChangeWatcher({ ask, isVisible }: ChangeWatcherOptions): ChangeWatcher {
  let timer: NodeJS.Timeout | null = null;
  let disposed = false;

  function schedule(): void {
    if (disposed) return;
    const interval = isVisible() ? VISIBLE_INTERVAL_MS : HIDDEN_INTERVAL_MS;
    // Spread over a fifth of the interval, so that hosts that came together do not stay in step.
    timer = setTimeout(run, interval * (0.9 + Math.random() * 0.2));
    timer.unref();
  }

  function run(): void {
    timer = null;
    ask().then(schedule, schedule);
  }

  schedule();
  return {
    hurry() {
      // Without a timer the question is on its way already.
      if (timer === null || disposed) return;
      clearTimeout(timer);
      run();
    },
    dispose() {
      disposed = true;
      if (timer) clearTimeout(timer);
    },
  };
}
