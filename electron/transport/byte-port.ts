import type { StreamEnd } from '../../shared/model/stream.ts';

/**
 * The core's end of one raw stream (the data plane): a MessagePort or a WebSocket behind one face. Bytes go to the page,
 * acknowledgements come back; see `streamLimits`.
 */
export interface BytePort {
  send(bytes: Uint8Array): void;
  /** The last message. The port is closed after it. */
  end(end: StreamEnd): void;
  /** `bytes` have been parsed by the page since the last call. */
  onAck(listener: (bytes: number) => void): void;
  /** The page has gone or has closed the stream. Also called when it was gone already. */
  onClose(listener: () => void): void;
}
