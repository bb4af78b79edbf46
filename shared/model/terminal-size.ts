import * as z from 'zod';
import { sizeLimits } from './terminal-limits.ts';

/** Character cells. */
export const TerminalSize = z.object({
  columns: z.int().min(sizeLimits.columns.least).max(sizeLimits.columns.most),
  rows: z.int().min(sizeLimits.rows.least).max(sizeLimits.rows.most),
});
export type TerminalSize = z.infer<typeof TerminalSize>;
