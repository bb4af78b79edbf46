import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Failure } from '../../shared/errors/failure.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { failureOf } from '../state/failure-of.ts';
import { useOperations, useSession } from '../state/session-context.ts';

/** Operations asked for at a time: two screens of rows. */
const PAGE = 50;

/** The history as far as it was asked for, newest first. `more` null: there is nothing older, or it is not known yet. */
export interface History {
  readonly operations: readonly Operation[];
  readonly loading: boolean;
  readonly failure: Failure | null;
  readonly more: (() => void) | null;
}

interface Loaded {
  readonly hostId: string | null;
  readonly operations: readonly Operation[];
  readonly complete: boolean;
}

/** The history of one host, or (`null`) of all. What changes meanwhile is followed. */
export function useHistory(hostId: string | null): History {
  const { client } = useSession();
  const live = useOperations((state) => state.operations);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [loading, setLoading] = useState(true);
  const known = loaded?.hostId === hostId ? loaded : null;

  const load = useCallback(
    async (before: Operation | null, isCurrent: () => boolean) => {
      setLoading(true);
      try {
        const operations = await client.operation.list({ hostId, before: before?.startedAt ?? null, limit: PAGE });
        if (!isCurrent()) return;
        setFailure(null);
        setLoaded((held) => ({
          hostId,
          operations: before && held ? [...held.operations, ...operations] : operations,
          complete: operations.length < PAGE,
        }));
      } catch (error) {
        if (isCurrent()) setFailure(failureOf(error));
      } finally {
        if (isCurrent()) setLoading(false);
      }
    },
    [client, hostId],
  );

  useEffect(() => {
    let current = true;
    void load(null, () => current);
    return () => {
      current = false;
    };
  }, [load]);

  const operations = useMemo(() => merge(known?.operations ?? [], live, hostId), [known, live, hostId]);
  const oldest = known?.operations.at(-1);
  const more = known && !known.complete && oldest && !loading ? () => void load(oldest, () => true) : null;
  return { operations, loading, failure, more };
}

/** What was asked for, with what has changed or come since. Live operations that are older than the last one asked for wait for their page. */
function merge(
  asked: readonly Operation[],
  live: ReadonlyMap<string, Operation>,
  hostId: string | null,
): readonly Operation[] {
  const oldest = asked.at(-1)?.startedAt ?? 0;
  const all = new Map(asked.map((operation) => [operation.id, operation]));
  for (const operation of live.values()) {
    const isOurs = hostId === null || operation.plan.hostId === hostId;
    if (isOurs && (all.has(operation.id) || operation.startedAt >= oldest)) all.set(operation.id, operation);
  }
  return [...all.values()].sort((a, b) => b.startedAt - a.startedAt || b.id.localeCompare(a.id));
}
