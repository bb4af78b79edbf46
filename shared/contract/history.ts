import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { HistoryFormat, historyLimits, HistoryPage, HistoryProof } from '../model/history.ts';
import { base } from './errors.ts';

/** `filter` as `parseHistoryFilter` reads it; what it does not understand lets nothing pass. */
const query = { filter: z.string().max(historyLimits.filter), hostId: z.string().nullable() };

export const history = {
  /** What was done to one host or to all, newest first: `limit` entries from `offset` on. */
  list: base
    .input(z.object({ ...query, offset: z.int().min(0), limit: z.int().min(0).max(historyLimits.page) }))
    .output(HistoryPage),
  /** Says that something was added, ended or removed; what is shown is to be asked for again. Once at the start. `at` epoch ms. */
  watch: base.output(eventIterator(z.object({ at: z.number() }))),
  /** Reads all of it again and compares it with its hashes, also the files of every operation: that takes its time. Ends when it is cancelled. */
  verify: base.output(HistoryProof),
  /** All that passes the filter as text, for saving. */
  export: base
    .input(z.object({ ...query, format: HistoryFormat }))
    .output(z.object({ fileName: z.string(), text: z.string() })),
};
