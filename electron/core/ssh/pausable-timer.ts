/** A deadline that stands still while `pause`d. Calls back once, unless cleared. */
export interface PausableTimer {
  /** May be nested: it goes on after as many `resume`s. */
  pause(): void;
  resume(): void;
  clear(): void;
}

export function startPausableTimer(durationMs: number, onElapsed: () => void): PausableTimer {
  let remaining = durationMs;
  let pauses = 0;
  let startedAt = performance.now();
  let timer: NodeJS.Timeout | null = setTimeout(onElapsed, remaining);
  let cleared = false;

  return {
    pause() {
      pauses += 1;
      if (pauses > 1 || !timer) return;
      clearTimeout(timer);
      timer = null;
      remaining -= performance.now() - startedAt;
    },
    resume() {
      pauses -= 1;
      if (pauses > 0 || cleared) return;
      startedAt = performance.now();
      timer = setTimeout(onElapsed, Math.max(0, remaining));
    },
    clear() {
      cleared = true;
      if (timer) clearTimeout(timer);
    },
  };
}
