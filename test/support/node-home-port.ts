import type { MessagePort } from 'node:worker_threads';
import type { HomePort, PortMessage } from '../../electron/transport/message-port.ts';

/** Node's MessagePort with the face of Electron's MessagePortMain, so that the core's side runs in a test without Electron. */
export function nodeHomePort(port: MessagePort): HomePort {
  function on(event: 'message' | 'close', listener: (event: PortMessage) => void): void {
    if (event === 'close') {
      port.on('close', () => listener({ data: null, ports: [] }));
      return;
    }
    // Node starts a port with its first listener; Electron waits for `start()`.
    port.addEventListener('message', (message) => {
      const { data, ports } = message as unknown as { data: unknown; ports: MessagePort[] };
      listener({ data, ports: ports.map(nodeHomePort) });
    });
  }
  return {
    on,
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  };
}
