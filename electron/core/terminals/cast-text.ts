import type { IMarker } from '@xterm/headless';
import type { TerminalSize } from '../../../shared/model/terminal-size.ts';
import type { CastEvent } from '../../../shared/parse/asciicast.ts';
import { createHeadless } from './headless.ts';

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

export function createCastText(size: TerminalSize): CastText {
  let terminal = createHeadless(size, KEPT_LINES);
  // Where the lines are that were not given out yet: it moves as old lines are forgotten.
  let from: IMarker | null = null;

  const write = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));

  function linesTo(end: number): string {
    const { normal } = terminal.buffer;
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
    const { active, normal } = terminal.buffer;
    if (active.type !== 'normal') return '';
    const text = linesTo(normal.baseY);
    from?.dispose();
    from = terminal.registerMarker(-normal.cursorY) ?? null;
    return text;
  }

  /** All that is there is read, and the rest goes on from an empty screen: to fit lines anew would move what was read. */
  async function resize(newSize: TerminalSize): Promise<string> {
    await write('');
    const left = takeAll();
    const isAlternate = terminal.buffer.active.type === 'alternate';
    terminal.dispose();
    terminal = createHeadless(newSize, KEPT_LINES);
    from = null;
    if (isAlternate) await write('\x1b[?1049h');
    return left;
  }

  function takeAll(): string {
    const left = linesTo(terminal.buffer.normal.baseY + terminal.rows).trimEnd();
    return left === '' ? '' : `${left}\n`;
  }

  return {
    async push({ code, text }) {
      const [, columns, rows] = (code === 'r' ? SIZE.exec(text) : null) ?? [];
      if (columns !== undefined)
        return resize({ columns: Math.max(2, Number(columns)), rows: Math.max(1, Number(rows)) });
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
      const left = takeAll();
      terminal.dispose();
      return left;
    },
  };
}
