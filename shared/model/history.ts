import * as z from 'zod';
import { Failure } from './failure.ts';
import { EtcReveal } from './etc.ts';
import { HostKeyChange } from './host-key-change.ts';
import { OperationOutcome } from './operation.ts';
import { VerbRequest } from './verb.ts';

/** Longest filter text, and most entries of one answer. */
export const historyLimits = { filter: 500, page: 500 } as const;

/**
 * What is left of an operation on this computer: everything; its states without the log; or only this entry. What the settings do not
 * want kept goes in this order.
 */
export const Kept = z.enum(['all', 'states', 'entry']);
export type Kept = z.infer<typeof Kept>;

/**
 * An operation as a line of the history: enough to list, filter and export it without opening it. `endedAt` null: it has not ended.
 * `outcome` null: not known yet, or of a kind that this version does not know. Times epoch ms.
 */
export const HistoryOperation = z.object({
  kind: z.literal('operation'),
  id: z.string(),
  hostId: z.string(),
  hostName: z.string(),
  request: VerbRequest,
  startedBy: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  outcome: OperationOutcome.nullable(),
  kept: Kept,
});
export type HistoryOperation = z.infer<typeof HistoryOperation>;

/** A host key that a person replaced, which is part of what was done to a host. */
export const HistoryKeyChange = z.object({ kind: z.literal('host-key'), change: HostKeyChange });
export type HistoryKeyChange = z.infer<typeof HistoryKeyChange>;

/** A secret of a host's /etc that a person had shown. */
export const HistoryReveal = z.object({ kind: z.literal('etc-reveal'), reveal: EtcReveal });
export type HistoryReveal = z.infer<typeof HistoryReveal>;

export const HistoryEntry = z.discriminatedUnion('kind', [HistoryOperation, HistoryKeyChange, HistoryReveal]);
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/**
 * A part of the history, newest first, from `offset` on. `total` entries pass the filter, `all` is how many there are without it (of the host that was
 * asked for). `revision` is another one whenever anything has changed: parts of different revisions do not fit together.
 */
export const HistoryPage = z.object({
  entries: z.array(HistoryEntry),
  total: z.number(),
  all: z.number(),
  revision: z.number(),
});
export type HistoryPage = z.infer<typeof HistoryPage>;

/**
 * What a look over the whole history found. `lines` of the chain hold; `before` older lines were written without a chain, and did not change
 * since it began at `beganAt`. `head` is the newest hash: noted elsewhere, it shows later that nothing was rewritten. `firstBroken`: the
 * first line that is not what was written; `differing`: what does not agree with its line, the first `HistoryProof` names, `differingTotal` of
 * them. `mended`: lines that a crash had cut off. `files` and `bytes` were read and compared.
 */
export const HistoryProof = z.object({
  checkedAt: z.number(),
  beganAt: z.number().nullable(),
  because: z.enum(['new', 'adopted', 'rebuilt']).nullable(),
  lines: z.number(),
  before: z.number(),
  head: z.string().nullable(),
  operations: z.number(),
  removed: z.number(),
  mended: z.number(),
  files: z.number(),
  bytes: z.number(),
  firstBroken: z.object({ line: z.number(), failure: Failure }).nullable(),
  differing: z.array(Failure),
  differingTotal: z.number(),
});
export type HistoryProof = z.infer<typeof HistoryProof>;

export const HistoryFormat = z.enum(['json', 'csv']);
export type HistoryFormat = z.infer<typeof HistoryFormat>;
