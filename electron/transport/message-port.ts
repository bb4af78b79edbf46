import type { RPCHandler } from '@orpc/server/message-port';
import type { StreamEnd } from '../../shared/model/stream.ts';
import type { BytePort } from './byte-port.ts';
import type { PageSession } from './page-session.ts';
import { createPortEvents } from './port-events.ts';

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

/** The core's end of a raw stream over a message port: byte arrays in both directions, objects for everything else. */
export function bytePort(port: HomePort): BytePort {
  const { onAck, onInput, onSize, onClose, ...events } = createPortEvents(() => port.close());
  port.on('message', ({ data }) => {
    if (data instanceof Uint8Array) events.input(data);
    else events.message(data);
  });
  port.on('close', events.closed);
  port.start();

  return {
    send(bytes) {
      // A copy: cloning a view clones its whole buffer, and Node's pooled buffers hold other things as well.
      port.postMessage(new Uint8Array(bytes));
    },
    tell: (news) => port.postMessage(news),
    end(end: StreamEnd) {
      port.postMessage(end);
      port.close();
    },
    onAck,
    onInput,
    onSize,
    onClose,
  };
}
