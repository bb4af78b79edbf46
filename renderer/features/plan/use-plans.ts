import { useCallback, useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import type { Operation, OperationPlan } from '../../../shared/model/operation.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { failureOf } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** Plans asked for, and operations started, at the same time: each is a round trip to a host. */
const AT_ONCE = 8;

/** Where one host of the dialog is. `changed`: the host was another one when the first plan was made, this is the new plan. */
export type PlanEntry = { readonly hostId: string } & (
  | { readonly kind: 'asking' }
  | { readonly kind: 'ready'; readonly plan: OperationPlan; readonly changed: boolean }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'started'; readonly operation: Operation }
);

/** The plans of some hosts, and the way to start those that are ready. */
export interface Plans {
  readonly entries: readonly PlanEntry[];
  readonly starting: boolean;
  /**
   * Starts every plan that is ready. `typedNames` are the names of hosts that a person has typed. Resolves with where each host is then: one
   * that has changed has a new plan.
   */
  start(typedNames: ReadonlySet<string>): Promise<readonly PlanEntry[]>;
}

/** Asks for the plans of `hostIds` when the component is shown. */
export function usePlans(request: VerbRequest, hostIds: readonly string[]): Plans {
  const { client } = useSession();
  const [entries, setEntries] = useState<readonly PlanEntry[]>(() =>
    hostIds.map((hostId) => ({ hostId, kind: 'asking' })),
  );
  const [starting, setStarting] = useState(false);

  const ask = useCallback(
    async (hostId: string, changed: boolean): Promise<PlanEntry> => {
      try {
        return { hostId, kind: 'ready', plan: await client.operation.plan({ hostId, request }), changed };
      } catch (error) {
        return { hostId, kind: 'refused', failure: failureOf(error) };
      }
    },
    [client, request],
  );

  useEffect(() => {
    let current = true;
    void inLanes(hostIds, async (hostId) => {
      if (!current) return;
      const entry = await ask(hostId, false);
      if (current) setEntries((before) => before.map((each) => (each.hostId === hostId ? entry : each)));
    });
    return () => {
      current = false;
    };
  }, [ask, hostIds]);

  const start = async (typedNames: ReadonlySet<string>) => {
    setStarting(true);
    const results = new Map(entries.map((entry) => [entry.hostId, entry]));
    await inLanes(entries, async (entry) => {
      if (entry.kind !== 'ready') return;
      results.set(entry.hostId, await startOne(entry.plan, typedNames));
    });
    const after = [...results.values()];
    setEntries(after);
    setStarting(false);
    return after;
  };

  const startOne = async (plan: OperationPlan, typedNames: ReadonlySet<string>): Promise<PlanEntry> => {
    const { hostId, hostName } = plan;
    const typedName = typedNames.has(hostName) ? hostName : null;
    try {
      return { hostId, kind: 'started', operation: await client.operation.start({ plan, typedName }) };
    } catch (error) {
      const failure = failureOf(error);
      return failure.code === 'operation.plan-outdated' ? ask(hostId, true) : { hostId, kind: 'refused', failure };
    }
  };

  return { entries, starting, start };
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
}
