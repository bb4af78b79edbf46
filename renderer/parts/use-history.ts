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

interface Asked {
  readonly operations: readonly Operation[];
  readonly complete: boolean;
}

/** Whose history: one host of the fleet, or all hosts that had this text in their name (''), whether they are still in the fleet or not. */
export type HistoryOf =
  { readonly kind: 'host'; readonly hostId: string } | { readonly kind: 'named'; readonly text: string };

/** The history of these hosts, the same ones for as long as the component is shown. What changes meanwhile is followed. */
export function useHistory(of: HistoryOf): History {
  const { client } = useSession();
  const live = useOperations((state) => state.operations);
  const [asked, setAsked] = useState<Asked>({ operations: [], complete: false });
  const [failure, setFailure] = useState<Failure | null>(null);
  const [loading, setLoading] = useState(true);
  const hostId = of.kind === 'host' ? of.hostId : null;
  const hostName = of.kind === 'host' || of.text === '' ? null : of.text;

  const load = useCallback(
    (before: Operation | null, isCurrent: () => boolean) => {
      client.operation.list({ hostId, hostName, before: before?.startedAt ?? null, limit: PAGE }).then(
        (page) => {
          if (!isCurrent()) return;
          setFailure(null);
          setLoading(false);
          setAsked((held) => ({
            operations: before ? [...held.operations, ...page] : page,
            complete: page.length < PAGE,
          }));
        },
        (error: unknown) => {
          if (!isCurrent()) return;
          setFailure(failureOf(error));
          setLoading(false);
        },
      );
    },
    [client, hostId, hostName],
  );

  useEffect(() => {
    let current = true;
    load(null, () => current);
    return () => {
      current = false;
    };
  }, [load]);

  const oldest = asked.operations.at(-1);
  const more = () => {
    if (!oldest) return;
    setLoading(true);
    load(oldest, () => true);
  };

  const operations = useMemo(() => merge(asked.operations, live, hostId, hostName), [asked, live, hostId, hostName]);
  return { operations, loading, failure, more: oldest && !asked.complete && !loading ? more : null };
}

/** What was asked for, with what has changed or come since. Live operations that are older than the last one asked for wait for their page. */
function merge(
  asked: readonly Operation[],
  live: ReadonlyMap<string, Operation>,
  hostId: string | null,
  hostName: string | null,
): readonly Operation[] {
  const text = hostName?.toLowerCase() ?? '';
  const oldest = asked.at(-1)?.startedAt ?? 0;
  const all = new Map(asked.map((operation) => [operation.id, operation]));
  for (const operation of live.values()) {
    const { plan } = operation;
    const isOurs = (hostId === null || plan.hostId === hostId) && plan.hostName.toLowerCase().includes(text);
    if (isOurs && (all.has(operation.id) || operation.startedAt >= oldest)) all.set(operation.id, operation);
  }
  return [...all.values()].sort((a, b) => b.startedAt - a.startedAt || b.id.localeCompare(a.id));
}
