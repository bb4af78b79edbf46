import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A link with a long way: a relay on loopback in front of a server, that holds back what it passes on. */
export interface SlowLink {
  readonly server: Server;
  /** From now on the connection that reaches the target from this port takes its time. */
  slowDown(port: number): void;
}

/**
 * `target` must be listening. Nothing is held back until `slowDown`: a handshake of eight round trips would take longer
 * than anybody wants to watch.
 */
export function createSlowLink(target: Server, roundTripMs: number): SlowLink {
  const slow = new Set<number>();
  const { port: targetPort } = target.address() as AddressInfo;

  function relay(from: Socket, to: Socket, port: () => number): void {
    const delay = () => (slow.has(port()) ? roundTripMs / 2 : 0);
    // Timers of one length fire in the order they were set, so that the bytes stay in theirs.
    from.on('data', (bytes: Buffer) => setTimeout(() => to.writable && to.write(bytes), delay()));
    from.on('close', () => setTimeout(() => to.destroy(), delay()));
    from.on('error', () => undefined);
  }

  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    let port = 0;
    far.on('connect', () => {
      port = far.localPort ?? 0;
    });
    far.on('close', () => slow.delete(port));
    relay(near, far, () => port);
    relay(far, near, () => port);
  });
  return { server, slowDown: (port) => void slow.add(port) };
}
