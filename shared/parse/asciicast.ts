import * as z from 'zod';
import { hostLimits } from '../model/host-limits.ts';
import { cleanText } from './text.ts';

/**
 * The first line of a recording (asciicast v2, docs.asciinema.org/manual/asciicast/v2). What it is of stands where every player leaves it
 * alone: in `env`.
 */
export const CastHeader = z.object({
  version: z.literal(2),
  width: z.int().min(1).max(10_000),
  height: z.int().min(1).max(10_000),
  /** Epoch seconds. */
  timestamp: z.number(),
  title: z.string(),
  env: z.object({
    TERM: z.string(),
    BERTH_HOST: z.string().transform((name) => cleanText(name, hostLimits.name)),
    BERTH_HOST_ID: z.string(),
    BERTH_USER: z.string().transform((name) => cleanText(name, hostLimits.name)),
    BERTH_INPUT: z.enum(['yes', 'no']),
  }),
});
export type CastHeader = z.infer<typeof CastHeader>;

/** `at` in seconds. `o`: was printed, `i`: was typed, `r`: a new size, as `80x24`, `m`: a mark. */
export interface CastEvent {
  readonly at: number;
  readonly code: string;
  readonly text: string;
}

/** Null for what is no header of a recording of Berth's. */
export function parseCastHeader(line: string): CastHeader | null {
  const header = CastHeader.safeParse(jsonOf(line));
  return header.success ? header.data : null;
}

/** Null for what is no event, such as a last line that was cut off. */
export function parseCastEvent(line: string): CastEvent | null {
  const value = jsonOf(line);
  if (!Array.isArray(value)) return null;
  const [at, code, text] = value as readonly unknown[];
  if (typeof at !== 'number' || typeof code !== 'string' || typeof text !== 'string') return null;
  return { at, code, text };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
