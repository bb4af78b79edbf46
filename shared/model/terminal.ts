import * as z from 'zod';
import { Failure } from './failure.ts';
import { hostLimits } from './host-limits.ts';
import { sizeLimits } from './terminal-limits.ts';
import { TerminalSize } from './terminal-size.ts';

export { TerminalSize };

/** What a terminal can be at most. `title` in characters, `recording` and `piece` in bytes. */
export const terminalLimits = {
  ...sizeLimits,
  title: 120,
  /** Terminals of one core. */
  open: 64,
  /** Lines that the core keeps of each, to give the screen back to a page that comes. */
  keptLines: 2000,
  /** A recording ends by itself here. */
  recording: 1024 * 1024 * 1024,
  /** A piece of a recording that is exported. */
  piece: 1024 * 1024,
} as const;

/** What keeps shells on a host alive without Berth. */
export const Multiplexer = z.enum(['tmux', 'screen']);
export type Multiplexer = z.infer<typeof Multiplexer>;

/**
 * `lost`: the connection is gone, and with it the shell; Berth connects again by itself and opens a new shell in the same terminal.
 * `rebooting`: an operation of Berth reboots the host just now. `ended`: the shell ended (`code` or `signal` says how), or could not be opened.
 */
export const TerminalState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opening') }),
  z.object({ kind: z.literal('open') }),
  z.object({ kind: z.literal('lost'), since: z.iso.datetime(), failure: Failure.nullable(), rebooting: z.boolean() }),
  z.object({
    kind: z.literal('ended'),
    at: z.iso.datetime(),
    code: z.int().nullable(),
    signal: z.string().nullable(),
    failure: Failure.nullable(),
  }),
]);
export type TerminalState = z.infer<typeof TerminalState>;

/**
 * A shell on a host, which lives in the core: pages come and go. `title` is what the host calls it, as plain text, '' where it says nothing.
 * `bells` counts since it was opened. `multiplexers`: what the host has, known some time after opening. `attached`: the multiplexer that it runs in.
 * `droppedBytes`: output that was never shown, because an interrupt had been typed in a flood. `recordingFailure`: why the last recording broke off.
 */
export const TerminalInfo = z.object({
  id: z.string(),
  hostId: z.string(),
  openedAt: z.iso.datetime(),
  title: z.string().max(terminalLimits.title),
  size: TerminalSize,
  bells: z.int().min(0),
  state: TerminalState,
  multiplexers: z.array(Multiplexer),
  attached: Multiplexer.nullable(),
  recording: z.object({ id: z.string(), withInput: z.boolean() }).nullable(),
  recordingFailure: Failure.nullable(),
  droppedBytes: z.number().min(0),
});
export type TerminalInfo = z.infer<typeof TerminalInfo>;

/** A recorded terminal (asciicast v2). `durationMs` null: it still records, or broke off. `bytes` on the disk. */
export const Recording = z.object({
  id: z.string(),
  hostId: z.string(),
  hostName: z.string().max(hostLimits.name),
  user: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().min(0).nullable(),
  bytes: z.number().min(0),
  withInput: z.boolean(),
});
export type Recording = z.infer<typeof Recording>;
