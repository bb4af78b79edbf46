import { BerthError, type Failure } from '../../../shared/errors/failure.ts';
import type { ConnectManners } from './ssh-connection.ts';

/** A connection to a jump host, as far as sharing it needs to know. */
export interface JumpLink {
  readonly closed: boolean;
  onClose(listener: () => void): () => void;
  close(): void;
}

/** The use of a shared connection by one that goes through it. */
export interface JumpLease<L extends JumpLink> {
  readonly link: L;
  /** To be called when it is used no longer. More calls do nothing. */
  release(): void;
}

/**
 * One connection to each jump host, for all hosts behind it. It is opened when the first one wants it, waits are shared, and it is
 * closed a while after the last one has gone.
 */
export interface JumpHosts<L extends JumpLink> {
  /**
   * Resolves with the connection that `key` stands for, or with the one that `open` makes. What it fails with is everybody's who waits,
   * and for a moment also that of whoever comes next and may not ask: a jump host that refuses a login is not asked 300 times.
   */
  lease(
    key: string,
    signal: AbortSignal,
    manners: ConnectManners,
    open: (signal: AbortSignal, manners: ConnectManners) => Promise<L>,
  ): Promise<JumpLease<L>>;
  dispose(): void;
}

interface Attempt<L> {
  readonly controller: AbortController;
  readonly promise: Promise<L>;
  readonly waiting: Set<ConnectManners>;
  isAsking: boolean;
}

interface Entry<L> {
  link: L | null;
  attempt: Attempt<L> | null;
  users: number;
  idle: NodeJS.Timeout | null;
  failed: { readonly failure: Failure; readonly at: number } | null;
}

/** An unused connection stays so long: hosts that were cut come back over it. */
const IDLE_MS = 20_000;
/** So long a failure is that of all who come and may not ask. */
const FAILURE_HOLDS_MS = 10_000;

export function createJumpHosts<L extends JumpLink>(idleMs: number = IDLE_MS): JumpHosts<L> {
  const entries = new Map<string, Entry<L>>();

  function begin(entry: Entry<L>, open: (signal: AbortSignal, manners: ConnectManners) => Promise<L>): Attempt<L> {
    const controller = new AbortController();
    const waiting = new Set<ConnectManners>();
    const manners: ConnectManners = {
      mayAsk: () => [...waiting].some((one) => one.mayAsk()),
      onAsking(isAsking) {
        attempt.isAsking = isAsking;
        for (const one of waiting) one.onAsking(isAsking);
      },
    };
    const promise = Promise.resolve()
      .then(() => open(controller.signal, manners))
      .then(
        (link) => {
          if (entry.attempt === attempt) entry.attempt = null;
          entry.link = link;
          entry.failed = null;
          link.onClose(() => {
            if (entry.link === link) entry.link = null;
          });
          closeWhenIdle(entry);
          return link;
        },
        (error: unknown) => {
          if (entry.attempt === attempt) entry.attempt = null;
          const failure = error instanceof BerthError ? error.failure : null;
          if (failure && failure.code !== 'ssh.cancelled') entry.failed = { failure, at: performance.now() };
          throw error;
        },
      );
    // Everybody may have left before it ends.
    promise.catch(() => undefined);
    const attempt: Attempt<L> = { controller, promise, waiting, isAsking: false };
    entry.attempt = attempt;
    return attempt;
  }

  function closeWhenIdle(entry: Entry<L>): void {
    if (entry.idle) clearTimeout(entry.idle);
    entry.idle = null;
    if (entry.users > 0 || !entry.link) return;
    entry.idle = setTimeout(() => entry.link?.close(), idleMs);
    // Nobody waits for it: it keeps no process alive.
    entry.idle.unref();
  }

  function leaseOf(entry: Entry<L>, link: L): JumpLease<L> {
    let isReleased = false;
    entry.users += 1;
    closeWhenIdle(entry);
    return {
      link,
      release() {
        if (isReleased) return;
        isReleased = true;
        entry.users -= 1;
        closeWhenIdle(entry);
      },
    };
  }

  return {
    async lease(key, signal, manners, open) {
      let entry = entries.get(key);
      if (!entry) {
        entry = { link: null, attempt: null, users: 0, idle: null, failed: null };
        entries.set(key, entry);
      }
      if (entry.link && !entry.link.closed) return leaseOf(entry, entry.link);
      const { failed } = entry;
      if (!entry.attempt && failed && performance.now() - failed.at < FAILURE_HOLDS_MS && !manners.mayAsk()) {
        throw BerthError.of(failed.failure);
      }
      const attempt = entry.attempt ?? begin(entry, open);
      attempt.waiting.add(manners);
      if (attempt.isAsking) manners.onAsking(true);
      const link = await unlessAborted(attempt.promise, signal, () => {
        attempt.waiting.delete(manners);
        if (attempt.waiting.size > 0) return;
        if (entry.attempt === attempt) entry.attempt = null;
        attempt.controller.abort();
      });
      return leaseOf(entry, link);
    },
    dispose() {
      for (const { link, attempt, idle } of entries.values()) {
        if (idle) clearTimeout(idle);
        attempt?.controller.abort();
        link?.close();
      }
      entries.clear();
    },
  };
}

/** Who leaves does not take the work away from the others. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, onLeave: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      onLeave();
      reject(new BerthError('ssh.cancelled', { address: '' }));
    };
    if (signal.aborted) {
      leave();
      return;
    }
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
