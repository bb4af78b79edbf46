import * as z from 'zod';

/** The sizes that terminals have, in character cells. */
export const sizeLimits = { columns: { least: 2, most: 1000 }, rows: { least: 1, most: 500 } } as const;

/** Character cells. */
export const TerminalSize = z.object({
  columns: z.int().min(sizeLimits.columns.least).max(sizeLimits.columns.most),
  rows: z.int().min(sizeLimits.rows.least).max(sizeLimits.rows.most),
});
export type TerminalSize = z.infer<typeof TerminalSize>;
