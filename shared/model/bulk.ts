import * as z from 'zod';
import { Failure } from './failure.ts';
import { OperationOutcome } from './operation.ts';
import { VerbRequest } from './verb.ts';

/** How many hosts a bulk may be at, at once. */
export const bulkLimits = { atOnce: 64, hosts: 10_000 } as const;

/**
 * One host of a bulk. `waiting` for its turn; `running`: its operation has begun; `ended` with that operation's outcome; `refused`: it could not
 * begin, `failure` says why; `skipped`: its turn never came, because the bulk was stopped, and nothing was asked of it.
 */
export const BulkHost = z.object({
  hostId: z.string(),
  hostName: z.string(),
  operationId: z.string(),
  state: z.enum(['waiting', 'running', 'ended', 'refused', 'skipped']),
  outcome: OperationOutcome.nullable(),
  failure: Failure.nullable(),
});
export type BulkHost = z.infer<typeof BulkHost>;

/**
 * One verb on many hosts, a few at once. Each host has an operation of its own, which goes on whatever becomes of the bulk. `stopped`: why no
 * further host is begun: a host failed, a person said so, or Berth ended. Times epoch ms.
 */
export const Bulk = z.object({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  request: VerbRequest,
  startedBy: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  atOnce: z.int().min(1).max(bulkLimits.atOnce),
  stopOnFailure: z.boolean(),
  stopped: z.enum(['by-failure', 'by-person', 'by-end-of-berth']).nullable(),
  hosts: z.array(BulkHost),
});
export type Bulk = z.infer<typeof Bulk>;
