import type { WebSocket } from 'ws';
import { StreamAck, type StreamEnd } from '../../shared/model/stream.ts';
import type { BytePort } from './byte-port.ts';

/** The core's end of a raw stream over a WebSocket: binary frames to the page, JSON texts for everything else. */
export function bytePort(socket: WebSocket): BytePort {
  const closeListeners: (() => void)[] = [];
  const ackListeners: ((bytes: number) => void)[] = [];
  socket.on('message', (data: Buffer, isBinary) => {
    const message = StreamAck.safeParse(isBinary ? null : parseJson(data));
    if (message.success) for (const listener of ackListeners) listener(message.data.ack);
  });
  socket.on('close', () => {
    for (const listener of closeListeners) listener();
  });

  return {
    send(bytes) {
      if (socket.readyState === socket.OPEN) socket.send(bytes, { binary: true });
    },
    end(end: StreamEnd) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(end));
      socket.close(1000);
    },
    onAck: (listener) => void ackListeners.push(listener),
    onClose(listener) {
      if (socket.readyState === socket.CLOSED) listener();
      else closeListeners.push(listener);
    },
  };
}

/** Null for what is no JSON. */
export function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return null;
  }
}
