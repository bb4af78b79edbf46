import { BerthError, failure, type Failure } from '../../shared/errors/failure.ts';
import type { HostFacts } from '../../shared/model/host-facts.ts';
import type { Core } from '../core/create-core.ts';

/** What became of reading a host: its facts of this moment, or why there are none. */
export type HostReading =
  { readonly ok: true; readonly facts: HostFacts } | { readonly ok: false; readonly failure: Failure };

/** Connects, and waits for the facts that are read with every new connection. Never rejects. */
export async function readHost(core: Core, hostId: string): Promise<HostReading> {
  const askedAt = core.options.now?.() ?? Date.now();
  try {
    await core.hosts.connect(hostId, 'user');
    // While an operation runs nothing is read by itself.
    if (core.operations.running(hostId)) return { ok: true, facts: await core.hosts.readFacts(hostId) };
    return await freshReading(core, hostId, askedAt);
  } catch (error) {
    return { ok: false, failure: toFailure(core, error) };
  }
}

/** The failure in an error; anything unexpected goes to the log and becomes `internal`. */
export function toFailure(core: Core, error: unknown): Failure {
  if (error instanceof BerthError) return error.failure;
  return failure('internal', { logId: core.log.error('cli', 'A command failed', error) });
}

function freshReading(core: Core, hostId: string, askedAt: number): Promise<HostReading> {
  return new Promise((resolve) => {
    const look = () => {
      const state = core.hosts.state(hostId);
      const reading = ((): HostReading | null => {
        if (!state) return { ok: false, failure: failure('input.host-unknown', { value: hostId }) };
        const { facts, factsFailure, connection } = state;
        if (facts && facts.readAt >= askedAt) return { ok: true, facts };
        if (factsFailure && factsFailure.at >= askedAt) return { ok: false, failure: factsFailure.failure };
        const isLost = connection.kind === 'waiting' || connection.kind === 'failed';
        return isLost ? { ok: false, failure: connection.failure } : null;
      })();
      if (!reading) return;
      unsubscribe();
      resolve(reading);
    };
    const unsubscribe = core.hosts.onChange((changedId) => {
      if (changedId === hostId) look();
    });
    look();
  });
}
