import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { hostLimits } from '../model/host-limits.ts';
import { Operation, OperationPlan, OperationProgress } from '../model/operation.ts';
import { CheckName, Preflight } from '../model/preflight.ts';
import { VerbRequest } from '../model/verb.ts';
import { base } from './errors.ts';

const byId = z.object({ id: z.string() });

/** What `operation.watch` sends: the running operations and the newest ended ones, then each one that changes. */
export const OperationsEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('snapshot'), operations: z.array(Operation) }),
  z.object({ kind: z.literal('upsert'), operation: Operation }),
]);
export type OperationsEvent = z.infer<typeof OperationsEvent>;

export const operation = {
  /** What would be run and from which state. Fails with the reason when the host cannot do it. */
  plan: base.input(z.object({ hostId: z.string(), request: VerbRequest })).output(OperationPlan),
  /**
   * What could stop it, asked of the host now, and nothing changed. `operation.start` asks again: it refuses with `operation.preflight` what
   * has failed, and with `operation.preflight-unconfirmed` a warning that is not in `confirmed`.
   */
  preflight: base.input(z.object({ hostId: z.string(), request: VerbRequest })).output(Preflight),
  /**
   * Starts a plan that was confirmed; `confirmed` are the warnings of its pre-flight that a person has ticked, `typedName` the host's name where
   * that is wanted. Fails with `operation.plan-outdated` when the host has changed since.
   */
  start: base
    .input(
      z.object({
        plan: OperationPlan,
        confirmed: z.array(CheckName).default([]),
        typedName: z.string().max(hostLimits.name).nullable().default(null),
      }),
    )
    .output(Operation),
  /** Asks the host to stop the unit; the outcome is then read from the host. */
  cancel: base.input(byId),
  watch: base.output(eventIterator(OperationsEvent)),
  /** Live progress of one operation, at most about 10 a second. Ends with the operation. */
  watchProgress: base.input(byId).output(eventIterator(OperationProgress)),
  /**
   * The history, newest first. `hostName`: only hosts with this in their name, upper or lower case, as they were called then and
   * also when they are no longer in the fleet. `before`: only what started earlier (epoch ms).
   */
  list: base
    .input(
      z.object({
        hostId: z.string().nullable(),
        hostName: z.string().max(hostLimits.name).nullable(),
        before: z.number().nullable(),
        limit: z.int().min(1).max(500),
      }),
    )
    .output(z.array(Operation)),
  get: base.input(byId).output(Operation),
  /** The full log as text, one line a line, with time and source; for saving. Cut at 64 MiB from the front, and then says so. */
  exportLog: base.input(byId).output(z.object({ fileName: z.string(), text: z.string() })),
};
