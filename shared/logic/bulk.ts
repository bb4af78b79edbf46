import type { Bulk, BulkHost } from '../model/bulk.ts';
import type { OperationOutcome } from '../model/operation.ts';

/** How many hosts of a bulk are where. The six add up to all of them. */
export interface BulkCounts {
  readonly all: number;
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Whether an outcome is one that a bulk may have to stop for: it went wrong, or nobody knows. */
export function isBadOutcome({ kind }: OperationOutcome): boolean {
  return kind === 'failed' || kind === 'wrong-boot' || kind === 'unknown' || kind === 'cancelled';
}

/** Whether a host of a bulk did not get where it was to be brought; it can be tried again. */
export function hasFailed({ state, outcome }: BulkHost): boolean {
  return state === 'refused' || (outcome !== null && isBadOutcome(outcome));
}

export function bulkCounts({ hosts }: Pick<Bulk, 'hosts'>): BulkCounts {
  const counts = { all: hosts.length, waiting: 0, running: 0, done: 0, failed: 0, skipped: 0 };
  for (const host of hosts) {
    if (hasFailed(host)) counts.failed += 1;
    else if (host.state === 'ended') counts.done += 1;
    else if (host.state === 'waiting') counts.waiting += 1;
    else if (host.state === 'running') counts.running += 1;
    else counts.skipped += 1;
  }
  return counts;
}

/** Hosts that a person may want to try again: those that failed, and those whose turn never came. */
export function hostsToRetry({ hosts }: Pick<Bulk, 'hosts'>): readonly string[] {
  return hosts.filter((host) => hasFailed(host) || host.state === 'skipped').map(({ hostId }) => hostId);
}
