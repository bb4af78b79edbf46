import { open, readFile, type FileHandle } from 'node:fs/promises';
import type { z } from 'zod';
import { inFolderOf, writeFailed } from './atomic-write.ts';

const LINE_FEED = 10;

/**
 * Appends values as JSON lines. A line that a crash cut off earlier is closed first, so that it can spoil nothing but itself.
 * With `lasting` the lines are on the disk when this resolves. Rejects with BerthError `store.write-failed`.
 */
export async function appendJsonLines(path: string, values: readonly unknown[], lasting = true): Promise<void> {
  try {
    const file = await inFolderOf(path, () => open(path, 'a+', 0o600));
    try {
      const lines = values.map((value) => `${JSON.stringify(value)}\n`).join('');
      // One write, so that the lines of two processes do not mix.
      await file.appendFile((await endsInsideLine(file)) ? `\n${lines}` : lines);
      if (lasting) await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw writeFailed(path, error);
  }
}

/** All values of a file of JSON lines that fit the schema, in order; other lines are skipped. No file: none. */
export async function readJsonLines<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  return parseLines(await readOrEmpty(path), schema);
}

/** The last value that fits the schema, or null: in a file where every line is a whole state, the newest one wins. */
export async function readLastJsonLine<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const lines = (await readOrEmpty(path)).split('\n');
  for (const line of lines.reverse()) {
    const value = parseLines(line, schema)[0];
    if (value !== undefined) return value;
  }
  return null;
}

/** The values of some JSON lines that fit the schema; what does not is skipped. */
export function parseLines<T>(text: string, schema: z.ZodType<T>): T[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      const parsed = schema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

async function endsInsideLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== LINE_FEED;
}
