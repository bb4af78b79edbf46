import { createReadStream } from 'node:fs';
import { open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BerthError } from '../../../shared/errors/failure.ts';
import { terminalLimits, type Recording } from '../../../shared/model/terminal.ts';
import { parseCastEvent, parseCastHeader, type CastHeader } from '../../../shared/parse/asciicast.ts';
import { createCastText } from './cast-text.ts';
import type { RecordingPiece } from './terminals.ts';

/** Recordings that are listed, the newest ones. */
const MOST_LISTED = 1000;
/** Longer than any header, and than most events. */
const HEAD_BYTES = 8 * 1024;
const TAIL_BYTES = 256 * 1024;
const NAME = /^(\d{8}T\d{6}Z-[0-9a-f]{8})\.cast$/;

/** The recordings in a folder. Ids come from pages: one that is no name of a recording is unknown. */
export interface Recordings {
  file(id: string): string;
  /** Newest first. `live`: those that still record. */
  list(hostId: string | null, live: ReadonlySet<string>): Promise<readonly Recording[]>;
  remove(id: string): Promise<void>;
  bytes(id: string): AsyncIterable<Uint8Array>;
  export(id: string, format: 'cast' | 'text'): AsyncIterable<RecordingPiece>;
}

/** Sorts by time. `random`: 8 hexadecimal digits. */
export function recordingId(at: number, random: string): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${random}`;
}

export function openRecordings(folder: string): Recordings {
  function file(id: string): string {
    if (!NAME.test(`${id}.cast`)) throw new BerthError('terminal.recording-unknown');
    return join(folder, `${id}.cast`);
  }

  async function header(id: string): Promise<CastHeader> {
    const found = await readAt(file(id), async (handle) => headerOf(handle)).catch(() => null);
    if (!found) throw new BerthError('terminal.recording-unknown');
    return found;
  }

  return {
    file,
    async list(hostId, live) {
      const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name)).sort();
      const all: Recording[] = [];
      for (const name of names.reverse()) {
        if (all.length >= MOST_LISTED) break;
        const id = name.slice(0, -'.cast'.length);
        const read = (handle: FileHandle) => describeRecording(id, handle, live.has(id));
        const recording = await readAt(join(folder, name), read).catch(() => null);
        if (recording && (hostId === null || recording.hostId === hostId)) all.push(recording);
      }
      return all;
    },
    remove: (id) => rm(file(id), { force: true }),
    async *bytes(id) {
      await header(id);
      for await (const chunk of createReadStream(file(id))) yield chunk as Uint8Array;
    },
    async *export(id, format) {
      const { width, height, env } = await header(id);
      const fileName = `${env.BERTH_HOST.replaceAll(/[^\w.-]/g, '_')}-${id}.${format === 'cast' ? 'cast' : 'txt'}`;
      const text = format === 'cast' ? null : createCastText({ columns: width, rows: height });
      let piece = '';
      for await (const line of createInterface({ input: createReadStream(file(id)), crlfDelay: Infinity })) {
        if (text) {
          const event = parseCastEvent(line);
          if (event) piece += await text.push(event);
        } else piece += `${line}\n`;
        if (piece.length < terminalLimits.piece) continue;
        yield { fileName, text: piece };
        piece = '';
      }
      yield { fileName, text: piece + ((await text?.end()) ?? '') };
    },
  };
}

async function describeRecording(id: string, handle: FileHandle, isLive: boolean): Promise<Recording | null> {
  const header = await headerOf(handle);
  if (!header) return null;
  const { size } = await handle.stat();
  const lines = (await readPart(handle, Math.max(0, size - TAIL_BYTES), TAIL_BYTES)).split('\n');
  const last = lines
    .reverse()
    .map(parseCastEvent)
    .find((event) => event !== null);
  const { BERTH_HOST: hostName, BERTH_HOST_ID: hostId, BERTH_USER: user, BERTH_INPUT } = header.env;
  const durationMs = isLive || !last ? null : Math.max(0, last.at * 1000);
  const startedAt = new Date(header.timestamp * 1000).toISOString();
  return { id, hostId, hostName, user, startedAt, durationMs, bytes: size, withInput: BERTH_INPUT === 'yes' };
}

async function headerOf(handle: FileHandle): Promise<CastHeader | null> {
  const [line = ''] = (await readPart(handle, 0, HEAD_BYTES)).split('\n', 1);
  return parseCastHeader(line);
}

async function readPart(handle: FileHandle, at: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.toString('utf8', 0, bytesRead);
}

async function readAt<T>(path: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path);
  try {
    return await read(handle);
  } finally {
    await handle.close();
  }
}
