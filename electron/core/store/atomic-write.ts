import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BerthError } from '../../../shared/errors/failure.ts';

/**
 * Replaces the content of a file so that a reader, or a crash at any moment, meets the old or the new content, never a part:
 * a new file beside it, flushed to the disk, takes its name. Makes the folder when it is missing, both for this user alone.
 * A symbolic link stays one: the file it points to is replaced. Rejects with BerthError `store.write-failed`.
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  let temporary: string | null = null;
  try {
    const target = await realpath(path).catch(() => path);
    const folder = dirname(target);
    const beside = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}`);
    temporary = beside;
    const file = await inFolderOf(beside, () => open(beside, 'wx', 0o600));
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    temporary = null;
    await syncFolder(folder);
  } catch (error) {
    if (temporary) await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailed(path, error);
  }
}

/** Does something to a file whose folder, should it turn out to be missing, is made for this user alone. */
export async function inFolderOf<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return work();
}

/** The failure of a write, with what the system said. */
export function writeFailed(path: string, error: unknown): BerthError {
  const detail = error instanceof Error ? error.message : String(error);
  return new BerthError('store.write-failed', { file: path, detail }, error);
}

/** Makes a rename last over a power cut. Not every file system can (Windows cannot): the rename itself has happened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The content is complete under its name; only its survival of a power cut is not proven.
  }
}
