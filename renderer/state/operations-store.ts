import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Operation } from '../../shared/model/operation.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import { follow } from './follow.ts';

/** The running operations and the newest ended ones, by id. `loaded` false: nothing has been told yet. */
export interface OperationsSlice {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly loaded: boolean;
}

export interface OperationsStore extends StoreApi<OperationsSlice> {
  dispose(): void;
}

/** A projection of `operation.watch`. */
export function createOperationsStore(client: BerthConnection['client']): OperationsStore {
  const store = createStore<OperationsSlice>()(() => ({ operations: new Map(), loaded: false }));
  const stop = follow({
    open: (signal) => client.operation.watch(undefined, { signal }),
    onValue(event) {
      if (event.kind === 'snapshot') {
        store.setState({ operations: new Map(event.operations.map((each) => [each.id, each])), loaded: true });
        return;
      }
      const operations = new Map(store.getState().operations);
      operations.set(event.operation.id, event.operation);
      store.setState({ operations });
    },
  });
  return { ...store, dispose: stop };
}

/** The operations that go on at a host now, oldest first. */
export function runningOperations({ operations }: OperationsSlice): readonly Operation[] {
  return [...operations.values()]
    .filter(({ phase }) => phase !== 'ended')
    .sort((a, b) => a.startedAt - b.startedAt || a.id.localeCompare(b.id));
}
