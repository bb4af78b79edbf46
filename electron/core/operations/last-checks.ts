import { lastCheckOf, newerCheck, type LastCheck } from '../../../shared/logic/last-check.ts';
import { createEmitter } from '../emitter.ts';
import type { Operations } from './operations.ts';

/** How far back in the history a proof is looked for at the start. Older ones are too old to call a host up to date. */
const LOOK_BACK = 500;

/** For each host the newest operation that proved that its registry had nothing newer. Follows the operations until disposed. */
export interface LastChecks {
  of(hostId: string): LastCheck | null;
  /** Calls back with a host of which one was found in the history. */
  onChange(listener: (hostId: string) => void): () => void;
  dispose(): void;
}

export async function createLastChecks(
  operations: Pick<Operations, 'list' | 'onChange' | 'known' | 'isKnown'>,
): Promise<LastChecks> {
  const changed = createEmitter<string>();
  const newest = new Map<string, LastCheck>();
  const note = (operation: Parameters<typeof lastCheckOf>[0]) => {
    const { hostId } = operation.plan;
    const check = newerCheck(newest.get(hostId) ?? null, lastCheckOf(operation));
    if (!check || check === newest.get(hostId)) return;
    newest.set(hostId, check);
    changed.emit(hostId);
  };
  const unsubscribe = operations.onChange(note);
  const lookBack = async () => {
    const past = await operations.list({ hostId: null, hostName: null, before: null, limit: LOOK_BACK });
    for (const operation of past) note(operation);
  };
  // A long history is read later; one that cannot be read says so where it is looked at.
  if (operations.isKnown()) await lookBack();
  else void operations.known.then(lookBack).catch(() => undefined);

  return { of: (hostId) => newest.get(hostId) ?? null, onChange: changed.subscribe, dispose: unsubscribe };
}
