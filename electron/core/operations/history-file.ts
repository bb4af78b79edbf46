import { createHash } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFailed } from '../store/atomic-write.ts';
import { lockFile } from '../store/file-lock.ts';
import { chainHash, chainLine, hashOfLine, openLine, readRecord, type HistoryRecord } from './history-chain.ts';

const LINE_FEED = 10;
/** The file is read in steps of this many bytes, and others get their turn between them. */
const STEP_BYTES = 1024 * 1024;

export interface HistoryFileOptions {
  readonly path: string;
  /** A record of the chain, in order. */
  readonly onRecord: (record: HistoryRecord) => void;
  /** The file is another one than before: everything is told again. */
  readonly onReset: () => void;
  /** What the file lacks: asked when the chain begins, and after lines that were lost. */
  readonly unlisted: () => Promise<readonly HistoryRecord[]>;
  readonly now: () => number;
}

/** `index.jsonl`: a chain of lines that every Berth of this user appends to, and reads as it grows. */
export interface HistoryFile {
  /** Tells what was appended since the last time, by whomever. Begins the chain where there is something to begin it with. */
  follow(): Promise<void>;
  /**
   * Appends, on the disk when it resolves, and tells the records. What a crash left of a line is closed and noted first, never
   * dropped. Rejects with BerthError `store.write-failed` or `store.locked`.
   */
  append(records: readonly HistoryRecord[]): Promise<void>;
  /** The hash of the newest line read; null: there is none. */
  readonly head: string | null;
}

/** What was read of the file so far. */
interface Place {
  /** Behind the last whole line. */
  offset: number;
  /** Behind the last line of the chain. What follows it is what a crash left. */
  chainEnd: number;
  /** Which file it is; null: none yet. */
  inode: number | null;
  /** Of the last line of the chain; null: no chain has begun. */
  hash: string | null;
  /** Lines before the chain. */
  older: number;
}

const START: Place = { offset: 0, chainEnd: 0, inode: null, hash: null, older: 0 };

export function createHistoryFile(options: HistoryFileOptions): HistoryFile {
  const { path, now } = options;
  let place: Place = { ...START };
  let queue: Promise<unknown> = Promise.resolve();

  /** Whether it is a line of the chain. */
  function take(line: string): boolean {
    const hash = hashOfLine(line);
    if (hash === null) {
      if (place.hash === null && line.trim() !== '') place.older += 1;
      return false;
    }
    place.hash = hash;
    const record = readRecord(line);
    if (record) options.onRecord(record);
    return true;
  }

  function takeAll(lines: Buffer): void {
    const isChained = lines
      .toString('utf8', 0, lines.length - 1)
      .split('\n')
      .map(take);
    const last = isChained.lastIndexOf(true);
    if (last >= 0) {
      let end = lines.length;
      for (let after = isChained.length - 1; after > last; after -= 1) end = lines.lastIndexOf(LINE_FEED, end - 2) + 1;
      place.chainEnd = place.offset + end;
    }
    place.offset += lines.length;
  }

  /** Reads from `place` on, whole lines only; what follows the last line feed stays for the next time. */
  async function readOn(): Promise<void> {
    const file = await openOrNull(path);
    if (!file) return;
    try {
      const { size, ino } = await file.stat();
      if (place.inode !== ino || size < place.offset) {
        if (place.inode !== null) options.onReset();
        place = { ...START, inode: ino };
      }
      let step = STEP_BYTES;
      while (place.offset < size) {
        const buffer = Buffer.allocUnsafe(Math.min(step, size - place.offset));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, place.offset);
        const end = buffer.subarray(0, bytesRead).lastIndexOf(LINE_FEED);
        if (end < 0) {
          // No line ends in here: the end of the file, or a line that is longer than a step.
          if (place.offset + bytesRead >= size) return;
          step *= 2;
          continue;
        }
        takeAll(buffer.subarray(0, end + 1));
      }
    } finally {
      await file.close();
    }
  }

  /** What stands behind the chain. With the lock held that is what a crash left. */
  async function leftover(): Promise<Buffer> {
    const file = await openOrNull(path);
    if (!file) return Buffer.alloc(0);
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(size - place.chainEnd);
      await file.read(buffer, 0, buffer.length, place.chainEnd);
      return buffer;
    } finally {
      await file.close();
    }
  }

  /** What comes before anything else, so that the chain goes on from what is there: text to close a line, the hash, and records. */
  async function opening(ids: ReadonlySet<string>): Promise<{
    readonly text: string;
    readonly hash: string;
    readonly records: readonly HistoryRecord[];
  }> {
    const lacking = async () => (await options.unlisted()).filter((record) => !('id' in record && ids.has(record.id)));
    const left = await leftover();
    const text = left.length > 0 && left.at(-1) !== LINE_FEED ? '\n' : '';
    const bytes = left.length + text.length;
    const sum = createHash('sha256').update(left).update(text).digest('base64url');
    if (place.hash === null) {
      const unlisted = await lacking();
      const lines = place.older + (text === '' ? 0 : 1);
      const because = lines > 0 ? 'adopted' : unlisted.length > 0 ? 'rebuilt' : 'new';
      return {
        text,
        hash: '',
        records: [{ is: 'began', at: now(), because, lines, bytes, sha256: sum }, ...unlisted],
      };
    }
    if (left.length === 0) return { text, hash: place.hash, records: [] };
    const line = text === '' ? null : openLine(left.toString('utf8'));
    const { hash = null, body = '' } = line ?? {};
    // It only lacked its line feed.
    if (hash === chainHash(place.hash, body)) return { text, hash, records: [] };
    const mended = { is: 'mended', at: now(), bytes, sha256: sum } as const;
    return { text, hash: place.hash, records: [mended, ...(await lacking())] };
  }

  async function append(records: readonly HistoryRecord[]): Promise<void> {
    const lock = await lockFile(`${path}.lock`);
    try {
      await readOn();
      const first = await opening(new Set(records.flatMap((record) => ('id' in record ? [record.id] : []))));
      let { hash, text } = first;
      for (const record of [...first.records, ...records]) {
        const line = chainLine(record, hash);
        text += `${line.text}\n`;
        hash = line.hash;
      }
      if (text !== '') await write(path, text);
      await readOn();
    } finally {
      await lock.release();
    }
  }

  async function follow(): Promise<void> {
    await readOn();
    if (place.hash !== null) return;
    if (place.older > 0 || (await options.unlisted()).length > 0) await append([]);
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work, work);
    queue = result.catch(() => undefined);
    return result;
  }

  return {
    follow: () => inTurn(follow),
    append: (records) => inTurn(() => append(records)),
    get head() {
      return place.hash;
    },
  };
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'a', 0o600);
    try {
      await file.appendFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw writeFailed(path, error);
  }
}

async function openOrNull(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
