import * as z from 'zod';
import { JournalFilter } from './journal-filter.ts';
import { journalLimits } from './journal-limits.ts';
import { LogSource } from './operation.ts';
import { TerminalSize } from './terminal-size.ts';

/**
 * What a raw stream (the data plane) can be asked for. `operation-log`: the log of an operation as terminal text,
 * from its last `tailBytes` on, then live until the operation ends. `terminal`: first what restores the screen in a fresh terminal of
 * `size`, then what the shell prints; what is written to the stream is typed. `recording`: an asciicast as it is on the disk.
 * `journal`: the journals of hosts, live, as lines of JSON (`JournalStreamLine`); of each first the last `tail` entries that pass.
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
  z.object({ kind: z.literal('terminal'), terminalId: z.string(), size: TerminalSize }),
  z.object({ kind: z.literal('recording'), recordingId: z.string() }),
  z.object({
    kind: z.literal('journal'),
    hostIds: z.array(z.string()).min(1).max(journalLimits.hosts),
    filter: JournalFilter,
    tail: z.int().min(0).max(journalLimits.tail),
  }),
]);
export type StreamRequest = z.infer<typeof StreamRequest>;
/** A follow of journals. */
export type JournalRequest = Extract<StreamRequest, { readonly kind: 'journal' }>;
export type LogRequest = Extract<StreamRequest, { readonly kind: 'operation-log' }>;

/** From the page to the core on a stream: how many bytes it has parsed since the last message. */
export const StreamAck = z.object({ ack: z.int().min(0) });
export type StreamAck = z.infer<typeof StreamAck>;

/** From the page to the core on the stream of a terminal: the page has this size now. The newest size of all pages counts. */
export const StreamSize = z.object({ size: TerminalSize });
export type StreamSize = z.infer<typeof StreamSize>;

/**
 * From the core to the page on the stream of a terminal. `taken`: so many more bytes of what was typed have gone to the host.
 * `lead`: whether it is this page whose size counts and whose terminal answers the host's questions; of several, one does.
 */
export const StreamNews = z.union([z.object({ taken: z.int().min(0) }), z.object({ lead: z.boolean() })]);
export type StreamNews = z.infer<typeof StreamNews>;

/** From the core to the page, as the last message: the stream is complete, or why not. */
export const StreamEnd = z.object({ end: z.enum(['complete', 'failed']), message: z.string() });
export type StreamEnd = z.infer<typeof StreamEnd>;
