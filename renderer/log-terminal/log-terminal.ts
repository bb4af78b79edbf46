import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Terminal } from '@xterm/xterm';
import type { StreamEnd } from '../../shared/model/stream.ts';
import { readTerminalTheme, searchColours } from './terminal-theme.ts';
import { createWriteBatches, type WriteBatches } from './write-batches.ts';

/** How many lines stay in the pane. More are in the saved log; 20,000 rows of xterm take about 40 MB at 120 columns. */
export const SCROLLBACK_LINES = 20_000;

/** The page's end of a stream: `parsed` must be called once for each piece of bytes, when they have been parsed. */
export interface LogStream {
  onBytes(listener: (bytes: Uint8Array, parsed: () => void) => void): unknown;
  onEnd(listener: (end: StreamEnd) => void): unknown;
  close(): void;
}

/** What the log pane shows about the log. `lines`: received since the stream was opened. `matches` null: nothing is searched for. */
export interface LogTerminalState {
  readonly following: boolean;
  readonly lines: number;
  readonly phase: 'idle' | 'streaming' | 'complete' | 'failed';
  readonly message: string;
  readonly matches: { readonly index: number; readonly count: number } | null;
}

/**
 * One xterm that shows one log, read-only. It lives outside React: a component attaches it to an element and reads `state()`.
 * Bytes are acknowledged when xterm has parsed them, which keeps memory bounded whatever the host prints.
 */
export interface LogTerminal {
  attach(element: HTMLElement): void;
  /** Shows another stream from its beginning; the one before is closed. */
  show(stream: LogStream): void;
  /** Searches from the selection on; `null` ends the search. */
  find(text: string | null, direction: 'next' | 'previous'): void;
  /** Goes to the end and stays there while lines arrive. */
  follow(): void;
  setScreenReader(on: boolean): void;
  focus(): void;
  state(): LogTerminalState;
  subscribe(listener: () => void): () => void;
  dispose(): void;
}

const IDLE: LogTerminalState = { following: true, lines: 0, phase: 'idle', message: '', matches: null };

/** `label` names the pane for a screen reader. */
export function createLogTerminal(label: string): LogTerminal {
  const terminal = new Terminal({
    allowProposedApi: true, // decorations, which the search marks its matches with
    convertEol: true,
    cursorInactiveStyle: 'none',
    disableStdin: true,
    fontFamily: 'monospace',
    fontSize: 12,
    lineHeight: 1.15,
    // Links that a host prints (OSC 8) go nowhere: its texts are only shown.
    linkHandler: { activate: () => undefined },
    minimumContrastRatio: 4.5,
    scrollback: SCROLLBACK_LINES,
    scrollOnUserInput: false,
  });
  const fit = new FitAddon();
  const search = new SearchAddon({ highlightLimit: 1000 });
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.attachCustomKeyEventHandler((event) => scrollByKey(terminal, event));

  const listeners = new Set<() => void>();
  let state = IDLE;
  let received = 0;
  let stream: LogStream | null = null;
  let batches: WriteBatches | null = null;
  let observers: readonly { disconnect(): void }[] = [];

  const update = (change: Partial<LogTerminalState>) => {
    const keys = Object.keys(change) as (keyof LogTerminalState)[];
    if (keys.every((key) => Object.is(state[key], change[key]))) return;
    state = { ...state, ...change };
    for (const listener of [...listeners]) listener();
  };
  const atEnd = () => terminal.buffer.active.viewportY >= terminal.buffer.active.baseY;

  terminal.onScroll(() => update({ following: atEnd() }));
  // At most once a frame, unlike the bytes themselves.
  terminal.onWriteParsed(() => update({ following: atEnd(), lines: received }));
  search.onDidChangeResults(({ resultIndex, resultCount }) =>
    update({ matches: { index: resultIndex, count: resultCount } }),
  );

  return {
    attach(element) {
      const theme = readTerminalTheme(element);
      terminal.options.theme = theme.colours;
      terminal.options.fontFamily = theme.fontFamily;
      terminal.open(element);
      terminal.textarea?.setAttribute('aria-label', label);
      terminal.textarea?.setAttribute('aria-readonly', 'true');
      fit.fit();
      const size = new ResizeObserver(() => fit.fit());
      size.observe(element);
      // The page's theme is classes of its root.
      const look = new MutationObserver(() => {
        terminal.options.theme = readTerminalTheme(element).colours;
      });
      look.observe(element.ownerDocument.documentElement, { attributeFilter: ['class'] });
      observers = [size, look];
      // Cells were measured with whatever font was there; measure again when the real one has come.
      void element.ownerDocument.fonts?.ready.then(() => {
        terminal.options.fontFamily = `${theme.fontFamily}, monospace`;
        if (observers.length > 0) fit.fit();
      });
    },
    show(next) {
      stream?.close();
      batches?.dispose();
      stream = next;
      received = 0;
      terminal.reset();
      update({ ...IDLE, phase: 'streaming', matches: state.matches });
      const own = createWriteBatches((bytes, parsed) => {
        received += countLines(bytes);
        terminal.write(bytes, parsed);
      });
      batches = own;
      next.onBytes((bytes, parsed) => own.push(bytes, parsed));
      next.onEnd((end) =>
        own.end(() => {
          if (batches === own) update({ phase: end.end, message: end.message, lines: received });
        }),
      );
    },
    find(text, direction) {
      if (!text) {
        search.clearDecorations();
        terminal.clearSelection();
        update({ matches: null });
        return;
      }
      const how = { decorations: searchColours, incremental: direction === 'next' };
      const found = direction === 'next' ? search.findNext(text, how) : search.findPrevious(text, how);
      if (!found) update({ matches: { index: -1, count: 0 } });
    },
    follow() {
      terminal.scrollToBottom();
      update({ following: true });
    },
    setScreenReader(on) {
      terminal.options.screenReaderMode = on;
    },
    focus: () => terminal.focus(),
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    dispose() {
      batches?.dispose();
      batches = null;
      stream?.close();
      stream = null;
      for (const observer of observers) observer.disconnect();
      observers = [];
      listeners.clear();
      terminal.dispose();
    },
  };
}

/** Number of line ends in a piece of the log. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** A read-only pane scrolls by the plain keys, and leaves every other key (Tab first of all) to the page. */
function scrollByKey(terminal: Terminal, event: KeyboardEvent): boolean {
  if (event.type !== 'keydown' || event.ctrlKey || event.metaKey || event.altKey) return false;
  const scroll: Record<string, () => void> = {
    ArrowUp: () => terminal.scrollLines(-1),
    ArrowDown: () => terminal.scrollLines(1),
    PageUp: () => terminal.scrollPages(-1),
    PageDown: () => terminal.scrollPages(1),
    Home: () => terminal.scrollToTop(),
    End: () => terminal.scrollToBottom(),
  };
  const action = scroll[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
  return false;
}
