import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/headless';
import type { TerminalSize } from '../../../shared/model/terminal-size.ts';

/** A terminal without a screen, in which characters are as wide as in those of the pages. Nothing of it answers anybody. */
export function createHeadless({ columns, rows }: TerminalSize, scrollback: number): Terminal {
  const terminal = new Terminal({
    cols: columns,
    rows,
    scrollback,
    allowProposedApi: true,
    // It would tell the log of every sequence that it does not understand.
    logLevel: 'off',
  });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  return terminal;
}
