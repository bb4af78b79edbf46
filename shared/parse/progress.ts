import * as z from 'zod';
import type { ProgressEvent } from '../model/progress-event.ts';
import { looseFlag, looseList, looseText } from './json.ts';

/** A longer line is no progress line: one with 70 layers has about 15 kB. */
const MAX_LINE = 1024 * 1024;

const count = z.number().nonnegative().catch(0);
const text = looseText.transform((value) => value ?? '');
const common = { task: text, description: text, id: text, steps: count, stepsCached: count, stepsTotal: count };
const byteCounts = { bytes: count, bytesCached: count, bytesTotal: count };

const Start = z.object({ type: z.literal('Start'), version: text });
const Bytes = z.object({
  type: z.literal('ProgressBytes'),
  ...common,
  ...byteCounts,
  subtasks: looseList(z.object({ subtask: text, description: text, id: text, ...byteCounts }), 1000),
});
const Steps = z.object({
  type: z.literal('ProgressSteps'),
  ...common,
  subtasks: looseList(z.object({ subtask: text, description: text, id: text, completed: looseFlag }), 1000),
});

const Line = z.discriminatedUnion('type', [Start, Bytes, Steps]);

/**
 * Reads one line of `bootc … --progress-fd`; null for what is no event, or one of a kind that is not known. Never throws.
 * Numbers that are missing or no counts are 0, missing texts are empty; the subtask under way is the last one.
 */
export function parseProgressLine(line: string): ProgressEvent | null {
  if (line.length > MAX_LINE) return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = Line.safeParse(value);
  return parsed.success ? parsed.data : null;
}
