import type { ISearchOptions } from '@xterm/addon-search';
import type { ITheme } from '@xterm/xterm';

/** Colours and font of a terminal pane. */
export interface TerminalTheme {
  readonly colours: ITheme;
  readonly fontFamily: string;
}

/** The 16 ANSI colours on the dark ground of the pane; terminals stay dark in both themes. */
const ansi: ITheme = {
  black: '#383838',
  red: '#f89b78',
  green: '#87bb62',
  yellow: '#ffcc17',
  blue: '#92c5f9',
  magenta: '#d6a3f7',
  cyan: '#63bdbd',
  white: '#e0e0e0',
  brightBlack: '#a3a3a3',
  brightRed: '#fbbea8',
  brightGreen: '#afdc8f',
  brightYellow: '#ffe072',
  brightBlue: '#b9dafc',
  brightMagenta: '#e5caf8',
  brightCyan: '#9ad8d8',
  brightWhite: '#ffffff',
};

/** Search matches: the current one is solid. xterm takes #RRGGBB only here. */
export const searchColours: NonNullable<ISearchOptions['decorations']> = {
  matchBackground: '#5c4b00',
  matchOverviewRuler: '#ffcc17',
  activeMatchBackground: '#8a4a00',
  activeMatchBorder: '#ffcc17',
  activeMatchColorOverviewRuler: '#ffffff',
};

/** Takes ground, text and font from the page's tokens, so that a theme of the page can change them. */
export function readTerminalTheme(element: HTMLElement): TerminalTheme {
  const style = getComputedStyle(element);
  const token = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  const background = token('--b-term-bg', '#151515');
  const foreground = token('--b-term-fg', '#e0e0e0');
  return {
    colours: {
      ...ansi,
      background,
      foreground,
      cursor: background,
      cursorAccent: background,
      selectionBackground: '#2b5c96',
    },
    fontFamily: style.fontFamily || 'monospace',
  };
}
