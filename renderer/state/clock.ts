import { useSyncExternalStore } from 'react';

/** How often ages on the page are told anew: the finest one shown is seconds, in the status bar. */
const TICK_MS = 5000;

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function read(): number {
  // Nobody ticked for a while (no listener, a laptop that slept), or the clock was set: an old time would make young facts look
  // to be of the future.
  if (Math.abs(Date.now() - now) >= TICK_MS) now = Date.now();
  return now;
}

/** The time in epoch milliseconds, kept young: the component renders again every few seconds. One clock for the page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}
