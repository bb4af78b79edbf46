import { mkdir, open, type FileHandle } from 'node:fs/promises';
import type { LogSource } from '../../../shared/model/operation.ts';
import { writeFailed } from '../store/atomic-write.ts';
import { logSources, type OperationFiles } from './operation-files.ts';
import { readTimeline, timelineEnds, type TimelineRecord } from './timeline.ts';

/** Bytes that arrive together share a record of the timeline, up to this many. */
const MAX_RECORD_BYTES = 256 * 1024;

/**
 * The local copy of what an operation writes on its host. Written by the one process that owns the operation. The bytes come
 * first and the record of their arrival after, so that a killed process leaves bytes without a time, never a time without bytes.
 */
export interface Mirror {
  /** How many bytes of a source are here: where to go on. */
  size(source: LogSource): number;
  /** Appends bytes; they may be changed after the call has resolved. Calls must not overlap. */
  append(source: LogSource, bytes: Uint8Array): Promise<void>;
  /** A line of Berth's own. */
  say(text: string): Promise<void>;
  /** Makes all that was appended visible to readers of the timeline. */
  flush(): Promise<void>;
  /** Flushes to the disk and closes. */
  close(): Promise<void>;
}

/** Opens the mirror, and repairs what an owner that was killed left behind. Rejects with BerthError `store.write-failed`. */
export async function openMirror(files: OperationFiles, now: () => number): Promise<Mirror> {
  const handles = new Map<LogSource, FileHandle>();
  const sizes = { stdout: 0, stderr: 0, progress: 0, berth: 0 };
  const encoder = new TextEncoder();
  let pending: TimelineRecord | null = null;

  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw writeFailed(files.folder, error);
    }
  };

  let isTorn = false;

  async function flush(): Promise<void> {
    if (!pending) return;
    const line = `${isTorn ? '\n' : ''}${JSON.stringify(pending)}\n`;
    // On a full disk a part of it may be there.
    isTorn = true;
    await guard(() => timeline.appendFile(line));
    isTorn = false;
    pending = null;
  }

  async function append(source: LogSource, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    if (pending && (pending.source !== source || pending.length >= MAX_RECORD_BYTES)) await flush();
    const file = handleOf(handles, source);
    const offset = sizes[source];
    try {
      await guard(() => file.appendFile(bytes));
      sizes[source] += bytes.length;
    } catch (error) {
      // What did fit is here, and is not fetched again.
      sizes[source] = (await file.stat()).size;
      throw error;
    } finally {
      const length = sizes[source] - offset;
      pending = pending ? { ...pending, length: pending.length + length } : { t: now(), source, offset, length };
    }
  }

  const timeline = await guard(async () => {
    await mkdir(files.folder, { recursive: true, mode: 0o700 });
    const known = timelineEnds(await readTimeline(files.timeline));
    const handle = await open(files.timeline, 'a', 0o600);
    try {
      // The line feed closes a record that was cut off; where none was, it is an empty line, which readers skip.
      let repair = (await handle.stat()).size > 0 ? '\n' : '';
      for (const source of logSources) {
        const file = await open(files.mirror(source), 'a', 0o600);
        handles.set(source, file);
        sizes[source] = (await file.stat()).size;
        const offset = known[source];
        const length = sizes[source] - offset;
        if (length > 0) repair += `${JSON.stringify({ t: now(), source, offset, length } satisfies TimelineRecord)}\n`;
      }
      await handle.appendFile(repair);
      return handle;
    } catch (error) {
      // On a full disk: it is tried again, and what is open would add up.
      await Promise.all([handle, ...handles.values()].map((each) => each.close()));
      throw error;
    }
  });

  return {
    size: (source) => sizes[source],
    append,
    async say(text) {
      await append('berth', encoder.encode(`${text}\n`));
      await flush();
    },
    flush,
    async close() {
      const all = [...handles.values(), timeline];
      try {
        await flush();
        await guard(() => Promise.all(all.map((handle) => handle.datasync())));
      } finally {
        await Promise.all(all.map((handle) => handle.close()));
      }
    },
  };
}

function handleOf(handles: ReadonlyMap<LogSource, FileHandle>, source: LogSource): FileHandle {
  const handle = handles.get(source);
  if (!handle) throw new Error(`No mirror is open for ${source}`);
  return handle;
}
