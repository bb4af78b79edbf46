import { open, type FileHandle } from 'node:fs/promises';
import type { LogSource } from '../../../shared/model/operation.ts';
import { parseLines } from '../store/append-log.ts';
import type { OperationFiles } from './operation-files.ts';
import type { Pulse } from './pulse.ts';
import { readTimeline, timelineEnds, TimelineRecord } from './timeline.ts';

/** How much of a file is read at once: the bound of what a reader of a log holds in memory. */
const SLICE_BYTES = 64 * 1024;
/** Another process may write the files, and its writes make no beat here. */
const LOOK_AGAIN_MS = 1_000;

/** Bytes of one source that arrived at `time`. */
export interface LogBytes {
  readonly source: LogSource;
  readonly time: number;
  readonly bytes: Uint8Array;
}

export interface RecordStreamOptions {
  readonly files: OperationFiles;
  readonly sources: readonly LogSource[];
  /** Offsets to begin at; what is before them is left out. */
  readonly from: Readonly<Record<LogSource, number>>;
  readonly pulse: Pulse;
  /** True once nothing more will be written. */
  readonly isEnded: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * What an operation wrote, in the order of arrival, then live until it has ended or `signal` aborts. Reads the local files, so that
 * it does not matter which process follows the host. Lazy: nothing is read that is not asked for.
 */
export async function* streamRecords(options: RecordStreamOptions): AsyncGenerator<LogBytes> {
  const { files, sources, pulse, isEnded, signal } = options;
  const shown = { ...options.from };
  const handles = new Map<LogSource, FileHandle>();
  let timeline: FileHandle | null = null;
  let position = 0;

  async function* bytesOf({ t, source, offset, length }: TimelineRecord): AsyncGenerator<LogBytes> {
    // Never the same byte twice, also where a power cut made the mirror shorter than its timeline.
    let at = Math.max(offset, shown[source]);
    const end = offset + length;
    while (at < end && !signal.aborted) {
      let handle = handles.get(source);
      if (!handle) {
        handle = await open(files.mirror(source), 'r');
        handles.set(source, handle);
      }
      const slice = Buffer.alloc(Math.min(SLICE_BYTES, end - at));
      const { bytesRead } = await handle.read(slice, 0, slice.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      shown[source] = at;
      yield { source, time: t, bytes: slice.subarray(0, bytesRead) };
    }
  }

  async function* whatCame(file: FileHandle): AsyncGenerator<LogBytes> {
    let isMore = true;
    while (isMore) {
      const lines = await readWholeLines(file, position);
      ({ next: position, isMore } = lines);
      for (const record of parseLines(lines.text, TimelineRecord)) {
        if (sources.includes(record.source)) yield* bytesOf(record);
      }
    }
  }

  try {
    while (!signal.aborted) {
      const seen = pulse.beats;
      // Asked before reading: what was written before the end is then surely read.
      const ended = isEnded();
      timeline ??= await openIfThere(files.timeline);
      if (timeline) yield* whatCame(timeline);
      if (ended) return;
      await pulse.next(seen, signal, LOOK_AGAIN_MS);
    }
  } finally {
    for (const handle of [timeline, ...handles.values()]) await handle?.close();
  }
}

/** Where to begin so that about the last `tailBytes` of the sources remain, and whether that leaves something out. */
export async function tailOffsets(
  files: OperationFiles,
  sources: readonly LogSource[],
  tailBytes: number,
): Promise<{ readonly from: Record<LogSource, number>; readonly isCut: boolean }> {
  const records = (await readTimeline(files.timeline)).filter(({ source }) => sources.includes(source));
  let left = tailBytes;
  for (let index = records.length - 1; index >= 0; index -= 1) {
    const record = records[index];
    if (!record) continue;
    if (record.length >= left) {
      const from = timelineEnds(records.slice(0, index));
      from[record.source] = Math.max(from[record.source], record.offset + record.length - left);
      return { from, isCut: index > 0 || record.length > left };
    }
    left -= record.length;
  }
  return { from: timelineEnds([]), isCut: false };
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The next whole lines of a file from a position on, where they end, and whether there may be more behind them. */
async function readWholeLines(
  file: FileHandle,
  position: number,
): Promise<{ readonly text: string; readonly next: number; readonly isMore: boolean }> {
  const buffer = Buffer.allocUnsafe(SLICE_BYTES);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
  const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
  return {
    text: buffer.toString('utf8', 0, end),
    next: position + end,
    isMore: end > 0 && bytesRead === buffer.length,
  };
}
