import type { Readable, Writable } from 'node:stream';
import type { TerminalSize } from '../../shared/model/terminal-size.ts';
import { sizeLimits } from '../../shared/model/terminal-limits.ts';

/** The terminal of this process, handed over to another one. */
export interface RawTerminal {
  readonly input: Readable;
  readonly output: Writable;
  /** `TERM`. */
  readonly term: string;
  size(): TerminalSize;
  onResize(listener: () => void): () => void;
  /** Keys arrive one by one as they are, Ctrl-C as well. */
  setRaw(isRaw: boolean): void;
}

/** Null where stdin or stdout is no terminal. */
export function rawTerminal(
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  term: string | undefined,
): RawTerminal | null {
  if (!stdin.isTTY || !stdout.isTTY) return null;
  return {
    input: stdin,
    output: stdout,
    term: term ?? 'xterm-256color',
    // One that does not know its size says 0.
    size: () => ({
      columns: within(stdout.columns || 80, sizeLimits.columns),
      rows: within(stdout.rows || 24, sizeLimits.rows),
    }),
    onResize(listener) {
      stdout.on('resize', listener);
      return () => stdout.off('resize', listener);
    },
    setRaw: (isRaw) => void stdin.setRawMode(isRaw),
  };
}

function within(value: number, { least, most }: { readonly least: number; readonly most: number }): number {
  return Math.min(Math.max(value, least), most);
}
