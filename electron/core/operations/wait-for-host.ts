import { describe } from '../../../shared/errors/describe.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import type { RootAccess } from '../ssh/root-access.ts';

/** Between two attempts to reach a host again; connections that come up by themselves are noticed at once. */
const RETRY_MS = { first: 2_000, longest: 60_000 } as const;
/** How often it is looked whether the user gave a sudo password meanwhile. */
const ROOT_CHECK_MS = 1_000;

/** Waits for the next chance to reach one host. */
export interface HostWait {
  /** Resolves when it is worth another attempt, after `atMostMs`, or when the signal aborts. */
  next(reason: Failure, atMostMs: number): Promise<void>;
  /** The host was reached: the next waits are short again. */
  reset(): void;
}

/**
 * A host that was not reached is tried again, less and less often; one that refused is not, by itself: it waits for a connection that
 * a person made, or for the sudo password. `longestMs`: between two attempts.
 */
export function createHostWait(
  hosts: HostAccess,
  hostId: string,
  signal: AbortSignal,
  longestMs: number = RETRY_MS.longest,
): HostWait {
  let retryMs: number = RETRY_MS.first;

  return {
    reset() {
      retryMs = RETRY_MS.first;
    },
    next(reason, atMostMs) {
      if (signal.aborted) return Promise.resolve();
      const delay = retryMs;
      retryMs = Math.min(retryMs * 2, longestMs);
      return new Promise((resolve) => {
        const before = hosts.rootAccess(hostId);
        const wake = () => {
          unsubscribe();
          signal.removeEventListener('abort', wake);
          clearTimeout(timer);
          clearInterval(rootCheck);
          resolve();
        };
        const unsubscribe = hosts.onConnected((connected) => {
          if (connected === hostId) wake();
        });
        signal.addEventListener('abort', wake, { once: true });
        const timer = setTimeout(wake, describe(reason).retryable ? Math.min(delay, atMostMs) : atMostMs);
        const rootCheck = setInterval(() => {
          const current = hosts.rootAccess(hostId);
          if (isAboutRoot(reason) && current.kind !== 'none' && !isSameRoot(current, before)) wake();
        }, ROOT_CHECK_MS);
      });
    },
  };
}

function isAboutRoot({ code }: Failure): boolean {
  return code.startsWith('privilege.') || code === 'facts.needs-root';
}

function isSameRoot(a: RootAccess, b: RootAccess): boolean {
  if (a.kind === 'sudo-password' && b.kind === 'sudo-password') return a.password === b.password;
  return a.kind === b.kind;
}
