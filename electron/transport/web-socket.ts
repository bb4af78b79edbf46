import type { WebSocket } from 'ws';
import type { StreamEnd } from '../../shared/model/stream.ts';
import type { BytePort } from './byte-port.ts';
import { createPortEvents } from './port-events.ts';

/** The core's end of a raw stream over a WebSocket: binary frames for bytes in both directions, JSON texts for everything else. */
export function bytePort(socket: WebSocket): BytePort {
  const { onAck, onInput, onSize, onClose, ...events } = createPortEvents(() => socket.close(1008));
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) events.input(data);
    else events.message(parseJson(data));
  });
  socket.on('close', events.closed);
  if (socket.readyState === socket.CLOSED) events.closed();
  const say = (message: unknown) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };

  return {
    send(bytes) {
      if (socket.readyState === socket.OPEN) socket.send(bytes, { binary: true });
    },
    tell: say,
    end(end: StreamEnd) {
      say(end);
      socket.close(1000);
    },
    onAck,
    onInput,
    onSize,
    onClose,
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
