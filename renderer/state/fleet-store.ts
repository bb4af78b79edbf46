import { createStore, type StoreApi } from 'zustand/vanilla';
import { applyFleetEvent, emptyFleet, type FleetState } from '../../shared/logic/fleet-state.ts';
import type { FleetEvent } from '../../shared/model/fleet.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import { follow } from './follow.ts';
import { createFrameBatch } from './frame-batch.ts';

/** The fleet as this page knows it. `live` false: the stream is broken, and what is shown may be old. */
export interface FleetSlice extends FleetState {
  readonly live: boolean;
}

export interface FleetStore extends StoreApi<FleetSlice> {
  dispose(): void;
}

/** A projection of `fleet.watch`: a snapshot, then deltas, at most one change a frame. */
export function createFleetStore(client: BerthConnection['client']): FleetStore {
  const store = createStore<FleetSlice>()(() => ({ ...emptyFleet, live: false }));
  let restart = false;
  const batch = createFrameBatch<FleetEvent>((events) => {
    const next = events.reduce<FleetState>(applyFleetEvent, store.getState());
    restart = next.gap;
    store.setState({ ...next, live: true });
  });
  const stop = follow({
    open: (signal) => client.fleet.watch(undefined, { signal }),
    onValue(event) {
      batch.add(event);
      if (!restart) return undefined;
      restart = false;
      return 'again';
    },
    onLive: (live) => {
      if (store.getState().live && !live) store.setState({ live });
    },
  });
  return {
    ...store,
    dispose() {
      stop();
      batch.dispose();
    },
  };
}
