import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { RPCHandler } from '@orpc/server/ws';
import * as z from 'zod';
import { inputLimits } from '../../shared/model/stream-limits.ts';
import { securityHeaders, type PageFiles } from '../page/page-files.ts';
import type { PageSession } from '../transport/page-session.ts';
import { bytePort, parseJson } from '../transport/web-socket.ts';
import type { Keys } from './keys.ts';
import { isOwnHost, isOwnOrigin, type Listener } from './same-origin.ts';

/** Above the largest request of the contract, 5,000 hosts to restore with all that is said about them. */
const CONTROL_MESSAGE_LIMIT = 32 * 1024 * 1024;
/** A stream's page end sends one request, acknowledgements, and what is typed in frames of `inputLimits.frame`. */
const STREAM_MESSAGE_LIMIT = 2 * inputLimits.frame;
/** `{"key":"…"}` and nothing else. */
const KEY_BODY_LIMIT = 1024;

const KeyBody = z.object({ key: z.string().max(200) });

/** Where an app window waits to be sent to the real address: nothing to see, and of the same origin. */
const STARTING_PAGE = '<!doctype html><meta name="color-scheme" content="light dark"><title>Berth</title>';

/** A page names itself, so that its streams find the session of its requests, beside other pages with the same key. */
const PageName = z.uuid();

export interface HomeServerOptions<S extends PageSession> {
  readonly pageFiles: PageFiles;
  readonly keys: Keys;
  readonly openSession: () => Promise<S>;
  readonly rpc: RPCHandler<{ session: S }>;
  readonly listener: Listener;
  readonly onError: (error: unknown) => void;
}

/**
 * The browser home: the page over HTTP, its two planes over WebSockets (`/control`, `/stream`), nothing but the page itself
 * without a key. Not listening yet. Closing the server closes every socket.
 */
export function createHomeServer<S extends PageSession>(options: HomeServerOptions<S>): Server {
  const control = new WebSocketServer({
    noServer: true,
    maxPayload: CONTROL_MESSAGE_LIMIT,
    handleProtocols: ownProtocol,
  });
  const streams = new WebSocketServer({
    noServer: true,
    maxPayload: STREAM_MESSAGE_LIMIT,
    handleProtocols: ownProtocol,
  });
  const sessions = new Map<string, S>();

  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      options.onError(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500);
    });
  });

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOfUpgrade(options, request);
    // Not by `new URL`, which throws on some of what a client may send here.
    const [pathname, query] = (request.url ?? '/').split('?');
    const page = PageName.safeParse(new URLSearchParams(query).get('page'));
    if (refusal !== null) refuseUpgrade(socket, refusal);
    else if (!page.success) refuseUpgrade(socket, 400);
    else if (pathname === '/control') {
      openControl(request, socket, head, page.data).catch((error: unknown) => {
        options.onError(error);
        refuseUpgrade(socket, 500);
      });
    } else if (pathname === '/stream') openStream(request, socket, head, page.data);
    else refuseUpgrade(socket, 404);
  });

  async function openControl(request: IncomingMessage, socket: Duplex, head: Buffer, page: string): Promise<void> {
    if (sessions.has(page)) {
      refuseUpgrade(socket, 409);
      return;
    }
    // Before the handshake ends: what the page sends after it must find a session.
    const session = await options.openSession();
    if (socket.destroyed || sessions.has(page)) {
      session.dispose();
      refuseUpgrade(socket, 409);
      return;
    }
    sessions.set(page, session);
    socket.on('close', () => {
      sessions.delete(page);
      session.dispose();
    });
    control.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      void options.rpc.upgrade(webSocket, { context: { session } });
    });
  }

  function openStream(request: IncomingMessage, socket: Duplex, head: Buffer, page: string): void {
    const session = sessions.get(page);
    if (!session) {
      refuseUpgrade(socket, 404);
      return;
    }
    streams.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      webSocket.once('message', (data: Buffer, isBinary) => {
        session.openStream(isBinary ? null : parseJson(data), bytePort(webSocket));
      });
    });
  }

  server.on('close', () => {
    control.close();
    streams.close();
  });
  return server;
}

async function answer<S extends PageSession>(
  { pageFiles, keys, listener }: HomeServerOptions<S>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOwnHost(request, listener)) {
    refuse(response, 421);
    return;
  }
  const [pathname = '/'] = (request.url ?? '/').split('?');
  if (request.method === 'POST' && pathname === '/session') {
    await exchangeKey(keys, request, response);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405);
    return;
  }
  if (pathname === '/starting') {
    response.writeHead(200, {
      ...securityHeaders,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(STARTING_PAGE);
    return;
  }
  const file = await pageFiles.read(pathname);
  if (!file) {
    refuse(response, 404);
    return;
  }
  response.writeHead(200, { ...file.headers, 'content-length': file.body.byteLength });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

async function exchangeKey(keys: Keys, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // The content type keeps plain HTML forms of other sites out even where an Origin were missing.
  if (!isOwnOrigin(request) || request.headers['content-type'] !== 'application/json') {
    refuse(response, 403);
    return;
  }
  const body = KeyBody.safeParse(parseJson(await readBody(request, KEY_BODY_LIMIT)));
  const session = body.success ? keys.exchange(body.data.key) : null;
  if (session === null) {
    refuse(response, 403);
    return;
  }
  response.writeHead(200, { ...securityHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ session }));
}

/** The HTTP status with which a handshake is refused, null when it is not. */
function refusalOfUpgrade<S extends PageSession>(
  { keys, listener }: HomeServerOptions<S>,
  request: IncomingMessage,
): number | null {
  if (!isOwnHost(request, listener)) return 421;
  if (!isOwnOrigin(request)) return 403;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  const key = offered.find((protocol) => protocol !== 'berth');
  return offered.includes('berth') && key !== undefined && keys.isSession(key) ? null : 401;
}

/** The key travels as a sub-protocol; the answer names the other one, so that it is not sent back. */
function ownProtocol(): string {
  return 'berth';
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > limit) break;
    chunks.push(chunk);
  }
  return size > limit ? Buffer.alloc(0) : Buffer.concat(chunks);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, {
    ...securityHeaders,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${status}\n`);
}

/** Does not wait for the other side to hang up as well: whoever has no key could hold as many sockets as there are. */
function refuseUpgrade(socket: Duplex, status: number): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
