import { SerializeAddon } from '@xterm/addon-serialize';
import { terminalLimits } from '../../../shared/model/terminal.ts';
import type { TerminalSize } from '../../../shared/model/terminal-size.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import { createHeadless } from './headless.ts';
import { trackModes } from './screen-modes.ts';

/** What a terminal shows, kept in the core, so that a page that comes later sees it too. It never answers the host. */
export interface Screen {
  write(bytes: Uint8Array): void;
  /** Bytes that were written and are not on the screen yet. */
  readonly pending: number;
  /** Resolves when everything that was written so far is on the screen. */
  settled(): Promise<void>;
  resize(size: TerminalSize): void;
  readonly size: TerminalSize;
  readonly isAlternate: boolean;
  /** What brings a fresh terminal of the same size to this state. Holds no question to a terminal. */
  restore(): string;
  dispose(): void;
}

export interface ScreenOptions {
  readonly size: TerminalSize;
  /** What the host calls the terminal, as plain text. */
  readonly onTitle: (title: string) => void;
  readonly onBell: () => void;
  /** Some of what was pending is not any more. */
  readonly onRoom: () => void;
}

export function createScreen({ size, onTitle, onBell, onRoom }: ScreenOptions): Screen {
  const terminal = createHeadless(size, terminalLimits.keptLines);
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  const modes = trackModes(terminal);
  terminal.onTitleChange((title) => onTitle(cleanText(title, terminalLimits.title)));
  terminal.onBell(onBell);
  let pending = 0;

  return {
    write(bytes) {
      pending += bytes.byteLength;
      terminal.write(bytes, () => {
        pending -= bytes.byteLength;
        onRoom();
      });
    },
    get pending() {
      return pending;
    },
    settled: () => new Promise((resolve) => terminal.write('', resolve)),
    resize({ columns, rows }) {
      if (columns === terminal.cols && rows === terminal.rows) return;
      terminal.resize(columns, rows);
      modes.resized();
    },
    get size() {
      return { columns: terminal.cols, rows: terminal.rows };
    },
    get isAlternate() {
      return terminal.buffer.active.type === 'alternate';
    },
    restore: () => serializer.serialize({ scrollback: terminalLimits.keptLines }) + modes.restore(),
    dispose: () => terminal.dispose(),
  };
}
