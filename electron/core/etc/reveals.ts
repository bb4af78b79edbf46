import type { EtcReveal } from '../../../shared/model/etc.ts';
import { appendJsonLines } from '../store/append-log.ts';

/** Notes who has looked at which secret, never what it was. */
export interface Reveals {
  /** Resolves when it is on the disk: what could not be noted is not shown. Rejects with `store.write-failed`. */
  note(reveal: Omit<EtcReveal, 'at' | 'by'>): Promise<void>;
}

/** `path`: JSON lines, which the history reads. `by`: `user@workstation`. */
export function createReveals(path: string, by: string, now: () => number): Reveals {
  return {
    note: (reveal) => appendJsonLines(path, [{ ...reveal, at: now(), by } satisfies EtcReveal]),
  };
}
