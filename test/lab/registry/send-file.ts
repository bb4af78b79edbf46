import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** How a download goes on from here: asked before each piece, so that switches count at once. */
export type Pace =
  | { readonly kind: 'full' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** The connection breaks once so much was sent. */
  | { readonly kind: 'cut'; readonly afterBytes: number };

const PIECE = 256 * 1024;

/** Slow downloads go in steps of this length. */
const STEP_MS = 50;

/** Sends a file as the body of an answer whose head is written. Resolves when all is sent, or when nobody wants more. */
export async function sendFile(
  response: ServerResponse,
  file: string,
  size: number,
  pace: () => Promise<Pace>,
): Promise<void> {
  const handle = await open(file, 'r');
  try {
    let sent = 0;
    while (sent < size && !response.destroyed) {
      const now = await pace();
      const left = now.kind === 'cut' ? Math.min(size, now.afterBytes) - sent : size - sent;
      if (left <= 0) {
        response.socket?.destroy(); // What was sent arrives, and then the end.
        return;
      }
      const most = now.kind === 'slow' ? Math.max(1, Math.round((now.bytesPerSecond * STEP_MS) / 1000)) : PIECE;
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(most, left)), 0, null, sent);
      if (bytesRead === 0) throw new Error(`${file} became shorter while it was sent.`);
      sent += bytesRead;
      await write(response, buffer.subarray(0, bytesRead));
      if (now.kind === 'slow') await delay(STEP_MS);
    }
    response.end();
  } finally {
    await handle.close();
  }
}

/** Resolves when the piece is out of Node's hands, or the connection is gone. */
function write(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.write(piece, done);
  });
}
