import { BerthError } from '../../../shared/errors/failure.ts';
import type { Log } from '../log/log.ts';
import type { Operations } from '../operations/operations.ts';
import type { EtcService } from './etc-service.ts';

export interface AfterChangesOptions {
  readonly operations: Pick<Operations, 'onChange'>;
  readonly etc: Pick<EtcService, 'blockers' | 'compare' | 'summary'>;
  readonly log: Log;
}

/**
 * Compares the /etc of a host again once an operation of Berth has changed it: what the fleet says of it, a solved blocker above all, would
 * be wrong otherwise. Only hosts that were compared before. Returns what ends it.
 */
export function compareAfterChanges({ operations, etc, log }: AfterChangesOptions): () => void {
  const seen = new Set<string>();
  return operations.onChange(({ id, phase, plan: { hostId, request } }) => {
    if (phase !== 'ended' || request.verb !== 'etc' || seen.has(id)) return;
    seen.add(id);
    if (etc.summary(hostId) === null) return;
    const view = etc.blockers(hostId) === null ? 'drift' : 'staged';
    etc.compare({ hostId, view }, 'background').catch((error: unknown) => {
      // A host that cannot be compared says so where it is looked at.
      if (error instanceof BerthError) return;
      log.error('etc-compare', 'The /etc of a host could not be compared', error, { hostId });
    });
  });
}
