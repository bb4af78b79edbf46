import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { BerthError } from '../../../shared/errors/failure.ts';
import { isAlive, ownIdentity } from './process-identity.ts';
import { inFolderOf, writeFailed } from './atomic-write.ts';

/** A held lock. `release` may be called more than once. */
export interface FileLock {
  release(): Promise<void>;
}

/** How long `lockFile` waits for a living owner: many times what any write of Berth takes, short enough to be told. */
export const LOCK_PATIENCE_MS = 10_000;
/** Between two looks at a lock that another holds; random up to twice this, so that two waiters do not stay in step. */
const LOOK_AGAIN_MS = 10;

const Owner = z.object({ pid: z.number(), startedAt: z.string(), token: z.string() });
type Owner = z.infer<typeof Owner>;

/**
 * Takes the lock `path` (a small file that says who holds it), waiting for a living owner at most `patienceMs`. An owner that
 * died, however, frees it at once. Rejects with BerthError `store.locked`, or `store.write-failed`.
 */
export async function lockFile(path: string, patienceMs: number = LOCK_PATIENCE_MS): Promise<FileLock> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const attempt = await tryLock(path);
    if ('release' in attempt) return attempt;
    if (performance.now() >= giveUpAt) throw new BerthError('store.locked', { pid: attempt.heldBy, file: path });
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS * 2 * Math.random()));
  }
}

/** Takes the lock if nobody alive holds it, else tells who does (a process id, 0 when the owner has only just gone). */
export async function tryLock(path: string): Promise<FileLock | { readonly heldBy: number }> {
  const own: Owner = { ...ownIdentity(), token: randomBytes(8).toString('hex') };
  const prepared = `${path}.${own.token}`;
  try {
    await inFolderOf(prepared, () => writeFile(prepared, JSON.stringify(own), { mode: 0o600 }));
    // A link appears with its whole content or not at all: nobody ever reads half an owner.
    if (await succeeds(link(prepared, path), 'EEXIST')) return held(path, own);
    const owner = await readOwner(path);
    if (owner && isAlive(owner)) return { heldBy: owner.pid };
    return (await takeOver(path, owner, prepared)) ? held(path, own) : { heldBy: owner?.pid ?? 0 };
  } catch (error) {
    throw error instanceof BerthError ? error : writeFailed(path, error);
  } finally {
    await rm(prepared, { force: true }).catch(() => undefined);
  }
}

/**
 * Replaces a dead owner. Two processes may see the same dead owner, so the right to replace it is a lock of its own, named by
 * the dead owner's token: whoever comes second finds another owner in the file and leaves it alone.
 */
async function takeOver(path: string, dead: Owner | null, prepared: string): Promise<boolean> {
  // Gone between the two looks: the next attempt is an ordinary one.
  if (!dead) return false;
  const right = await tryLock(`${path}.${dead.token}.dead`);
  if (!('release' in right)) return false;
  try {
    const current = await readOwner(path);
    if (current?.token !== dead.token) return false;
    await rename(prepared, path);
    return true;
  } finally {
    await right.release();
  }
}

/** Null when there is no lock. What is not the work of this code counts as held by a process that cannot be alive. */
async function readOwner(path: string): Promise<Owner | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return Owner.parse(JSON.parse(text));
  } catch {
    return { pid: 2 ** 30, startedAt: '', token: 'unreadable' };
  }
}

function held(path: string, own: Owner): FileLock {
  let released = false;
  return {
    async release() {
      if (released) return;
      released = true;
      if ((await readOwner(path))?.token === own.token) await unlink(path);
    },
  };
}

async function succeeds(action: Promise<void>, expectedError: string): Promise<boolean> {
  try {
    await action;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expectedError) return false;
    throw error;
  }
}

/** Whether somebody alive holds the lock, without trying to take it. */
export async function isHeld(path: string): Promise<boolean> {
  const owner = await readOwner(path);
  return owner !== null && isAlive(owner);
}
