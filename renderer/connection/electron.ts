import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/index.ts';
import { BerthError } from '../../shared/errors/failure.ts';
import { windowOf } from '../../shared/model/stream-limits.ts';
import { createByteStream } from './byte-stream.ts';
import type { BerthConnection } from './berth-connection.ts';
import { createLostSignal } from './lost-signal.ts';

/** How long the preload may take to hand over its port. Forking the core is part of it; on a slow disk seconds. */
const HUB_TIMEOUT_MS = 30_000;

/** The message with which the preload hands over the hub port. */
const HUB_MESSAGE = 'berth:hub';

/** Asks the preload for a hub; a page that reloads or reconnects gets a new one. */
const HUB_REQUEST = 'berth:want-hub';

/**
 * Electron: the preload hands over one port, the hub, which leads to the core process. Every further channel is a
 * MessageChannel made here, whose other end is sent through the hub.
 */
export async function connectElectron(): Promise<BerthConnection> {
  const hub = await receiveHub();
  const lost = createLostSignal();
  hub.addEventListener('close', () => lost.fire());
  hub.start();

  const control = openPort(hub, { kind: 'control' });
  control.addEventListener('close', () => lost.fire());
  control.start();
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: control }));

  return {
    home: 'electron',
    client,
    onLost: lost.subscribe,
    openStream(request) {
      const port = openPort(hub, { kind: 'stream', request });
      const streamPort = createByteStream(
        {
          send: (said) => port.postMessage(said),
          sendInput: (typed) => port.postMessage(new Uint8Array(typed)),
          close: () => port.close(),
        },
        windowOf(request),
      );
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof Uint8Array) streamPort.bytes(data);
        else if (data instanceof ArrayBuffer) streamPort.bytes(new Uint8Array(data));
        else streamPort.message(data);
      });
      port.addEventListener('close', streamPort.lost);
      port.start();
      return streamPort.stream;
    },
    dispose() {
      control.close();
      hub.close();
    },
  };
}

function receiveHub(): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      removeEventListener('message', onMessage);
      reject(new BerthError('connection.lost'));
    }, HUB_TIMEOUT_MS);
    function onMessage(event: MessageEvent<unknown>): void {
      const port = event.ports[0];
      if (event.source !== window || event.data !== HUB_MESSAGE || !port) return;
      clearTimeout(timer);
      removeEventListener('message', onMessage);
      resolve(port);
    }
    addEventListener('message', onMessage);
    postMessage(HUB_REQUEST, location.origin);
  });
}

function openPort(hub: MessagePort, message: unknown): MessagePort {
  const { port1, port2 } = new MessageChannel();
  hub.postMessage(message, [port2]);
  return port1;
}
