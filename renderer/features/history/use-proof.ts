import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import type { HistoryProof } from '../../../shared/model/history.ts';
import { failureOf } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

export type ProofState =
  | { readonly kind: 'none' | 'running' }
  | { readonly kind: 'done'; readonly proof: HistoryProof }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The look over the whole history, when it is asked for. Leaving the page ends it. */
export function useProof(): { readonly state: ProofState; readonly verify: () => void } {
  const { client, announcer } = useSession();
  const [state, setState] = useState<ProofState>({ kind: 'none' });
  const current = useRef<AbortController | null>(null);
  useEffect(() => () => current.current?.abort(), []);

  const verify = useCallback(() => {
    current.current?.abort();
    const { signal } = (current.current = new AbortController());
    setState({ kind: 'running' });
    client.history.verify(undefined, { signal }).then(
      (proof) => {
        if (!signal.aborted) setState({ kind: 'done', proof });
      },
      (error: unknown) => {
        if (!signal.aborted) setState({ kind: 'failed', failure: failureOf(error) });
      },
    );
    announcer.say('Reading the history and every log');
  }, [client, announcer]);
  return { state, verify };
}
