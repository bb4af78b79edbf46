import { toFleetRow } from '../../../shared/logic/fleet-row.ts';
import type { FleetEvent, FleetRow, HostDetail } from '../../../shared/model/fleet.ts';
import type { EtcService } from '../etc/etc-service.ts';
import type { LastChecks } from '../operations/last-checks.ts';
import type { Operations } from '../operations/operations.ts';
import { watchChanges } from '../streams/watch-changes.ts';
import type { HostRegistry } from './host-registry.ts';

/** Changes of this long are sent together: fast enough for an eye, slow enough for 5,000 hosts that connect at once. */
export const DELTA_INTERVAL_MS = 50;

/** The hosts as a page sees them: rows for the fleet, details for one host, each as a stream. */
export interface FleetView {
  row(hostId: string): FleetRow | null;
  detail(hostId: string): HostDetail | null;
  /** A snapshot, then deltas; ends when `signal` aborts. */
  watch(signal: AbortSignal): AsyncGenerator<FleetEvent>;
  /** The detail of one host now and after every change; ends when the host is removed or `signal` aborts. */
  watchHost(hostId: string, signal: AbortSignal): AsyncGenerator<HostDetail>;
}

export interface FleetViewOptions {
  readonly registry: HostRegistry;
  readonly operations: Operations;
  readonly lastChecks: LastChecks;
  readonly etc: Pick<EtcService, 'summary' | 'blockers' | 'onChange'>;
  readonly now: () => number;
}

export function createFleetView({ registry, operations, lastChecks, etc, now }: FleetViewOptions): FleetView {
  function detail(hostId: string): HostDetail | null {
    const state = registry.state(hostId);
    if (!state) return null;
    const blockers = etc.blockers(hostId);
    return {
      ...state,
      runningOperationId: operations.running(hostId)?.operation.id ?? null,
      lastCheck: lastChecks.of(hostId),
      etc: etc.summary(hostId),
      etcBlockers: blockers && [...blockers],
    };
  }

  function row(hostId: string): FleetRow | null {
    const known = detail(hostId);
    return known && toFleetRow(known, operations.running(hostId), now());
  }

  /** The ids of hosts whose row changes, in batches. */
  const changesOf = (only: string | null, signal: AbortSignal) =>
    watchChanges<string>(
      (listener) => {
        const note = (hostId: string) => {
          if (only === null || hostId === only) listener(hostId);
        };
        const stop = [
          registry.onChange(note),
          operations.onChange(({ plan }) => note(plan.hostId)),
          etc.onChange(note),
          lastChecks.onChange(note),
        ];
        return () => {
          for (const unsubscribe of stop) unsubscribe();
        };
      },
      signal,
      (hostId) => hostId,
      DELTA_INTERVAL_MS,
    );

  return {
    row,
    detail,
    async *watch(signal) {
      const changes = changesOf(null, signal);
      try {
        let revision = 0;
        yield { kind: 'snapshot', revision, rows: registry.ids().flatMap((id) => row(id) ?? []) };
        for (let batch = await changes.next(); batch; batch = await changes.next()) {
          const upserts: FleetRow[] = [];
          const removed: string[] = [];
          for (const id of batch) {
            const current = row(id);
            if (current) upserts.push(current);
            else removed.push(id);
          }
          revision += 1;
          yield { kind: 'delta', revision, upserts, removed };
        }
      } finally {
        changes.end();
      }
    },
    async *watchHost(hostId, signal) {
      const changes = changesOf(hostId, signal);
      try {
        for (;;) {
          const current = detail(hostId);
          if (!current) return;
          yield current;
          if (!(await changes.next())) return;
        }
      } finally {
        changes.end();
      }
    },
  };
}
