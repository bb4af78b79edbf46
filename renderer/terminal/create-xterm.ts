import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';

/** Matches that are marked; more are found all the same. */
const MARKED = 1000;

/** An xterm for a shell, with its add-ons. `onLink`: an address was clicked, one in the text or one behind it (OSC 8). */
export function createXterm(onLink: (address: string) => void): {
  readonly terminal: Terminal;
  readonly fit: FitAddon;
  readonly search: SearchAddon;
} {
  const terminal = new Terminal({
    allowProposedApi: true, // the width of characters, and what marks matches
    cursorBlink: false,
    lineHeight: 1.15,
    linkHandler: { activate: (_event, address) => onLink(address), allowNonHttpProtocols: true },
    // What a host prints wrongly is no problem of ours.
    logLevel: 'off',
    macOptionIsMeta: true,
    minimumContrastRatio: 4.5,
    // No window is moved, sized or asked about.
    windowOptions: {},
  });
  const fit = new FitAddon();
  const search = new SearchAddon({ highlightLimit: MARKED });
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.loadAddon(new WebLinksAddon((_event, address) => onLink(address)));
  terminal.unicode.activeVersion = '11';
  return { terminal, fit, search };
}

/** Everything that a terminal keeps, as text: a line that was wrapped is one. */
export function bufferText({ buffer: { active } }: Terminal): string {
  let text = '';
  for (let row = 0; row < active.length; row += 1) {
    const line = active.getLine(row);
    if (row > 0 && !line?.isWrapped) text += '\n';
    text += line?.translateToString(true) ?? '';
  }
  return `${text.trimEnd()}\n`;
}
