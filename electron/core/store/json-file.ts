import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as z from 'zod';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import { createEmitter } from '../emitter.ts';
import { writeFailed, writeFileAtomically } from './atomic-write.ts';
import { lockFile } from './file-lock.ts';

/** An editor or another Berth touches a file several times in a row: one look after this long is enough. */
const SETTLE_MS = 50;

export interface JsonFileOptions<T> {
  readonly path: string;
  readonly schema: z.ZodType<T>;
  /** The version of the schema, written as `version` beside the value's own fields. */
  readonly version: number;
  /** The value while there is no file. */
  readonly defaults: T;
}

/** One value in one file, which other processes may read and change as well. */
export interface JsonFile<T> {
  /** The newest value known here. */
  read(): T;
  /**
   * Reads the file, changes the value, writes it: no other Berth can come between. Changes of one process happen in the
   * order of the calls. Rejects with BerthError `store.locked`, `store.write-failed` or `store.newer-version`; nothing is changed then.
   */
  update(change: (current: T) => T): Promise<T>;
  /** Calls back after every change of the value, here or by another process. */
  onChange(listener: () => void): () => void;
  /** Set when the file could not be read and was set aside. */
  readonly problem: Failure | null;
  /** Resolves when the writes under way are done. */
  dispose(): Promise<void>;
}

type Content<T> =
  { kind: 'value'; value: T } | { kind: 'absent' } | { kind: 'newer' } | { kind: 'broken'; detail: string };

/**
 * Opens a JSON file. One that cannot be understood is set aside under another name and told by `problem`, never overwritten; one
 * of a newer Berth is left where it is: rejects with BerthError `store.newer-version`. Nothing is written before the first `update`.
 */
export async function openJsonFile<T extends object>(options: JsonFileOptions<T>): Promise<JsonFile<T>> {
  const { path, schema, version } = options;
  const changed = createEmitter<void>();
  let problem: Failure | null = null;
  let value = options.defaults;
  let text = JSON.stringify(value);
  let queue: Promise<unknown> = Promise.resolve();
  let settling: NodeJS.Timeout | null = null;
  let disposed = false;

  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw writeFailed(path, error);
  }

  function accept(next: T): void {
    const nextText = JSON.stringify(next);
    if (nextText === text) return;
    value = next;
    text = nextText;
    changed.emit();
  }

  /** The value to go on from, with the lock held. What is broken is moved away, and the newest value known goes on. */
  async function readForUpdate(): Promise<T> {
    const content = await readContent(path, schema, version);
    if (content.kind === 'newer') throw new BerthError('store.newer-version', { file: path });
    if (content.kind === 'broken') problem = await setAside(path, content.detail);
    // A file that somebody removed is a decision, not an accident: back to the defaults.
    if (content.kind === 'absent') return options.defaults;
    return content.kind === 'value' ? content.value : value;
  }

  async function update(change: (current: T) => T): Promise<T> {
    const lock = await lockFile(`${path}.lock`);
    try {
      const next = schema.parse(change(await readForUpdate()));
      await writeFileAtomically(path, `${JSON.stringify({ version, ...next }, null, 2)}\n`);
      accept(next);
      return next;
    } finally {
      await lock.release();
    }
  }

  async function setAsideFirst(): Promise<void> {
    const lock = await lockFile(`${path}.lock`);
    try {
      // Looks again: another Berth may have set it aside, or repaired it, meanwhile.
      accept(await readForUpdate());
    } finally {
      await lock.release();
    }
  }

  /** Somebody touched the file. A version that cannot be read now is left alone: the next update deals with it. */
  async function lookAgain(): Promise<void> {
    const content = await readContent(path, schema, version);
    if (!disposed && content.kind === 'value') accept(content.value);
  }

  // Before the first look, so that no change falls between the two.
  const watcher = watchFolder(path, () => {
    settling ??= setTimeout(() => {
      settling = null;
      queue = queue.then(lookAgain, lookAgain);
    }, SETTLE_MS).unref();
  });

  try {
    const first = await readContent(path, schema, version);
    if (first.kind === 'value') accept(first.value);
    if (first.kind === 'newer') throw new BerthError('store.newer-version', { file: path });
    if (first.kind === 'broken') await setAsideFirst();
  } catch (error) {
    watcher?.close();
    throw error;
  }

  return {
    read: () => value,
    update(change) {
      const result = queue.then(() => update(change));
      queue = result.catch(() => undefined);
      return result;
    },
    onChange: changed.subscribe,
    get problem() {
      return problem;
    },
    async dispose() {
      disposed = true;
      watcher?.close();
      if (settling) clearTimeout(settling);
      await queue;
    },
  };
}

async function readContent<T>(path: string, schema: z.ZodType<T>, version: number): Promise<Content<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' };
    return { kind: 'broken', detail: error instanceof Error ? error.message : String(error) };
  }
  try {
    const raw: unknown = JSON.parse(text);
    const head = z.object({ version: z.int().min(1) }).safeParse(raw);
    if (!head.success) return { kind: 'broken', detail: 'it has no version' };
    if (head.data.version > version) return { kind: 'newer' };
    const parsed = schema.safeParse(raw);
    if (parsed.success) return { kind: 'value', value: parsed.data };
    const issue = parsed.error.issues[0];
    return { kind: 'broken', detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not what is expected'}` };
  } catch (error) {
    return { kind: 'broken', detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Renames the file to a name that says when, and never over another. Rejects when it cannot: then nothing may be written. */
async function setAside(path: string, detail: string): Promise<Failure> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const aside = `${path}.unreadable-${stamp}`;
  try {
    await rename(path, aside);
  } catch (error) {
    throw writeFailed(path, error);
  }
  return failure('store.unreadable', { file: path, detail, setAside: aside });
}

/** Watches the folder, since an atomic write replaces the file. Null where watching is not to be had (inotify limits). */
function watchFolder(path: string, onTouch: () => void): FSWatcher | null {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) onTouch();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
