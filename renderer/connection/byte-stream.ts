import { streamLimits, type StreamEnd } from '../../shared/model/stream.ts';
import type { ByteStream } from './berth-connection.ts';

/** What carries a raw stream: how the page acknowledges and how it hangs up. */
export interface ByteStreamWire {
  sendAck(bytes: number): void;
  close(): void;
}

/**
 * The page's half of a raw stream, without its wire: collects acknowledgements, keeps what arrives before anybody
 * listens, and ends once. `lost` is for a wire that breaks without a last message.
 */
export function createByteStream(wire: ByteStreamWire): {
  readonly stream: ByteStream;
  bytes(bytes: Uint8Array): void;
  end(end: StreamEnd): void;
  lost(): void;
} {
  let onBytes: ((bytes: Uint8Array, parsed: () => void) => void) | null = null;
  let onEnd: ((end: StreamEnd) => void) | null = null;
  let ended: StreamEnd | null = null;
  let closed = false;
  let unacknowledged = 0;
  const early: Uint8Array[] = [];

  function deliver(bytes: Uint8Array): void {
    onBytes?.(bytes, () => {
      unacknowledged += bytes.byteLength;
      if (closed || ended || unacknowledged < streamLimits.ackEvery) return;
      wire.sendAck(unacknowledged);
      unacknowledged = 0;
    });
  }

  function finish(end: StreamEnd): void {
    if (closed || ended) return;
    ended = end;
    onEnd?.(end);
  }

  return {
    stream: {
      onBytes(listener) {
        onBytes = listener;
        for (const bytes of early.splice(0)) deliver(bytes);
      },
      onEnd(listener) {
        onEnd = listener;
        if (ended && !closed) listener(ended);
      },
      close() {
        if (closed) return;
        closed = true;
        wire.close();
      },
    },
    bytes(bytes) {
      if (closed || ended) return;
      if (onBytes) deliver(bytes);
      else early.push(bytes);
    },
    end: finish,
    lost: () => finish({ end: 'failed', message: 'The connection to Berth’s core was lost.' }),
  };
}
