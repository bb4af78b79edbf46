import { lastCheckOf, newerCheck, type LastCheck } from '../../../shared/logic/last-check.ts';
import type { Operations } from './operations.ts';

/** How far back in the history a proof is looked for at the start. Older ones are too old to call a host up to date. */
const LOOK_BACK = 500;

/** For each host the newest operation that proved that its registry had nothing newer. Follows the operations until disposed. */
export interface LastChecks {
  of(hostId: string): LastCheck | null;
  dispose(): void;
}

export async function createLastChecks(operations: Pick<Operations, 'list' | 'onChange'>): Promise<LastChecks> {
  const newest = new Map<string, LastCheck>();
  const note = (operation: Parameters<typeof lastCheckOf>[0]) => {
    const { hostId } = operation.plan;
    const check = newerCheck(newest.get(hostId) ?? null, lastCheckOf(operation));
    if (check) newest.set(hostId, check);
  };
  const unsubscribe = operations.onChange(note);
  for (const operation of await operations.list({ hostId: null, hostName: null, before: null, limit: LOOK_BACK }))
    note(operation);

  return { of: (hostId) => newest.get(hostId) ?? null, dispose: unsubscribe };
}
