import type { FleetEvent, FleetRow } from '../model/fleet.ts';

/**
 * The fleet as a page holds it: the projection of `fleet.watch`. `revision` null: no snapshot yet.
 * `gap`: a delta was missed, the rows may be wrong; ask for a new snapshot (watch again).
 */
export interface FleetState {
  readonly revision: number | null;
  readonly rows: ReadonlyMap<string, FleetRow>;
  readonly gap: boolean;
}

/** Before the first snapshot. */
export const emptyFleet: FleetState = { revision: null, rows: new Map(), gap: false };

/**
 * The next state. A snapshot replaces everything; a delta counts only as the next revision: one that was seen already changes
 * nothing, one that comes too early (or before any snapshot) leaves the rows and raises `gap`, until a snapshot clears it.
 */
export function applyFleetEvent(state: FleetState, event: FleetEvent): FleetState {
  if (event.kind === 'snapshot') {
    return { revision: event.revision, rows: new Map(event.rows.map((row) => [row.id, row])), gap: false };
  }
  if (state.gap) return state;
  if (state.revision === null || event.revision > state.revision + 1) return { ...state, gap: true };
  if (event.revision <= state.revision) return state;
  const rows = new Map(state.rows);
  for (const row of event.upserts) rows.set(row.id, row);
  for (const id of event.removed) rows.delete(id);
  return { revision: event.revision, rows, gap: false };
}
