import * as z from 'zod';
import { Failure } from './failure.ts';

/**
 * One thing read from a host: either its value, or why it is not known. Every reader may fail alone,
 * so every section of the facts is a Fact of its own. `readAt` is epoch milliseconds on this computer.
 */
export type Fact<T> =
  | { readonly state: 'known'; readonly value: T; readonly readAt: number }
  | { readonly state: 'unknown'; readonly failure: Failure; readonly readAt: number };

/** The schema of a Fact over the schema of its value. */
export function fact<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion('state', [
    z.object({ state: z.literal('known'), value, readAt: z.number() }),
    z.object({ state: z.literal('unknown'), failure: Failure, readAt: z.number() }),
  ]);
}
