import * as z from 'zod';
import { LogSource } from './operation.ts';

/**
 * What a raw stream (the data plane) can be asked for. `operation-log`: the log of an operation as terminal text,
 * from its last `tailBytes` on, then live until the operation ends.
 */
export const StreamRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('operation-log'),
    operationId: z.string(),
    sources: z.array(LogSource).min(1),
    tailBytes: z
      .int()
      .min(0)
      .max(64 * 1024 * 1024),
  }),
]);
export type StreamRequest = z.infer<typeof StreamRequest>;

/** From the page to the core on a stream: how many bytes it has parsed since the last message. */
export const StreamAck = z.object({ ack: z.int().min(0) });
export type StreamAck = z.infer<typeof StreamAck>;

/** From the core to the page, as the last message: the stream is complete, or why not. */
export const StreamEnd = z.object({ end: z.enum(['complete', 'failed']), message: z.string() });
export type StreamEnd = z.infer<typeof StreamEnd>;

/**
 * Flow control of every stream, in bytes (ARCHITECTURE.md, the two planes). The window is two batches of the log pane, so that
 * one travels while the other is parsed; it stays nearly full, since the core needs as long to fill it as the page to empty it.
 */
export const streamLimits = {
  /** The core stops reading the source above this many unacknowledged bytes. */
  highWater: 2 * 1024 * 1024,
  /** It goes on below this many. */
  lowWater: 1792 * 1024,
  /** The page acknowledges whenever it has parsed this many. */
  ackEvery: 128 * 1024,
} as const;
