import * as z from 'zod';
import { journalLimits } from './journal-limits.ts';

/** As journalctl prints it: where an entry stands. Of one host; it stays good while the entry is kept. */
export const JournalCursor = z
  .string()
  .max(400)
  .regex(/^s=[0-9a-f]{1,32}(?:;[a-z]=[0-9a-f]{1,32}){1,8}$/);
export type JournalCursor = z.infer<typeof JournalCursor>;

/** 32 hex. */
export const BootId = z.string().regex(/^[0-9a-f]{32}$/);
export type BootId = z.infer<typeof BootId>;

/** `FIELD` of an entry: upper case, digits and underscores; those that begin with one underscore are told by journald itself. */
export const JournalField = z.string().regex(/^[A-Z_][A-Z0-9_]{0,63}$/);
export type JournalField = z.infer<typeof JournalField>;

/** One line: no line break, no NUL. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\0\r\n]*$/);

/** A unit as `journalctl --unit` takes it: with or without its suffix, `*`, `?` and `[…]` stand for many. */
export const JournalUnit = z.string().regex(/^[A-Za-z0-9:_.\\@*?[\]!-]{1,256}$/);

/** `offset`: 0 is the newest boot in the journal, -1 the one before, 1 the oldest. `current` is the boot that runs. */
export const JournalBootChoice = z.union([
  z.enum(['current', 'all']),
  z.object({ id: BootId }),
  z.object({ offset: z.int().min(-100_000).max(100_000) }),
]);
export type JournalBootChoice = z.infer<typeof JournalBootChoice>;

/** What is looked for in messages. `regex`: PCRE2, which journalctl may have been built without. */
export const JournalText = z.object({ value: line(journalLimits.text), regex: z.boolean(), matchCase: z.boolean() });
export type JournalText = z.infer<typeof JournalText>;

/**
 * What passes: all parts together; of several units (identifiers, values of one field) any. Empty lists and nulls let all pass.
 * `priority`: this one and what is worse (0 is emerg, 7 debug); what has none does not pass then. `since`, `until`: ISO times, with both ends.
 * `match`: as `journalctl FIELD=value`.
 */
export const JournalFilter = z.object({
  boot: JournalBootChoice,
  units: z.array(JournalUnit).max(journalLimits.terms),
  priority: z.int().min(0).max(7).nullable(),
  identifiers: z.array(line(256)).max(journalLimits.terms),
  since: z.iso.datetime({ offset: true }).nullable(),
  until: z.iso.datetime({ offset: true }).nullable(),
  kernel: z.boolean(),
  text: JournalText.nullable(),
  match: z
    .array(
      z.object({
        field: JournalField,
        value: z
          .string()
          .max(4096)
          .regex(/^[^\0\r\n]*$/),
      }),
    )
    .max(journalLimits.terms),
});
export type JournalFilter = z.infer<typeof JournalFilter>;
