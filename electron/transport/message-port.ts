import type { RPCHandler } from '@orpc/server/message-port';
import { StreamAck, type StreamEnd } from '../../shared/model/stream.ts';
import type { BytePort } from './byte-port.ts';
import type { PageSession } from './page-session.ts';

/** Electron's MessagePortMain, as far as it is needed here. */
export interface HomePort {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  on(event: 'message', listener: (event: PortMessage) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export interface PortMessage {
  readonly data: unknown;
  readonly ports: readonly HomePort[];
}

/** What a page sends through its hub; each message brings a port of its own for what it asks for. */
type HubMessage = { readonly kind: 'control' } | { readonly kind: 'stream'; readonly request: unknown };

/** Serves one page through its hub port until the page goes; then the session is disposed. Rejects when `open` does. */
export async function serveHub<S extends PageSession>(
  hub: HomePort,
  open: () => Promise<S>,
  rpc: RPCHandler<{ session: S }>,
): Promise<void> {
  let gone = false;
  let leave = () => {};
  hub.on('close', () => {
    gone = true;
    leave();
  });
  const session = await open();
  leave = () => session.dispose();
  if (gone) {
    leave();
    return;
  }
  hub.on('message', ({ data, ports: [port] }) => {
    if (!port) return;
    const message = data as HubMessage | null;
    if (message?.kind === 'control') {
      rpc.upgrade(port, { context: { session } });
      port.start();
    } else if (message?.kind === 'stream') {
      session.openStream(message.request, bytePort(port));
    } else {
      port.close();
    }
  });
  hub.start();
}

/** The core's end of a raw stream over a message port. */
export function bytePort(port: HomePort): BytePort {
  let closed = false;
  const closeListeners: (() => void)[] = [];
  const ackListeners: ((bytes: number) => void)[] = [];
  port.on('message', ({ data }) => {
    const message = StreamAck.safeParse(data);
    if (message.success) for (const listener of ackListeners) listener(message.data.ack);
  });
  port.on('close', () => {
    closed = true;
    for (const listener of closeListeners) listener();
  });
  port.start();

  return {
    send(bytes) {
      // A copy: cloning a view clones its whole buffer, and Node's pooled buffers hold other things as well.
      port.postMessage(new Uint8Array(bytes));
    },
    end(end: StreamEnd) {
      port.postMessage(end);
      port.close();
    },
    onAck: (listener) => void ackListeners.push(listener),
    onClose(listener) {
      if (closed) listener();
      else closeListeners.push(listener);
    },
  };
}
