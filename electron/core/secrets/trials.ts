/** So long a success speaks for the same secret elsewhere: the hosts of a group that connect together do not wait for each other. */
const PROVEN_MS = 60_000;
/** Whoever tries it may have to wait for a person, at a second factor; the others do not, for longer than this. */
const WAIT_MS = 20_000;

/**
 * Who tries a secret that may be outdated. One at a time: a password that was changed meanwhile is refused once, and not by every host of
 * a group at the same moment, which would lock the account.
 */
export interface Trials {
  /** Resolves when it may be tried, because nobody else does or takes too long, and with what ends the trial; with null once `signal` aborts. */
  enter(key: string, signal: AbortSignal): Promise<((isProven: boolean) => void) | null>;
  /** It was taken somewhere just now. */
  prove(key: string): void;
  /** It is another one now, or none. */
  doubt(key: string): void;
}

export function createTrials(now: () => number, waitMs: number = WAIT_MS): Trials {
  const underway = new Map<string, Promise<void>>();
  const proven = new Map<string, number>();

  const prove = (key: string) => void proven.set(key, now());
  return {
    async enter(key, signal) {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
      for (let before = underway.get(key); before && !patience.aborted; before = underway.get(key)) {
        await unlessAborted(before, patience);
      }
      if (signal.aborted) return null;
      const provenAt = proven.get(key);
      if (provenAt !== undefined && now() - provenAt < PROVEN_MS) return () => undefined;
      let end: () => void = () => undefined;
      const trial = new Promise<void>((resolve) => {
        end = resolve;
      });
      underway.set(key, trial);
      return (isProven) => {
        if (underway.get(key) === trial) underway.delete(key);
        if (isProven) prove(key);
        end();
      };
    },
    prove,
    doubt: (key) => void proven.delete(key),
  };
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      signal.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end);
    void work.then(end);
  });
}
