import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { Bulk, BulkHost } from '../../../shared/model/bulk.ts';
import type { Cell } from './connection.ts';
import { NOW } from './hosts.ts';

/** A bulk whose hosts are in these states, in order. */
export function bulkOf(states: readonly Partial<BulkHost>[], change: Partial<Bulk> = {}): Bulk {
  return {
    id: 'b0b0b0b0b0b0',
    request: { verb: 'upgrade' },
    startedBy: 'jb@desk',
    startedAt: NOW,
    endedAt: null,
    atOnce: 8,
    stopOnFailure: false,
    stopped: null,
    hosts: states.map((state, index) => ({
      hostId: `h${index + 1}`,
      hostName: `web-0${index + 1}.ber`,
      operationId: String(index).padStart(12, '0'),
      state: 'waiting',
      outcome: null,
      failure: null,
      ...state,
    })),
    ...change,
  };
}

/** Answers `bulk.*`: what is begun runs. `calls` says what the page asked for. */
export function bulkProcedures(bulks: Cell<readonly Bulk[]>, calls: string[]) {
  const os = implement(contract);
  return {
    start: os.bulk.start.handler(({ input: { plans, atOnce, stopOnFailure } }) => {
      calls.push(`bulk.start ${plans.map(({ hostId }) => hostId).join()} ${String(atOnce)} ${String(stopOnFailure)}`);
      const bulk = bulkOf(
        plans.map(({ hostId, hostName, operationId }) => ({ hostId, hostName, operationId, state: 'running' })),
        { atOnce, stopOnFailure },
      );
      bulks.set([bulk, ...bulks.get()]);
      return bulk;
    }),
    stop: os.bulk.stop.handler(({ input }) => void calls.push(`bulk.stop ${input.id}`)),
    watch: os.bulk.watch.handler(async function* ({ signal }) {
      for await (const some of bulks.watch(signal)) yield [...some];
    }),
  };
}
