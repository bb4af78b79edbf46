import { useCallback, useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import { failedChecks, unconfirmed } from '../../../shared/logic/preflight.ts';
import type { Operation, OperationPlan } from '../../../shared/model/operation.ts';
import type { PreflightCheck } from '../../../shared/model/preflight.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { failureOf } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** Plans asked for, and operations started, at the same time: each is a round trip to a host. */
const AT_ONCE = 8;

/**
 * Where one host of the dialog is. `changed`: the host was another one when the first plan was made, this is the new plan. `checks` null: the
 * host is being asked.
 */
export type PlanEntry = { readonly hostId: string } & (
  | { readonly kind: 'asking' }
  | {
      readonly kind: 'ready';
      readonly plan: OperationPlan;
      readonly changed: boolean;
      readonly checks: readonly PreflightCheck[] | null;
    }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'started'; readonly operation: Operation }
);

/** The plans of some hosts, and the way to start those that are ready. */
export interface Plans {
  readonly entries: readonly PlanEntry[];
  readonly starting: boolean;
  /**
   * Starts every plan that `isStartable`; a person has seen its warnings, and confirmed them. `typedNames` are the names of hosts that a person has typed. Resolves with where each host is then: one
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
        const plan = await client.operation.plan({ hostId, request });
        return { hostId, kind: 'ready', plan, changed, checks: null };
      } catch (error) {
        return { hostId, kind: 'refused', failure: failureOf(error) };
      }
    },
    [client, request],
  );

  /** The same entry with what could stop it; a host that cannot be asked that cannot be asked to do anything either. */
  const check = useCallback(
    async (entry: PlanEntry): Promise<PlanEntry> => {
      if (entry.kind !== 'ready') return entry;
      try {
        const { checks } = await client.operation.preflight({ hostId: entry.hostId, request });
        return { ...entry, checks };
      } catch (error) {
        return { hostId: entry.hostId, kind: 'refused', failure: failureOf(error) };
      }
    },
    [client, request],
  );

  useEffect(() => {
    let current = true;
    const put = (entry: PlanEntry) => {
      if (current) setEntries((before) => before.map((each) => (each.hostId === entry.hostId ? entry : each)));
    };
    void inLanes(hostIds, async (hostId) => {
      if (!current) return;
      const planned = await ask(hostId, false);
      put(planned);
      if (current && planned.kind === 'ready') put(await check(planned));
    });
    return () => {
      current = false;
    };
  }, [ask, check, hostIds]);

  const start = async (typedNames: ReadonlySet<string>) => {
    setStarting(true);
    const results = new Map(entries.map((entry) => [entry.hostId, entry]));
    await inLanes(entries, async (entry) => {
      if (!isStartable(entry)) return;
      results.set(entry.hostId, await startOne(entry, typedNames));
    });
    const after = [...results.values()];
    setEntries(after);
    setStarting(false);
    return after;
  };

  const startOne = async (entry: StartableEntry, typedNames: ReadonlySet<string>): Promise<PlanEntry> => {
    const { plan, checks } = entry;
    const { hostId, hostName } = plan;
    const confirmed = unconfirmed(checks, []).map(({ name }) => name);
    const typedName = typedNames.has(hostName) ? hostName : null;
    try {
      return { hostId, kind: 'started', operation: await client.operation.start({ plan, confirmed, typedName }) };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'operation.plan-outdated') return check(await ask(hostId, true));
      // Something is in the way now that was not when it was looked at.
      if (LOOK_AGAIN.has(failure.code)) return check(entry);
      return { hostId, kind: 'refused', failure };
    }
  };

  return { entries, starting, start };
}

/** An entry that the button starts: planned, looked at, and nothing has failed. */
export type StartableEntry = Extract<PlanEntry, { kind: 'ready' }> & { readonly checks: readonly PreflightCheck[] };

export function isStartable(entry: PlanEntry): entry is StartableEntry {
  return entry.kind === 'ready' && entry.checks !== null && failedChecks(entry.checks).length === 0;
}

const LOOK_AGAIN: ReadonlySet<Failure['code']> = new Set(['operation.preflight', 'operation.preflight-unconfirmed']);

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
}
