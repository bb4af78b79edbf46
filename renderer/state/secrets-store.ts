import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SecretsState } from '../../shared/model/secret.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import { failureText } from './failure-of.ts';
import { follow } from './follow.ts';
import type { ToastsStore } from './toasts-store.ts';

export interface SecretsStore extends StoreApi<SecretsState> {
  dispose(): void;
}

/** A projection of `secret.watch`. What the keychain did not take is told: whoever asked for it believes that it did. */
export function createSecretsStore(client: BerthConnection['client'], toasts: ToastsStore): SecretsStore {
  const store = createStore<SecretsState>()(() => ({ secrets: [], problem: null }));
  let isFirst = true;
  const stop = follow({
    open: (signal) => client.secret.watch(undefined, { signal }),
    onValue(state) {
      const before = store.getState().problem;
      store.setState(state, true);
      const isNews = state.problem !== null && JSON.stringify(state.problem) !== JSON.stringify(before);
      if (isNews && !isFirst && state.problem) toasts.add({ tone: 'danger', text: failureText(state.problem) });
      isFirst = false;
    },
  });
  return { ...store, dispose: stop };
}
