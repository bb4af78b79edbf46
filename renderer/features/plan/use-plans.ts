import { useCallback, useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import { failedChecks, unconfirmed } from '../../../shared/logic/preflight.ts';
import type { Operation, OperationPlan } from '../../../shared/model/operation.ts';
import type { CheckName, PreflightCheck } from '../../../shared/model/preflight.ts';
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
);

/** The plans of some hosts, and the way to start those that are ready. */
export interface Plans {
  readonly entries: readonly PlanEntry[];
  readonly starting: boolean;
  /**
   * Starts the plan of one host; a person has seen its warnings, and confirmed them. `typedNames` are the names of hosts that a person has typed. Resolves
   * with null when it could not begin: then its entry says why, or is a new plan because the host has changed.
   */
  start(typedNames: ReadonlySet<string>): Promise<Operation | null>;
  /** Starts every plan that `isStartable`, as a bulk. Resolves with why not, or null. */
  startMany(
    typedNames: ReadonlySet<string>,
    options: { readonly atOnce: number; readonly stopOnFailure: boolean },
  ): Promise<Failure | null>;
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
    const entry = entries.find(isStartable);
    if (!entry) return null;
    setStarting(true);
    const { operation, instead } = await startOne(entry, typedNames);
    if (instead) setEntries((before) => before.map((each) => (each.hostId === entry.hostId ? instead : each)));
    setStarting(false);
    return operation;
  };

  const startOne = async (
    entry: StartableEntry,
    typedNames: ReadonlySet<string>,
  ): Promise<{ readonly operation: Operation | null; readonly instead: PlanEntry | null }> => {
    const { plan } = entry;
    const { hostId, hostName } = plan;
    const typedName = typedNames.has(hostName) ? hostName : null;
    try {
      const operation = await client.operation.start({ plan, confirmed: warningsOf([entry]), typedName });
      return { operation, instead: null };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'operation.plan-outdated') {
        return { operation: null, instead: await check(await ask(hostId, true)) };
      }
      // Something is in the way now that was not when it was looked at.
      if (LOOK_AGAIN.has(failure.code)) return { operation: null, instead: await check(entry) };
      return { operation: null, instead: { hostId, kind: 'refused', failure } };
    }
  };

  const startMany: Plans['startMany'] = async (typedNames, { atOnce, stopOnFailure }) => {
    const startable = entries.filter(isStartable);
    setStarting(true);
    try {
      const plans = startable.map(({ plan }) => plan);
      const confirmed = warningsOf(startable);
      await client.bulk.start({ plans, atOnce, stopOnFailure, confirmed, typedNames: [...typedNames] });
      return null;
    } catch (error) {
      return failureOf(error);
    } finally {
      setStarting(false);
    }
  };

  return { entries, starting, start, startMany };
}

/** An entry that the button starts: planned, looked at, and nothing has failed. */
export type StartableEntry = Extract<PlanEntry, { kind: 'ready' }> & { readonly checks: readonly PreflightCheck[] };

export function isStartable(entry: PlanEntry): entry is StartableEntry {
  return entry.kind === 'ready' && entry.checks !== null && failedChecks(entry.checks).length === 0;
}

/** The warnings that these entries have, each once. */
function warningsOf(entries: readonly StartableEntry[]): CheckName[] {
  return [...new Set(entries.flatMap(({ checks }) => unconfirmed(checks, []).map(({ name }) => name)))];
}

const LOOK_AGAIN: ReadonlySet<Failure['code']> = new Set(['operation.preflight', 'operation.preflight-unconfirmed']);

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
}
