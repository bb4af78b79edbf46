import { rm, stat } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** Listens on 127.0.0.1, on a free port for 0, and resolves with the port. Rejects with Node's error. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await listening(server, () => server.listen(port, '127.0.0.1'));
  return (server.address() as AddressInfo).port;
}

/**
 * Listens on a unix socket that only this user can open. A socket that nobody listens on any more is replaced; anything
 * else at that path is left alone, and rejects.
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (await isLeftOver(path)) await rm(path);
  // The mode of the socket comes from the umask at the moment of bind, which `listen` calls before it returns; chmod
  // afterwards would leave a moment in which anybody could connect.
  const umask = process.umask(0o177);
  try {
    await listening(server, () => {
      server.listen(path);
      process.umask(umask);
    });
  } finally {
    process.umask(umask);
  }
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}

async function isLeftOver(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (!found?.isSocket()) return false;
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}
