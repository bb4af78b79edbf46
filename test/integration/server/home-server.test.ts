import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { eventIterator, oc, type ContractRouterClient } from '@orpc/contract';
import * as z from 'zod';
import { openPageFiles } from '../../../electron/page/page-files.ts';
import { createHomeServer } from '../../../electron/server/home-server.ts';
import { createKeys, LAUNCH_KEY_LIFETIME_MS, type Keys } from '../../../electron/server/keys.ts';
import { listenOnLoopback, listenOnSocket } from '../../../electron/server/listen.ts';
import type { BytePort } from '../../../electron/transport/byte-port.ts';
import type { PageSession } from '../../../electron/transport/page-session.ts';

const contract = { who: oc.output(z.string()), count: oc.output(eventIterator(z.number())) };

interface TestSession extends PageSession {
  readonly name: string;
  readonly streams: { readonly request: unknown; readonly port: BytePort }[];
  disposed: boolean;
}

let dir: string;
let server: Server;
let keys: Keys;
let port: number;
let sessions: TestSession[];
let clock: number;
let ended: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-home-'));
  await mkdir(join(dir, 'page', 'assets'), { recursive: true });
  await writeFile(join(dir, 'page', 'index.html'), '<!doctype html><title>Berth</title>');
  await writeFile(join(dir, 'page', 'assets', 'main-1a2b.js'), 'export {};');
  await writeFile(join(dir, 'secret.html'), 'secret');
  clock = 0;
  keys = createKeys(() => clock);
  sessions = [];
  ended = [];
  await start({ port: 0 });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dir, { recursive: true });
});

async function makeServer(listener: { port: number | null }): Promise<Server> {
  const os = implement(contract).$context<{ session: TestSession }>();
  const router = os.router({
    who: os.who.handler(({ context }) => context.session.name),
    count: os.count.handler(async function* ({ context, signal }) {
      try {
        for (let n = 0; ; n += 1) {
          yield n;
          if (n === 2) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
          if (signal?.aborted) return;
        }
      } finally {
        ended.push(context.session.name);
      }
    }),
  });
  return createHomeServer<TestSession>({
    pageFiles: await openPageFiles(join(dir, 'page')),
    keys,
    listener,
    rpc: new RPCHandler(router),
    openSession: async () => {
      const session: TestSession = {
        name: `session ${sessions.length}`,
        streams: [],
        disposed: false,
        openStream: (asked, bytePort) => void session.streams.push({ request: asked, port: bytePort }),
        dispose: () => void (session.disposed = true),
      };
      sessions.push(session);
      return session;
    },
    onError: (error) => {
      throw error;
    },
  });
}

async function start(listener: { port: number | null }): Promise<void> {
  server = await makeServer(listener);
  port = await listenOnLoopback(server, 0);
  listener.port = port;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function exchange(key: string, headers: Record<string, string> = {}): Promise<Answer> {
  return ask('/session', {
    method: 'POST',
    headers: { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ key }),
  });
}

async function sessionKey(): Promise<string> {
  const { body } = await exchange(keys.newLaunchKey());
  return (JSON.parse(body) as { session: string }).session;
}

function openSocket(path: string, options: { protocols?: string[]; origin?: string | null; host?: string } = {}) {
  const headers: Record<string, string> = {};
  if (options.origin !== null) headers['origin'] = options.origin ?? `http://127.0.0.1:${port}`;
  if (options.host !== undefined) headers['host'] = options.host;
  return new WebSocket(`ws://127.0.0.1:${port}${path}`, options.protocols ?? [], { headers });
}

/** The status with which a handshake was refused, or 101. */
function handshake(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    socket.on('error', reject);
  });
}

function opened(socket: WebSocket): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });
}

describe('the page', () => {
  it('is served with every security header', async () => {
    const { status, headers, body } = await ask('/');
    expect(status).toBe(200);
    expect(body).toContain('<title>Berth</title>');
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  it('lets files with a hash in their name be kept', async () => {
    const { headers } = await ask('/assets/main-1a2b.js');
    expect(headers['cache-control']).toContain('immutable');
    expect(headers['content-type']).toContain('text/javascript');
  });

  it.each([
    '/../secret.html',
    '/..%2fsecret.html',
    '/%2e%2e/secret.html',
    '/assets/../../secret.html',
    '//etc/passwd',
    '/assets',
    '/nothing.js',
  ])('has no file at %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it('refuses other names for itself, as DNS rebinding brings them', async () => {
    expect((await ask('/', { headers: { host: 'evil.example' } })).status).toBe(421);
    expect((await ask('/', { headers: { host: `evil.example:${port}` } })).status).toBe(421);
    expect((await ask('/', { headers: { host: `127.0.0.1.evil.example:${port}` } })).status).toBe(421);
    expect((await ask('/', { headers: { host: '127.0.0.1:1' } })).status).toBe(421);
    expect((await ask('/', { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });

  it('refuses other methods', async () => {
    expect((await ask('/', { method: 'PUT' })).status).toBe(405);
    expect((await ask('/', { method: 'OPTIONS' })).status).toBe(405);
  });
});

describe('the launch key', () => {
  it('works once', async () => {
    const key = keys.newLaunchKey();
    const first = await exchange(key);
    expect(first.status).toBe(200);
    expect(JSON.parse(first.body)).toEqual({ session: expect.stringMatching(/^[\w-]{43}$/) as unknown });
    expect(first.headers['cache-control']).toBe('no-store');
    expect((await exchange(key)).status).toBe(403);
  });

  it('works not for long', async () => {
    const key = keys.newLaunchKey();
    clock = LAUNCH_KEY_LIFETIME_MS;
    expect((await exchange(key)).status).toBe(403);
  });

  it('is not taken when it is wrong, and stays good meanwhile', async () => {
    const key = keys.newLaunchKey();
    expect((await exchange('x'.repeat(43))).status).toBe(403);
    expect((await exchange('')).status).toBe(403);
    expect((await exchange(key)).status).toBe(200);
  });

  it('is not taken from another origin or by another name', async () => {
    const key = keys.newLaunchKey();
    expect((await exchange(key, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await exchange(key, { origin: 'null' })).status).toBe(403);
    expect((await exchange(key, { origin: `http://localhost:${port}` })).status).toBe(403);
    expect((await exchange(key, { host: 'evil.example', origin: 'http://evil.example' })).status).toBe(421);
    expect((await exchange(key, { 'content-type': 'text/plain' })).status).toBe(403);
    expect((await exchange(key)).status).toBe(200);
  });

  it('comes in a small body', async () => {
    expect((await exchange('x'.repeat(100_000))).status).toBe(403);
    const origin = `http://127.0.0.1:${port}`;
    const headers = { origin, 'content-type': 'application/json' };
    expect((await ask('/session', { method: 'POST', headers, body: '{"key":' })).status).toBe(403);
  });
});

describe('the sockets', () => {
  const page = randomUUID();

  it('want a session key', async () => {
    const key = await sessionKey();
    const launchKey = keys.newLaunchKey();
    const path = `/control?page=${page}`;
    expect(await handshake(openSocket(path))).toBe(401);
    expect(await handshake(openSocket(path, { protocols: ['berth'] }))).toBe(401);
    expect(await handshake(openSocket(path, { protocols: ['berth', 'wrong'] }))).toBe(401);
    expect(await handshake(openSocket(path, { protocols: ['berth', launchKey] }))).toBe(401);
    expect(await handshake(openSocket(`/stream?page=${page}`, { protocols: ['berth', 'wrong'] }))).toBe(401);
    expect(sessions).toHaveLength(0);
    expect(await handshake(openSocket(path, { protocols: ['berth', key] }))).toBe(101);
  });

  it('refuse other origins and names, whatever the key', async () => {
    const protocols = ['berth', await sessionKey()];
    const path = `/control?page=${page}`;
    expect(await handshake(openSocket(path, { protocols, origin: 'https://evil.example' }))).toBe(403);
    expect(await handshake(openSocket(path, { protocols, origin: null }))).toBe(403);
    expect(await handshake(openSocket(path, { protocols, host: 'evil.example' }))).toBe(421);
    expect(sessions).toHaveLength(0);
  });

  it('refuse paths and pages that are none', async () => {
    const protocols = ['berth', await sessionKey()];
    expect(await handshake(openSocket(`/other?page=${page}`, { protocols }))).toBe(404);
    expect(await handshake(openSocket('//', { protocols }))).toBe(400);
    expect(await handshake(openSocket('/control', { protocols }))).toBe(400);
    expect(await handshake(openSocket(`/stream?page=${randomUUID()}`, { protocols }))).toBe(404);
  });

  it('do not stay for somebody who was refused and does not hang up', async () => {
    const visitor = connectSocket({ host: '127.0.0.1', port, allowHalfOpen: true });
    visitor.write('GET /control HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [answer] = (await once(visitor, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 421 /);
    const open = () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    await vi.waitFor(async () => expect(await open()).toBe(0));
    visitor.destroy();
  });

  it('never send the key back', async () => {
    const socket = await opened(openSocket(`/control?page=${page}`, { protocols: ['berth', await sessionKey()] }));
    expect(socket.protocol).toBe('berth');
    socket.terminate();
  });

  it('carry requests and events, each page with a session of its own that ends with it', async () => {
    const protocols = ['berth', await sessionKey()];
    const sockets = [
      await opened(openSocket(`/control?page=${randomUUID()}`, { protocols })),
      await opened(openSocket(`/control?page=${randomUUID()}`, { protocols })),
    ];
    const [first, second] = sockets.map((websocket) =>
      createORPCClient<ContractRouterClient<typeof contract>>(new RPCLink({ websocket: websocket as never })),
    );
    expect(await first!.who()).toBe('session 0');
    expect(await second!.who()).toBe('session 1');

    const counts: number[] = [];
    for await (const count of await first!.count()) {
      counts.push(count);
      if (count === 2) break;
    }
    expect(counts).toEqual([0, 1, 2]);
    await vi.waitFor(() => expect(ended).toEqual(['session 0']));

    sockets[0]!.close();
    await vi.waitFor(() => expect(sessions[0]!.disposed).toBe(true));
    expect(sessions[1]!.disposed).toBe(false);
    sockets[1]!.close();
  });

  it('carry raw streams of the page that asks, with acknowledgements and a last word', async () => {
    const protocols = ['berth', await sessionKey()];
    const control = await opened(openSocket(`/control?page=${page}`, { protocols }));
    const stream = await opened(openSocket(`/stream?page=${page}`, { protocols }));
    const received: (string | Buffer)[] = [];
    let closed = false;
    stream.on('message', (data: Buffer, isBinary) => received.push(isBinary ? data : data.toString()));
    stream.on('close', () => (closed = true));

    stream.send(JSON.stringify({ kind: 'operation-log' }));
    await vi.waitFor(() => expect(sessions[0]!.streams).toHaveLength(1));
    const { request: asked, port: bytePort } = sessions[0]!.streams[0]!;
    expect(asked).toEqual({ kind: 'operation-log' });

    const acknowledged: number[] = [];
    bytePort.onAck((bytes) => acknowledged.push(bytes));
    stream.send('{"ack":32768}');
    stream.send('{"ack":-1}');
    stream.send('not JSON');
    stream.send('{"ack":5}');
    await vi.waitFor(() => expect(acknowledged).toEqual([32768, 5]));

    bytePort.send(Buffer.from('\u0000bytes'));
    bytePort.end({ end: 'complete', message: '' });
    await vi.waitFor(() => expect(closed).toBe(true));
    expect(received).toEqual([Buffer.from('\u0000bytes'), '{"end":"complete","message":""}']);

    const gone = vi.fn();
    bytePort.onClose(gone);
    await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce());
    bytePort.send(Buffer.from('too late'));
    control.terminate();
  });

  it('close a stream whose messages are too long', async () => {
    const protocols = ['berth', await sessionKey()];
    const control = await opened(openSocket(`/control?page=${page}`, { protocols }));
    const stream = await opened(openSocket(`/stream?page=${page}`, { protocols }));
    stream.send('x'.repeat(100_000));
    const code = await new Promise((resolve) => stream.on('close', resolve));
    expect(code).toBe(1009);
    expect(sessions[0]!.streams).toHaveLength(0);
    control.terminate();
  });
});

describe('a unix socket', () => {
  it('is for this user only, replaces one that was left over, and none that is in use', async () => {
    const path = join(dir, 'berth.sock');
    const killed = "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    spawnSync(process.execPath, ['-e', killed, path]);
    expect((await stat(path)).isSocket()).toBe(true);

    const first = await makeServer({ port: null });
    await listenOnSocket(first, path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    const second = await makeServer({ port: null });
    await expect(listenOnSocket(second, path)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => first.close(resolve));

    await writeFile(path, 'a file of the user');
    await expect(listenOnSocket(second, path)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect((await stat(path)).isFile()).toBe(true);
  });

  it('is reached under any forwarded port, and under no foreign name', async () => {
    const path = join(dir, 'berth.sock');
    const onSocket = await makeServer({ port: null });
    await listenOnSocket(onSocket, path);
    const status = (host: string) =>
      new Promise((resolve, reject) => {
        request({ socketPath: path, path: '/', headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await status('localhost:8080')).toBe(200);
    expect(await status('127.0.0.1:9')).toBe(200);
    expect(await status('evil.example:8080')).toBe(421);
    onSocket.closeAllConnections();
    await new Promise((resolve) => onSocket.close(resolve));
  });
});
