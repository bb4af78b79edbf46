import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bulk } from '../../shared/model/bulk.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import { follow } from './follow.ts';

/** Bulks of late, newest first. */
export interface BulksSlice {
  readonly bulks: readonly Bulk[];
}

export interface BulksStore extends StoreApi<BulksSlice> {
  dispose(): void;
}

/** A projection of `bulk.watch`. */
export function createBulksStore(client: BerthConnection['client']): BulksStore {
  const store = createStore<BulksSlice>()(() => ({ bulks: [] }));
  const stop = follow({
    open: (signal) => client.bulk.watch(undefined, { signal }),
    onValue: (bulks) => store.setState({ bulks }),
  });
  return { ...store, dispose: stop };
}
