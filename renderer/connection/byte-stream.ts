import type { StreamAck, StreamEnd, StreamNews, StreamSize } from '../../shared/model/stream.ts';
import { streamLimits, type StreamWindow } from '../../shared/model/stream-limits.ts';
import type { ByteStream } from './berth-connection.ts';
import { createInputQueue } from './input-queue.ts';

/** What carries a raw stream: how the page says something, how it types, and how it hangs up. */
export interface ByteStreamWire {
  send(message: StreamAck | StreamSize): void;
  sendInput(bytes: Uint8Array): void;
  close(): void;
}

/**
 * The page's half of a raw stream, without its wire: collects acknowledgements, keeps what arrives before anybody
 * listens, and ends once. `lost` is for a wire that breaks without a last message; `message` takes whatever is not bytes.
 */
export function createByteStream(
  wire: ByteStreamWire,
  window: StreamWindow = streamLimits,
): {
  readonly stream: ByteStream;
  bytes(bytes: Uint8Array): void;
  message(data: unknown): void;
  lost(): void;
} {
  let onBytes: ((bytes: Uint8Array, parsed: () => void) => void) | null = null;
  let onEnd: ((end: StreamEnd) => void) | null = null;
  let onMessage: ((message: StreamNews) => void) | null = null;
  let ended: StreamEnd | null = null;
  let closed = false;
  let unacknowledged = 0;
  const early: Uint8Array[] = [];
  const earlyNews: StreamNews[] = [];
  const input = createInputQueue((bytes) => {
    if (!closed && !ended) wire.sendInput(bytes);
  });

  function deliver(bytes: Uint8Array): void {
    onBytes?.(bytes, () => {
      unacknowledged += bytes.byteLength;
      if (closed || ended || unacknowledged < window.ackEvery) return;
      wire.send({ ack: unacknowledged });
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
      write: (bytes) => input.push(bytes),
      get waiting() {
        return input.waiting;
      },
      dropWaiting: () => input.drop(),
      send(message) {
        if (!closed && !ended) wire.send(message);
      },
      onMessage(listener) {
        onMessage = listener;
        for (const news of earlyNews.splice(0)) listener(news);
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
    message(data) {
      const said = readMessage(data);
      if (!said || closed || ended) return;
      if ('end' in said) {
        finish(said);
        return;
      }
      if ('taken' in said) input.taken(said.taken);
      if (onMessage) onMessage(said);
      else earlyNews.push(said);
    },
    lost: () => finish({ end: 'failed', message: 'The connection to Berth’s core was lost.' }),
  };
}

/** By hand: the page does without schemas until it needs them. Null for what no core says. */
function readMessage(data: unknown): StreamEnd | StreamNews | null {
  if (typeof data !== 'object' || data === null) return null;
  if ('end' in data && (data.end === 'complete' || data.end === 'failed')) {
    return { end: data.end, message: 'message' in data ? String(data.message) : '' };
  }
  if ('taken' in data && typeof data.taken === 'number') return { taken: data.taken };
  if ('lead' in data && typeof data.lead === 'boolean') return { lead: data.lead };
  return null;
}
