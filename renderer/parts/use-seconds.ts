import { useSyncExternalStore } from 'react';

/** The time in epoch milliseconds, once a second while `running`: for a running time or a countdown that is on the screen. */
export function useSeconds(running: boolean): number {
  return useSyncExternalStore(running ? subscribe : standStill, read);
}

/** Twice a second, so that none is left out; whole seconds, so that the page renders once for each. */
function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, 500);
  return () => clearInterval(timer);
}

const standStill = () => () => undefined;

function read(): number {
  return Math.floor(Date.now() / 1000) * 1000;
}
