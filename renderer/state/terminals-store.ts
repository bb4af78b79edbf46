import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TerminalInfo } from '../../shared/model/terminal.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import { follow } from './follow.ts';

/** The terminals of the core by id, in the order they were opened in. `loaded` false: nothing has been told yet. */
export interface TerminalsSlice {
  readonly terminals: ReadonlyMap<string, TerminalInfo>;
  readonly loaded: boolean;
}

export interface TerminalsStore extends StoreApi<TerminalsSlice> {
  /** Begins to watch; a start waits for more urgent things first. Idempotent. */
  start(): void;
  /** What a call has just answered, before the stream tells it. */
  put(terminal: TerminalInfo): void;
  dispose(): void;
}

/** A projection of `terminal.watch`. */
export function createTerminalsStore(client: BerthConnection['client']): TerminalsStore {
  const store = createStore<TerminalsSlice>()(() => ({ terminals: new Map(), loaded: false }));
  let stop: (() => void) | null = null;
  let disposed = false;

  function put(terminal: TerminalInfo): void {
    store.setState({ terminals: new Map(store.getState().terminals).set(terminal.id, terminal) });
  }

  return {
    ...store,
    put,
    start() {
      if (stop || disposed) return;
      stop = follow({
        open: (signal) => client.terminal.watch(undefined, { signal }),
        onValue(event) {
          if (event.kind === 'snapshot') {
            store.setState({ terminals: new Map(event.terminals.map((each) => [each.id, each])), loaded: true });
          } else if (event.kind === 'upsert') put(event.terminal);
          else {
            const terminals = new Map(store.getState().terminals);
            terminals.delete(event.id);
            store.setState({ terminals });
          }
        },
      });
    },
    dispose() {
      disposed = true;
      stop?.();
    },
  };
}
