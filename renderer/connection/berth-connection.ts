import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/index.ts';
import type { StreamEnd, StreamRequest } from '../../shared/model/stream.ts';

/** One raw stream from the core (the data plane): a MessagePort or a WebSocket behind one face. */
export interface ByteStream {
  /**
   * Call `parsed` when the bytes are used up (xterm: from its write callback). The core stops sending above
   * `streamLimits.highWater` unparsed bytes, so forgetting it stops the stream. Set once, at once after opening.
   */
  onBytes(listener: (bytes: Uint8Array, parsed: () => void) => void): void;
  /** The last word: complete, or why not. Not called after `close()`. */
  onEnd(listener: (end: StreamEnd) => void): void;
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
