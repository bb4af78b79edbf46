import * as z from 'zod';

const counters = { task: z.string(), description: z.string(), id: z.string() };
const steps = { stepsCached: z.number(), steps: z.number(), stepsTotal: z.number() };
const bytes = { bytesCached: z.number(), bytes: z.number(), bytesTotal: z.number() };

/**
 * One line of `bootc upgrade --progress-fd` (progress schema 0.1.0, bootc ≥ 1.1.4; reference 3.1). Bytes are compressed layer sizes,
 * totals 0: not known; `bytes` may exceed `bytesTotal`. `task` and `subtask` are bootc's own words (`pulling`, `importing`, `staging`,
 * `ostree chunk`, …) and new ones may appear. There is no event for the end and none for an error.
 */
export const ProgressEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Start'), version: z.string() }),
  z.object({
    type: z.literal('ProgressBytes'),
    ...counters,
    ...bytes,
    ...steps,
    subtasks: z.array(z.object({ subtask: z.string(), description: z.string(), id: z.string(), ...bytes })),
  }),
  z.object({
    type: z.literal('ProgressSteps'),
    ...counters,
    ...steps,
    subtasks: z.array(
      z.object({ subtask: z.string(), description: z.string(), id: z.string(), completed: z.boolean() }),
    ),
  }),
]);
export type ProgressEvent = z.infer<typeof ProgressEvent>;
