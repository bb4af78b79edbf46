import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from './log.ts';

/** Above this many bytes the log is renamed to `.1`, and a new one begun: a bound for the disk, days of work for a reader. */
const ROTATE_ABOVE = 5 * 1024 * 1024;

/** A Log in a file of JSON lines. Losing a line must never stop the core, so that a full disk is not an error here. */
export function createFileLog(path: string, now: () => number = Date.now): Log {
  let written = sizeOf(path);
  let folderMade = false;

  function write(level: string, id: string, message: string, values: Record<string, unknown>): void {
    try {
      if (!folderMade) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      folderMade = true;
      if (written > ROTATE_ABOVE) {
        renameSync(path, `${path}.1`);
        written = 0;
      }
      const line = `${JSON.stringify({ t: new Date(now()).toISOString(), level, id, message, ...values })}\n`;
      appendFileSync(path, line, { mode: 0o600 });
      written += line.length;
    } catch {
      // Nowhere left to report to.
    }
  }

  return {
    info: (id, message, values = {}) => write('info', id, message, values),
    warn: (id, message, values = {}) => write('warn', id, message, values),
    error(id, message, error, values = {}) {
      const logId = `${id}-${randomBytes(4).toString('hex')}`;
      write('error', logId, message, {
        ...values,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
      return logId;
    },
  };
}

/** A Log that keeps nothing, for tests and one-shot tools. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: (id) => id };

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
