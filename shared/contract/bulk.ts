import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { Bulk, bulkLimits } from '../model/bulk.ts';
import { hostLimits } from '../model/host-limits.ts';
import { OperationPlan } from '../model/operation.ts';
import { CheckName } from '../model/preflight.ts';
import { base } from './errors.ts';

export const bulk = {
  /**
   * Begins confirmed plans of one verb, `atOnce` at a time. `confirmed` are the warnings of the pre-flights that a person has ticked, for all of
   * them; `typedNames` the names of hosts that were typed where that is wanted. A host that cannot begin is told in the bulk, and stops no other
   * unless `stopOnFailure`.
   */
  start: base
    .input(
      z.object({
        plans: z.array(OperationPlan).min(1).max(bulkLimits.hosts),
        atOnce: z.int().min(1).max(bulkLimits.atOnce),
        stopOnFailure: z.boolean(),
        confirmed: z.array(CheckName).default([]),
        typedNames: z.array(z.string().max(hostLimits.name)).default([]),
      }),
    )
    .output(Bulk),
  /** No further host is begun; those that run go on. */
  stop: base.input(z.object({ id: z.string() })),
  /** The bulks of late, newest first, and again when one changes; at most a few times a second. */
  watch: base.output(eventIterator(z.array(Bulk))),
};
