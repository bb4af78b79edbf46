import { networkInterfaces } from 'node:os';

/** How often is looked: a connection that died in its sleep is found out soon, and a look costs microseconds. */
const INTERVAL_MS = 5_000;
/** A clock that went on for so much longer than the timer: the computer slept, not the process. */
const JUMP_MS = 10_000;

export interface WakeWatchOptions {
  /** The computer has slept, or its addresses have changed: what was connected may not be any more, what was not may be. */
  readonly onWake: () => void;
  readonly now?: (() => number) | undefined;
  /** The addresses of this computer in one line; those of the loopback do not count. */
  readonly addresses?: (() => string) | undefined;
}

/** Looks until it is disposed. Holds no process back from ending. */
export interface WakeWatch {
  dispose(): void;
}

export function startWakeWatch({ onWake, now = Date.now, addresses = ownAddresses }: WakeWatchOptions): WakeWatch {
  let lookedAt = now();
  let known = addresses();
  const timer = setInterval(() => {
    const since = now() - lookedAt;
    const current = addresses();
    const hasWoken = since > INTERVAL_MS + JUMP_MS;
    const hasMoved = current !== known;
    lookedAt += since;
    known = current;
    if (hasWoken || hasMoved) onWake();
  }, INTERVAL_MS);
  timer.unref();
  return { dispose: () => clearInterval(timer) };
}

function ownAddresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .sort()
    .join(' ');
}
