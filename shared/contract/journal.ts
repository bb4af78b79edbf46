import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import {
  BootsCompared,
  JournalAccess,
  JournalBoot,
  JournalDetails,
  JournalExportPiece,
  JournalFormat,
  JournalPage,
} from '../model/journal.ts';
import { BootId, JournalCursor, JournalField, JournalFilter } from '../model/journal-filter.ts';
import { journalLimits } from '../model/journal-limits.ts';
import { base } from './errors.ts';

/** The journals of hosts. Everything is read when it is asked for; a host is connected to where needed. Live: a stream of kind `journal`. */
export const journal = {
  /** The boots in the journal, newest first. */
  boots: base
    .input(z.object({ hostId: z.string() }))
    .output(z.object({ boots: z.array(JournalBoot), access: JournalAccess })),
  /**
   * A page of what passes the filter. `older`: what stands before the cursor, or the newest where both `cursor` and `at` are null; `newer`: what stands
   * after it, or the oldest; `around`: half before and half after, the entry itself included where it passes. `at`, epoch ms by the host's clock,
   * stands for a cursor that is not known. Rejects with `journal.no-grep` where journalctl has no regular expressions.
   */
  page: base
    .input(
      z.object({
        hostId: z.string(),
        filter: JournalFilter,
        cursor: JournalCursor.nullable(),
        at: z.number().nullable().default(null),
        direction: z.enum(['older', 'newer', 'around']),
        count: z.int().min(1).max(journalLimits.page),
      }),
    )
    .output(JournalPage),
  /** All fields of one entry. Rejects with `journal.entry-gone` where it is not kept any more. */
  details: base.input(z.object({ hostId: z.string(), cursor: JournalCursor })).output(JournalDetails),
  /** The values of a field, for choosing from; sorted. `cut`: there are more. */
  values: base
    .input(z.object({ hostId: z.string(), field: JournalField }))
    .output(z.object({ values: z.array(z.string()), cut: z.boolean() })),
  /** Two boots of a host beside each other. */
  compareBoots: base.input(z.object({ hostId: z.string(), bad: BootId, good: BootId })).output(BootsCompared),
  /** All that passes the filter, host after host, for saving: secrets masked, time zone and host in it. */
  export: base
    .input(
      z.object({
        hostIds: z.array(z.string()).min(1).max(journalLimits.hosts),
        filter: JournalFilter,
        format: JournalFormat,
      }),
    )
    .output(eventIterator(JournalExportPiece)),
};
