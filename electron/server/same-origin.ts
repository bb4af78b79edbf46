import type { IncomingMessage } from 'node:http';

/**
 * Who may be asked under which name. `port` null: behind a unix socket, where a forwarded port can have any number, but the
 * name is still one that no foreign DNS can point at.
 */
export interface Listener {
  readonly port: number | null;
}

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/;

/** Whether the Host header names this server: a page that reached it by DNS rebinding sends its own name instead. */
export function isOwnHost(request: IncomingMessage, listener: Listener): boolean {
  const match = LOOPBACK_HOST.exec(request.headers.host ?? '');
  if (!match) return false;
  return listener.port === null || Number(match[2] ?? 80) === listener.port;
}

/**
 * Whether a request that does something comes from our own page. Browsers send Origin with every POST and every
 * WebSocket handshake; what sends none is no browser showing our page.
 */
export function isOwnOrigin(request: IncomingMessage): boolean {
  return request.headers.origin !== undefined && request.headers.origin === `http://${request.headers.host}`;
}
