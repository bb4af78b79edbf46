import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes } from '../../../shared/logic/format.ts';
import { failure, type Failure } from '../../../shared/errors/failure.ts';
import type { TerminalSize } from '../../../shared/model/terminal-size.ts';
import { terminalLimits } from '../../../shared/model/terminal.ts';
import type { CastHeader } from '../../../shared/parse/asciicast.ts';

/** More than this waits for the disk only when the terminal waits for it too. */
const BACKLOG_BYTES = 1024 * 1024;

export interface RecorderOptions {
  readonly file: string;
  readonly header: CastHeader;
  readonly withInput: boolean;
  /** Milliseconds, never going back. */
  readonly clock: () => number;
  /** The disk has caught up. */
  readonly onRoom: () => void;
  /** It records nothing any more; what was written before is kept. */
  readonly onFailure: (failure: Failure) => void;
  readonly limit?: number | undefined;
}

/** Writes a terminal to a file, line by line, so that a crash costs the last line at most. Never throws. */
export interface Recorder {
  output(bytes: Uint8Array): void;
  /** Does nothing where input is not recorded. */
  input(bytes: Uint8Array): void;
  resize(size: TerminalSize): void;
  /** The disk keeps up. */
  readonly hasRoom: boolean;
  /** Resolves when all of it is on the disk. */
  end(): Promise<void>;
}

export function startRecorder(options: RecorderOptions): Recorder {
  const { file, header, withInput, clock, onRoom, onFailure, limit = terminalLimits.recording } = options;
  const startedAt = clock();
  const printed = new TextDecoder();
  const typed = new TextDecoder();
  let lines: string[] = [`${JSON.stringify(header)}\n`];
  let waiting = 0;
  let total = 0;
  /** Nothing more is taken. */
  let isOver = false;
  let hasFailed = false;
  let handle: FileHandle | null = null;
  let writing: Promise<void> | null = null;

  function stop(reason: Failure): void {
    if (hasFailed) return;
    hasFailed = true;
    isOver = true;
    lines = [];
    waiting = 0;
    onFailure(reason);
    onRoom();
  }

  async function writeAll(): Promise<void> {
    try {
      if (!handle) {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        handle = await open(file, 'ax', 0o600);
      }
      while (lines.length > 0) {
        const text = lines.join('');
        const taken = waiting;
        lines = [];
        await handle.appendFile(text);
        const wasBehind = waiting > BACKLOG_BYTES;
        waiting = Math.max(0, waiting - taken);
        if (wasBehind) onRoom();
      }
    } catch (error) {
      stop(failure('terminal.recording-failed', { detail: error instanceof Error ? error.message : String(error) }));
    }
  }

  function write(): void {
    writing ??= writeAll().finally(() => {
      writing = null;
      if (lines.length > 0) write();
    });
  }

  function note(code: string, text: string): void {
    if (isOver || text === '') return;
    const line = `${JSON.stringify([Math.max(0, Math.round((clock() - startedAt) * 1000)) / 1e6, code, text])}\n`;
    total += line.length;
    if (total > limit) {
      stop(failure('terminal.recording-full', { limit: formatBytes(limit) }));
      return;
    }
    lines.push(line);
    waiting += line.length;
    write();
  }
  write();

  async function written(): Promise<void> {
    const last = writing;
    if (!last) return;
    await last;
    await written();
  }

  return {
    output: (bytes) => note('o', printed.decode(bytes, { stream: true })),
    input(bytes) {
      if (withInput) note('i', typed.decode(bytes, { stream: true }));
    },
    resize: ({ columns, rows }) => note('r', `${String(columns)}x${String(rows)}`),
    get hasRoom() {
      return waiting <= BACKLOG_BYTES;
    },
    async end() {
      note('o', printed.decode());
      isOver = true;
      await written();
      await handle?.close().catch(() => undefined);
    },
  };
}
