import { Terminal, type IMarker } from '@xterm/headless';
import type { TerminalSize } from '../../../shared/model/terminal-size.ts';
import type { CastEvent } from '../../../shared/parse/asciicast.ts';

/** Characters that are written at a time: they make fewer lines than are kept. */
const SLICE = 2_000;
const KEPT_LINES = 2 * SLICE;
const SIZE = /^(\d{1,4})x(\d{1,4})$/;

/** Makes of a recording what there was to be read: the lines as they left the screen, wrapped ones as one. */
export interface CastText {
  /** Resolves with the lines that are complete now. */
  push(event: CastEvent): Promise<string>;
  /** Resolves with what is left on the screen. */
  end(): Promise<string>;
}

export function createCastText({ columns, rows }: TerminalSize): CastText {
  const terminal = new Terminal({ cols: columns, rows, scrollback: KEPT_LINES, allowProposedApi: true });
  const { normal } = terminal.buffer;
  // Where the lines are that were not given out yet: it moves as old lines are forgotten.
  let from: IMarker | null = null;

  const write = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));

  function linesTo(end: number): string {
    let text = '';
    for (let index = from && !from.isDisposed ? from.line : 0; index < end; index += 1) {
      const next = normal.getLine(index + 1);
      text +=
        (normal.getLine(index)?.translateToString(next?.isWrapped !== true) ?? '') + (next?.isWrapped ? '' : '\n');
    }
    return text;
  }

  /** What has left the screen does not change any more. */
  function takeScrolled(): string {
    if (terminal.buffer.active.type !== 'normal') return '';
    const text = linesTo(normal.baseY);
    from?.dispose();
    from = terminal.registerMarker(-normal.cursorY) ?? null;
    return text;
  }

  return {
    async push({ code, text }) {
      const size = code === 'r' ? SIZE.exec(text) : null;
      if (size) terminal.resize(Math.max(2, Number(size[1])), Math.max(1, Number(size[2])));
      if (code !== 'o') return '';
      let lines = '';
      for (let at = 0; at < text.length; at += SLICE) {
        await write(text.slice(at, at + SLICE));
        lines += takeScrolled();
      }
      return lines;
    },
    async end() {
      await write('');
      const left = linesTo(normal.baseY + terminal.rows);
      terminal.dispose();
      return `${left.trimEnd()}\n`;
    },
  };
}
