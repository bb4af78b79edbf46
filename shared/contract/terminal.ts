import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { Multiplexer, Recording, TerminalInfo, TerminalSize } from '../model/terminal.ts';
import { base } from './errors.ts';

const byId = z.object({ id: z.string() });

/** What `terminal.watch` sends: all that there are, then each one that changes or is closed. */
export const TerminalsEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('snapshot'), terminals: z.array(TerminalInfo) }),
  z.object({ kind: z.literal('upsert'), terminal: TerminalInfo }),
  z.object({ kind: z.literal('removed'), id: z.string() }),
]);
export type TerminalsEvent = z.infer<typeof TerminalsEvent>;

/** Shells on hosts. What they print and what is typed goes over a stream (`StreamRequest`, kind `terminal`). */
export const terminal = {
  /**
   * Opens a shell on a host, connecting where needed; answers at once, `opening`. `attach`: in the host's multiplexer, in the session
   * there is or in a new one. Refused with `terminal.too-many`.
   */
  open: base
    .input(z.object({ hostId: z.string(), size: TerminalSize, attach: Multiplexer.nullable() }))
    .output(TerminalInfo),
  /** Hangs up and forgets it. One that is not there (any more) is closed already. */
  close: base.input(byId),
  /**
   * A new shell in the same terminal, after it was lost or has ended. One that is open is left as it is, unless `attach` names a
   * multiplexer that it is not in: then its shell is hung up for that. Refused with `terminal.unknown`.
   */
  reopen: base.input(z.object({ id: z.string(), attach: Multiplexer.nullable() })).output(TerminalInfo),
  list: base.output(z.array(TerminalInfo)),
  watch: base.output(eventIterator(TerminalsEvent)),
  /** Begins or ends a recording; `withInput` records also what is typed, passwords included. */
  record: base.input(z.object({ id: z.string(), on: z.boolean(), withInput: z.boolean() })).output(TerminalInfo),
  /** Newest first. */
  recordings: base.input(z.object({ hostId: z.string().nullable() })).output(z.array(Recording)),
  removeRecording: base.input(byId),
  /** A recording for saving, in pieces that belong one behind the other: the asciicast itself, or what was to be read in it. */
  exportRecording: base
    .input(z.object({ id: z.string(), format: z.enum(['cast', 'text']) }))
    .output(eventIterator(z.object({ fileName: z.string(), text: z.string() }))),
};
