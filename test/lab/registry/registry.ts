import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ImageSet } from '../images/image-set.ts';
import { answer } from './answers.ts';
import { type Pace, sendFile } from './send-file.ts';
import { initialRegistryState, readRegistryState, type RegistryState, writeRegistryState } from './state.ts';

export interface RegistryOptions {
  /** An address of this machine: loopback, or the lab's own network. */
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly imageSet: ImageSet;
  /** The switches (`RegistryState`); made in their first position where it does not exist. */
  readonly stateFile: string;
  /** Told of every request that was answered, with the status. */
  readonly onRequest?: (method: string, path: string, status: number) => void;
}

export interface Registry {
  readonly address: string;
  readonly port: number;
  /** Ends all connections, downloads too, and resolves when nothing listens any more. */
  close(): Promise<void>;
}

const SLOW_BYTES_PER_SECOND = 20_000;

/**
 * Starts a registry over plain HTTP: the reading half of OCI's distribution API for one repository, `os`, below /v2/, and
 * ostree's repository with the same images below /ostree/. Rejects when it cannot listen.
 */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { stateFile, imageSet, onRequest } = options;
  if (!existsSync(stateFile)) await writeRegistryState(stateFile, initialRegistryState);

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // Said to the client: whoever broke the state file looks there.
      if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'text/plain' });
      response.end(`${error instanceof Error ? error.message : String(error)}\n`);
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const state = await readRegistryState(stateFile);
    const method = request.method ?? '';
    const path = pathOf(request);
    if (state.fault === 'unreachable') {
      request.socket.resetAndDestroy();
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      onRequest?.(method, path, 405);
      return;
    }
    const { status, headers, body } = await answer(imageSet, state, {
      path,
      authorization: request.headers.authorization,
    });
    const length = 'file' in body ? body.size : Buffer.byteLength(body.text);
    response.writeHead(status, { ...headers, 'Content-Length': length });
    onRequest?.(method, path, status);
    if (method === 'HEAD') response.end();
    else if ('file' in body) await sendFile(response, body.file, body.size, () => currentPace(stateFile, body.size));
    else response.end(body.text);
  }

  // A connection alone is no request: who is unreachable lets nobody in.
  server.on('connection', (socket: Socket) => {
    readRegistryState(stateFile).then(
      ({ fault }) => {
        if (fault === 'unreachable') socket.resetAndDestroy();
      },
      () => {}, // Said with the first request.
    );
  });

  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    address: options.address,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** How a download of so many bytes goes on, by the switches as they are now. */
async function currentPace(stateFile: string, size: number): Promise<Pace> {
  const state = await readRegistryState(stateFile);
  return paceOf(state, size);
}

export function paceOf(state: RegistryState, size: number): Pace {
  if (state.fault === 'slow') return { kind: 'slow', bytesPerSecond: state.bytesPerSecond ?? SLOW_BYTES_PER_SECOND };
  if (state.fault === 'cut') return { kind: 'cut', afterBytes: state.cutAfterBytes ?? Math.floor(size / 2) };
  return { kind: 'full' };
}

function pathOf(request: IncomingMessage): string {
  return decodeURIComponent((request.url ?? '/').split('?')[0]!);
}

function listen(server: Server, { address, port }: RegistryOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve());
  });
}
