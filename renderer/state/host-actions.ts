import { plural } from '../../shared/logic/format.ts';
import { hostInputFromAddress } from '../../shared/logic/host-input.ts';
import type { Address } from '../../shared/parse/address.ts';
import type { Failure } from '../../shared/errors/failure.ts';
import type { Host } from '../../shared/model/host.ts';
import type { OperationPlan } from '../../shared/model/operation.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import type { DialogsStore } from './dialogs-store.ts';
import { failureOf, failureText } from './failure-of.ts';
import type { FleetStore } from './fleet-store.ts';
import { navigate } from './route.ts';
import type { ToastsStore } from './toasts-store.ts';

/** What can be done with hosts from anywhere: the fleet, a host's page, the palette. Failures become toasts; nothing rejects. */
export interface HostActions {
  /** Connects where needed and reads the facts again. */
  refresh(hostIds: readonly string[]): Promise<void>;
  /** Adds the host where it is new, connects, and opens its page. Resolves when the host is in the fleet. */
  quickConnect(address: Address): Promise<void>;
  disconnect(hostId: string): Promise<void>;
  /** Looks for an update; acts at once, for it changes nothing that boots. */
  check(hostIds: readonly string[]): Promise<void>;
  /** Opens the plan: nothing is done before it is confirmed. */
  upgrade(hostIds: readonly string[]): void;
  /** Removes hosts from the fleet at once, and offers to undo it. */
  remove(hostIds: readonly string[]): Promise<void>;
  /** Asks once for the sudo password, which is the same on all of them, then reads the facts again with it. */
  unlockSudo(hostIds: readonly string[]): Promise<void>;
}

/** Plans made at the same time: each is a round trip to a host. */
const PLANS_AT_ONCE = 8;
/** Hosts that look for an update at the same time: quick, and a registry is left in peace. */
const CHECKS_AT_ONCE = 10;

export function createHostActions({
  client,
  fleet,
  dialogs,
  toasts,
}: {
  readonly client: BerthConnection['client'];
  readonly fleet: FleetStore;
  readonly dialogs: DialogsStore;
  readonly toasts: ToastsStore;
}): HostActions {
  async function told(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    }
  }

  async function planCheck(hostId: string): Promise<OperationPlan | Failure> {
    try {
      return await client.operation.plan({ hostId, request: { verb: 'check' } });
    } catch (error) {
      return failureOf(error);
    }
  }

  /** Begins the checks, of several hosts as a bulk: a few at a time, whatever becomes of the others. Resolves with why not, or null. */
  async function startChecks(plans: readonly OperationPlan[]): Promise<Failure | null> {
    const [plan] = plans;
    if (!plan) return null;
    try {
      if (plans.length === 1) await client.operation.start({ plan });
      else await client.bulk.start({ plans: [...plans], atOnce: CHECKS_AT_ONCE, stopOnFailure: false });
      return null;
    } catch (error) {
      return failureOf(error);
    }
  }

  function offerUndo(removed: readonly Host[]): void {
    const [first] = removed;
    if (!first) return;
    toasts.add({
      tone: 'info',
      text:
        removed.length === 1 ? `${first.name} was removed from the fleet.` : `${removed.length} hosts were removed.`,
      action: { label: 'Undo', run: () => void told(() => client.host.restore({ hosts: [...removed] })) },
    });
  }

  return {
    refresh: (hostIds) => told(() => client.fleet.refresh({ hostIds: [...hostIds] })),
    quickConnect: (address) =>
      told(async () => {
        const input = hostInputFromAddress(address, fleet.getState().rows.values());
        const host = await client.host.add({ host: input });
        navigate({ page: 'host', hostId: host.id });
        await client.host.connect({ id: host.id });
      }),
    disconnect: (id) => told(() => client.host.disconnect({ id })),
    async check(hostIds) {
      const asked = await inTurn(hostIds, PLANS_AT_ONCE, planCheck);
      const plans = asked.filter((each) => 'operationId' in each);
      const reason = await startChecks(plans);
      const failures = [...asked.filter((each) => 'code' in each), ...(reason ? plans.map(() => reason) : [])];
      const [first] = failures;
      if (first) {
        const others = failures.length > 1 ? ` (and ${plural(failures.length - 1, 'more host')})` : '';
        toasts.add({ tone: 'danger', text: `${failureText(first)}${others}` });
      }
      const started = hostIds.length - failures.length;
      if (started > 0) toasts.add({ tone: 'info', text: `Looking for an update on ${plural(started, 'host')}.` });
    },
    upgrade: (hostIds) => dialogs.show({ kind: 'plan', request: { verb: 'upgrade' }, hostIds }),
    remove: (hostIds) => told(async () => offerUndo(await client.host.remove({ ids: [...hostIds] }))),
    unlockSudo: (hostIds) =>
      told(() => {
        const [first] = hostIds;
        return hostIds.length === 1 && first !== undefined
          ? client.host.unlockSudo({ id: first })
          : client.host.unlockSudoOnAll({ ids: [...hostIds] });
      }),
  };
}

/** Runs `work` for every item, at most `width` at a time; the results are in the order of the items. */
async function inTurn<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
