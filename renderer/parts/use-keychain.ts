import { useEffect, useState } from 'react';
import type { KeychainState } from '../../shared/model/secret.ts';
import { failureOf } from '../state/failure-of.ts';
import { useSession } from '../state/session-context.ts';

/** Whether the keychain can be used, asked once where it `matters`; null: not known yet. */
export function useKeychain(matters: boolean): KeychainState | null {
  const { client } = useSession();
  const [state, setState] = useState<KeychainState | null>(null);
  useEffect(() => {
    if (!matters) return;
    let isGone = false;
    const tell = (next: KeychainState) => {
      if (!isGone) setState(next);
    };
    client.secret.keychain().then(tell, (error: unknown) => tell({ kind: 'refused', failure: failureOf(error) }));
    return () => {
      isGone = true;
    };
  }, [client, matters]);
  return state;
}
