import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SourceState } from '../../shared/model/source.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import { follow } from './follow.ts';

/** The places that hosts were imported from, and what changed there. */
export interface SourcesSlice {
  readonly sources: readonly SourceState[];
}

export interface SourcesStore extends StoreApi<SourcesSlice> {
  dispose(): void;
}

/** A projection of `source.watch`. */
export function createSourcesStore(client: BerthConnection['client']): SourcesStore {
  const store = createStore<SourcesSlice>()(() => ({ sources: [] }));
  const stop = follow({
    open: (signal) => client.source.watch(undefined, { signal }),
    onValue: (sources) => store.setState({ sources }),
  });
  return { ...store, dispose: stop };
}
