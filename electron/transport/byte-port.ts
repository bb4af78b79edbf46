import type { StreamEnd, StreamNews } from '../../shared/model/stream.ts';
import type { TerminalSize } from '../../shared/model/terminal-size.ts';

/**
 * The core's end of one raw stream (the data plane): a MessagePort or a WebSocket behind one face. Bytes go to the page,
 * acknowledgements come back; see `streamLimits`. On the stream of a terminal bytes come back as well.
 */
export interface BytePort {
  send(bytes: Uint8Array): void;
  tell(news: StreamNews): void;
  /** The last message. The port is closed after it. */
  end(end: StreamEnd): void;
  /** `bytes` have been parsed by the page since the last call. */
  onAck(listener: (bytes: number) => void): void;
  /** What is typed in the page, also what was before anybody listened. Set once. */
  onInput(listener: (bytes: Uint8Array) => void): void;
  /** The page has this size now. Set once; the newest one before that is told then. */
  onSize(listener: (size: TerminalSize) => void): void;
  /** The page has gone or has closed the stream. Also called when it was gone already. */
  onClose(listener: () => void): void;
}
