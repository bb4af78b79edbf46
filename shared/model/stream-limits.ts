import type { StreamRequest } from './stream.ts';

/** Flow control of a stream, in bytes. */
export interface StreamWindow {
  /** The core stops reading the source above this many unacknowledged bytes. */
  readonly highWater: number;
  /** It goes on below this many. */
  readonly lowWater: number;
  /** The page acknowledges whenever it has parsed this many. */
  readonly ackEvery: number;
}

/**
 * Flow control of every stream but terminals, in bytes (ARCHITECTURE.md, the two planes). The window is two batches of the log pane, so that
 * one travels while the other is parsed; it stays nearly full, since the core needs as long to fill it as the page to empty it.
 */
export const streamLimits: StreamWindow = {
  highWater: 2 * 1024 * 1024,
  lowWater: 1792 * 1024,
  ackEvery: 128 * 1024,
};

/** The same of a terminal: small, so that an echo is never far behind a flood. */
export const terminalWindow: StreamWindow = {
  highWater: 256 * 1024,
  lowWater: 224 * 1024,
  ackEvery: 32 * 1024,
};

/** The flow control of what was asked for; both ends go by it. */
export function windowOf({ kind }: StreamRequest): StreamWindow {
  return kind === 'terminal' ? terminalWindow : streamLimits;
}

/** What is typed or pasted, in bytes: a frame, and what the page may have sent that is not `taken` yet. */
export const inputLimits = {
  frame: 16 * 1024,
  untaken: 64 * 1024,
} as const;
