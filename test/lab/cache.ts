import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { labDir } from './places.ts';

/** Between the name of a place and what tells apart the folders in which it is made. */
const MAKING = '.making-';

const DAY_MS = 24 * 3600 * 1000;
const FORTNIGHT_MS = 14 * DAY_MS;
const KEPT_OF_A_KIND = 3;

/** What a key is made of: texts, and files or whole folders whose names, contents and modes count. */
export interface KeyParts {
  readonly texts: readonly string[];
  readonly files: readonly string[];
}

/** A hash of all parts, 16 hex digits. A file that does not exist is an error, an empty folder is not. */
export async function keyOf(parts: KeyParts): Promise<string> {
  const hash = createHash('sha256');
  const add = (text: string | Buffer) => hash.update(`${text.length}:`).update(text);
  for (const text of parts.texts) add(text);
  for (const top of parts.files) {
    for (const file of await filesBelow(top)) {
      const { mode } = await stat(file);
      add(relative(top, file));
      add((mode & 0o111).toString(8));
      add(await readFile(file));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** All files in a folder, sorted; the file itself when it is one. What Python leaves beside its modules is none of them. */
export async function filesBelow(top: string): Promise<readonly string[]> {
  if ((await stat(top)).isFile()) return [top];
  const entries = await readdir(top, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Makes a folder once, whoever asks for it at the same time in whatever process: `make` fills a folder beside it, which takes the
 * place when it is complete. What a killed process left behind is thrown away by the next one.
 */
export async function makeOnce(place: string, make: (folder: string) => Promise<void>): Promise<void> {
  if (await isUsed(place)) return;
  await mkdir(dirname(place), { recursive: true, mode: 0o755 });
  await withLock(`${place}.lock`, async () => {
    if (await isUsed(place)) return;
    await removeLeftovers(place);
    const folder = await mkdtemp(`${place}${MAKING}`);
    await chmod(folder, 0o755);
    await make(folder);
    await rename(folder, place);
  });
}

/** Removes what no version of the lab that is at work asks for any more, of all that is made once and kept. */
export async function tidyCaches(): Promise<void> {
  for (const name of ['base', 'images', 'templates']) await removeUnused(join(labDir(), name));
}

/**
 * Removes what nobody asked for in a fortnight; and of what was not asked for today all but the last three of a kind. The kind is
 * the name up to its key. Hosts that were made of it go on: they have links of their own.
 */
export async function removeUnused(folder: string, now = Date.now()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => !name.endsWith('.lock') && !name.includes(MAKING))
      .map(async (name) => ({
        name,
        kind: name.replace(/-?[0-9a-f]{16}$/, ''),
        used: await lastUse(join(folder, name)),
      })),
  );
  const isStale = ({ kind, used }: (typeof found)[number]) => {
    const newer = found.filter((each) => each.kind === kind && each.used > used).length;
    return now - used > (newer < KEPT_OF_A_KIND ? FORTNIGHT_MS : DAY_MS);
  };
  for (const { name, used } of found.filter(isStale)) {
    const place = join(folder, name);
    await withLock(`${place}.lock`, async () => {
      if ((await lastUse(place)) !== used) return;
      const gone = `${place}${MAKING}gone`;
      await rename(place, gone); // At once, so that nobody finds half of it.
      await rm(gone, { recursive: true, force: true });
    });
  }
}

/**
 * What killed processes left of a place. Programs that they had started may still write there; each had a folder of its own, so
 * they spoil nothing, and what they write from now on is removed the next time.
 */
async function removeLeftovers(place: string): Promise<void> {
  const names = await readdir(dirname(place));
  const leftovers = names.filter((name) => name.startsWith(`${basename(place)}${MAKING}`));
  for (const name of leftovers) {
    await rm(join(dirname(place), name), { recursive: true, force: true }).catch(() => {});
  }
}

/** When somebody last asked for a place, in milliseconds since 1970; 0 when it is not there. */
async function lastUse(place: string): Promise<number> {
  const found = await stat(place).catch(() => null);
  return found?.mtimeMs ?? 0;
}

/** Whether it is there; then it counts as used now. */
export async function isUsed(place: string): Promise<boolean> {
  const now = new Date();
  return utimes(place, now, now).then(
    () => true,
    () => false,
  );
}

/**
 * Does something while no other process holds the lock of this file. The lock is a process's (flock(1)) that ends with its stdin,
 * so it is gone with the one who took it, however that one ends.
 */
export async function withLock<T>(file: string, action: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['--no-fork', file, 'sh', '-c', 'echo locked && exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()));
  try {
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => resolve());
      holder.once('error', (error) => reject(new Error(`${file} cannot be locked: ${error.message}`)));
      holder.once('close', () => reject(new Error(`${file} cannot be locked.`)));
    });
    return await action();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
