import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/index.ts';
import type { StreamEnd, StreamNews, StreamRequest, StreamSize } from '../../shared/model/stream.ts';

/** One raw stream from the core (the data plane): a MessagePort or a WebSocket behind one face. */
export interface ByteStream {
  /**
   * Call `parsed` when the bytes are used up (xterm: from its write callback). The core stops sending above
   * `highWater` unparsed bytes (`windowOf` the request), so forgetting it stops the stream. Set once, at once after opening.
   */
  onBytes(listener: (bytes: Uint8Array, parsed: () => void) => void): void;
  /** The last word: complete, or why not. Not called after `close()`. */
  onEnd(listener: (end: StreamEnd) => void): void;
  /**
   * What is typed, on the stream of a terminal. It may be as long as a paste is: what the host has not taken waits here, in order, and at
   * most `inputLimits.untaken` bytes of it are on their way.
   */
  write(bytes: Uint8Array): void;
  /** Bytes that were written and still wait here. */
  readonly waiting: number;
  /** Forgets them: an interrupt does not stand behind a paste. */
  dropWaiting(): void;
  /** Tells the core the size of this page's terminal. */
  send(message: StreamSize): void;
  /** `taken` (already counted by `write`) and `lead`; also what came before anybody listened. Set once. */
  onMessage(listener: (message: StreamNews) => void): void;
  close(): void;
}

/** The way from this page to a core. */
export interface BerthConnection {
  readonly home: 'electron' | 'browser';
  readonly client: ContractRouterClient<Contract>;
  openStream(request: StreamRequest): ByteStream;
  /** Called once when the core cannot be reached any more; at once when that has happened already. */
  onLost(listener: () => void): () => void;
  dispose(): void;
}
