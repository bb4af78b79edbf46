import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/index.ts';
import { BerthError } from '../../shared/errors/failure.ts';
import type { StreamRequest } from '../../shared/model/stream.ts';
import { windowOf } from '../../shared/model/stream-limits.ts';
import { createByteStream } from './byte-stream.ts';
import type { BerthConnection, ByteStream } from './berth-connection.ts';
import { createLostSignal } from './lost-signal.ts';

/** Where the session key of this tab is kept: it outlives a reload, and nothing else. */
const SESSION_KEY = 'berth-session';

/** The launch key in the address, `#key=<text>`. It is used once, and leaves the address before it is. */
const LAUNCH_KEY = /^#key=([\w-]{16,})$/;

/**
 * Browser home: the one-time launch key of the address is exchanged for a session key, which then travels as the
 * sub-protocol of every WebSocket, so that it shows up neither in an address nor in a log.
 */
export async function connectBrowser(): Promise<BerthConnection> {
  const key = await sessionKey();
  // Tells the core which streams belong to which requests, where several pages share one key. No secret.
  const page = crypto.randomUUID();
  const control = new WebSocket(socketAddress('/control', page), ['berth', key]);
  control.binaryType = 'arraybuffer';
  await opened(control);

  const lost = createLostSignal();
  control.addEventListener('close', () => lost.fire());
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ websocket: control }));

  return {
    home: 'browser',
    client,
    onLost: lost.subscribe,
    openStream: (request) => openStream(key, page, request),
    dispose: () => control.close(),
  };
}

async function sessionKey(): Promise<string> {
  const launch = LAUNCH_KEY.exec(location.hash)?.[1];
  const kept = sessionStorage.getItem(SESSION_KEY);
  if (launch === undefined) {
    if (kept === null) throw new BerthError('connection.key-wrong');
    return kept;
  }
  history.replaceState(null, '', `${location.pathname}#/fleet`);
  const response = await post('/session', { key: launch });
  if (!response.ok) {
    sessionStorage.removeItem(SESSION_KEY);
    throw new BerthError('connection.key-wrong');
  }
  const { session } = (await response.json()) as { readonly session: string };
  sessionStorage.setItem(SESSION_KEY, session);
  return session;
}

async function post(path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (error) {
    throw new BerthError('connection.lost', {}, error);
  }
}

/** A refused session key and a server that is gone look the same from here: the browser tells a script no more. */
function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('close', () => reject(new BerthError('connection.lost')), { once: true });
  });
}

function openStream(key: string, page: string, request: StreamRequest): ByteStream {
  const socket = new WebSocket(socketAddress('/stream', page), ['berth', key]);
  socket.binaryType = 'arraybuffer';
  let isUnwanted = false;
  const isOpen = () => socket.readyState === WebSocket.OPEN;
  // What is typed, and how large the terminal is, may come before the socket is open; acknowledgements cannot.
  const early: (string | Uint8Array<ArrayBuffer>)[] = [];
  const say = (data: string | Uint8Array<ArrayBuffer>) => {
    if (isOpen()) socket.send(data);
    else if (socket.readyState === WebSocket.CONNECTING) early.push(data);
  };
  const { stream, bytes, message, lost } = createByteStream(
    {
      send: (said) => say(JSON.stringify(said)),
      sendInput: (typed) => say(new Uint8Array(typed)),
      close: () => {
        isUnwanted = true;
        // Of one that is closed before it is open the browser complains in the console.
        if (socket.readyState !== WebSocket.CONNECTING) socket.close();
      },
    },
    windowOf(request),
  );
  socket.addEventListener('open', () => {
    if (isUnwanted) {
      socket.close();
      return;
    }
    socket.send(JSON.stringify(request));
    for (const data of early.splice(0)) socket.send(data);
  });
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) bytes(new Uint8Array(data));
    else if (typeof data === 'string') message(parseJson(data));
  });
  socket.addEventListener('close', lost);
  return stream;
}

function socketAddress(path: string, page: string): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${path}?page=${page}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
