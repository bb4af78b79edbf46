import type { ISearchOptions } from '@xterm/addon-search';
import type { TerminalSettings } from '../../shared/model/settings.ts';
import { sizeLimits } from '../../shared/model/terminal-limits.ts';
import type { TerminalSize } from '../../shared/model/terminal-size.ts';
import type { ByteStream } from '../connection/berth-connection.ts';
import { readTerminalTheme, searchColours } from '../log-terminal/terminal-theme.ts';
import { answerOnly } from './answers.ts';
import { bufferText, createXterm } from './create-xterm.ts';
import { pasteInput } from './paste.ts';
import { shellKey, type ShellAction } from './shell-keys.ts';
import { createCardDrawing } from './webgl.ts';

/** A pane that is dragged changes its size with every frame; the host hears of the last one. */
const RESIZE_MS = 80;

/** How a text is searched for. */
export interface FindHow {
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

/** What a pane shows about its terminal. `matches` null: nothing is searched for; `index` -1: too many to count. */
export interface ShellTerminalState {
  readonly matches: { readonly index: number; readonly count: number } | null;
  readonly hasSelection: boolean;
  /** The stream: none yet, there, or broken with what was said about it. */
  readonly stream: 'none' | 'open' | 'ended' | { readonly broken: string };
}

/** What a terminal asks of the page around it. */
export interface ShellTerminalHost {
  /** Something was typed; a broadcast sends it to others too. Answers to the host are not typed. */
  readonly onTyped: (text: string) => void;
  readonly onPaste: (text: string) => void;
  readonly onLink: (address: string) => void;
  readonly onAction: (action: ShellAction) => void;
  readonly onClipboard: (text: string) => void;
  readonly onFocus: () => void;
}

/**
 * One xterm with a shell behind it. It outlives the panes that show it, has an element of its own, and goes on reading while nobody looks.
 * Bytes are acknowledged when they are parsed; what is typed waits in the stream.
 */
export interface ShellTerminal {
  /** Puts it into a pane; at once in its size. */
  show(pane: HTMLElement): void;
  hide(): void;
  /** Begins anew with what `open` gives: first the screen as it is, then what comes. */
  connect(open: (size: TerminalSize) => ByteStream): void;
  type(text: string): void;
  /** As it is, between brackets where the program wants them. */
  paste(text: string): void;
  find(text: string | null, how: FindHow, direction: 'next' | 'previous'): void;
  selection(): string;
  /** Everything that is kept, as text. */
  text(): string;
  clear(): void;
  act(action: ShellAction): boolean;
  set(settings: TerminalSettings): void;
  focus(): void;
  size(): TerminalSize;
  state(): ShellTerminalState;
  subscribe(listener: () => void): () => void;
  dispose(): void;
}

const NOTHING: ShellTerminalState = { matches: null, hasSelection: false, stream: 'none' };

/** `label` names it for screen readers. */
export function createShellTerminal(label: string, settings: TerminalSettings, host: ShellTerminalHost): ShellTerminal {
  const { terminal, fit, search } = createXterm(host.onLink);
  const element = document.createElement('div');
  element.className = 'shellterm';
  const card = createCardDrawing(terminal);

  const listeners = new Set<() => void>();
  const encoder = new TextEncoder();
  let state = NOTHING;
  let current = settings;
  let lastHow: FindHow = { regex: false, caseSensitive: false };
  let stream: ByteStream | null = null;
  let leads = false;
  let isShown = false;
  let isOpened = false;
  let areFontsHere = false;
  let sizeTimer: ReturnType<typeof setTimeout> | null = null;

  const update = (change: Partial<ShellTerminalState>) => {
    state = { ...state, ...change };
    for (const listener of [...listeners]) listener();
  };
  const size = (): TerminalSize => ({
    columns: clamp(terminal.cols, sizeLimits.columns),
    rows: clamp(terminal.rows, sizeLimits.rows),
  });
  const send = (text: string) => {
    if (!stream || text === '') return;
    // Whoever interrupts does not want the rest of a paste to come after it.
    if (text === '\x03' || text === '\x1c') stream.dropWaiting();
    stream.write(encoder.encode(text));
  };

  answerOnly(terminal, {
    answer: (text) => {
      if (leads) stream?.write(encoder.encode(text));
    },
    writeClipboard: (text) => {
      if (leads) host.onClipboard(text);
    },
  });
  terminal.onData((data) => {
    // Focus and mouse are about this pane alone: no broadcast of them.
    if (/^\x1b\[[IO]$/.test(data)) {
      if (leads) send(data);
    } else if (/^\x1b\[(?:<|M)/.test(data)) send(data);
    else host.onTyped(data);
  });
  terminal.onBinary((data) => stream?.write(Uint8Array.from(data, (character) => character.charCodeAt(0) & 0xff)));
  terminal.onSelectionChange(() => {
    const hasSelection = terminal.hasSelection();
    if (hasSelection !== state.hasSelection) update({ hasSelection });
    if (hasSelection && current.copyOnSelect) void copy(terminal.getSelection());
  });
  search.onDidChangeResults(({ resultIndex, resultCount }) =>
    update({ matches: { index: resultIndex, count: resultCount } }),
  );
  terminal.attachCustomKeyEventHandler((event) => {
    const what = shellKey(event);
    if (what === null) return true;
    if (typeof what === 'object') {
      event.preventDefault();
      event.stopPropagation();
      if (event.type === 'keydown') host.onAction(what.action);
    }
    return false;
  });

  /** Takes the size of the pane, and tells it where it changed or `always`. */
  function resize(always = false): void {
    if (!isShown || element.clientWidth === 0 || element.clientHeight === 0) return;
    const before = size();
    fit.fit();
    const now = size();
    if (always || now.columns !== before.columns || now.rows !== before.rows) stream?.send({ size: now });
  }
  function resizeSoon(): void {
    if (sizeTimer) clearTimeout(sizeTimer);
    sizeTimer = setTimeout(() => {
      sizeTimer = null;
      resize();
    }, RESIZE_MS);
  }

  const paneSize = new ResizeObserver(resizeSoon);
  const look = new MutationObserver(() => readLook());
  function readLook(): void {
    const { colours, fontFamily } = readTerminalTheme(element);
    const { foreground = '#e0e0e0', background = '#151515' } = colours;
    terminal.options.theme = { ...colours, cursor: foreground, cursorAccent: background };
    const family = current.fontFamily === null ? fontFamily : `${quoted(current.fontFamily)}, ${fontFamily}`;
    // Another text of the same meaning: cells were measured with whatever font was there, and are measured anew.
    terminal.options.fontFamily = areFontsHere ? `${family}, monospace` : family;
  }

  /** xterm measures its cells when it is opened: only in a pane that is laid out. */
  function open(): void {
    isOpened = true;
    readLook();
    terminal.open(element);
    terminal.textarea?.setAttribute('aria-label', label);
    terminal.textarea?.addEventListener('focus', host.onFocus);
    // Before xterm's own listeners: what is pasted is looked at first.
    element.addEventListener(
      'paste',
      (event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        const text = event.clipboardData?.getData('text/plain') ?? '';
        if (text !== '') host.onPaste(text);
      },
      true,
    );
    paneSize.observe(element);
    look.observe(document.documentElement, { attributeFilter: ['class'] });
    void document.fonts?.ready.then(() => {
      areFontsHere = true;
      readLook();
      resize();
    });
  }

  function set(next: TerminalSettings): void {
    current = next;
    terminal.options.fontSize = next.fontSize;
    terminal.options.scrollback = next.scrollback;
    terminal.options.screenReaderMode = next.screenReader;
    if (!isOpened) return;
    readLook();
    if (isShown && next.webgl === 'auto') card.on();
    if (next.webgl === 'off') card.off();
    resize();
  }
  set(settings);

  return {
    show(pane) {
      pane.append(element);
      isShown = true;
      if (!isOpened) open();
      if (current.webgl === 'auto') card.on();
      resize(true);
    },
    hide() {
      isShown = false;
      card.off();
      element.remove();
    },
    connect(openStream) {
      stream?.close();
      terminal.reset();
      leads = false;
      resize();
      const own = openStream(size());
      stream = own;
      update({ stream: 'open' });
      own.onBytes((bytes, parsed) => {
        if (stream === own) terminal.write(bytes, parsed);
      });
      own.onMessage((news) => {
        if (stream === own && 'lead' in news) leads = news.lead;
      });
      own.onEnd(({ end, message }) => {
        if (stream === own) update({ stream: end === 'complete' ? 'ended' : { broken: message } });
      });
    },
    type: send,
    paste: (text) => send(pasteInput(text, terminal.modes.bracketedPasteMode)),
    find(text, how, direction) {
      if (text === null || text === '' || (how.regex && !isPattern(text))) {
        search.clearDecorations();
        terminal.clearSelection();
        update({ matches: text === null || text === '' ? null : { index: -1, count: 0 } });
        return;
      }
      // The add-on takes no notice of it when only these have changed.
      if (how.regex !== lastHow.regex || how.caseSensitive !== lastHow.caseSensitive) search.clearDecorations();
      lastHow = how;
      const options: ISearchOptions = { ...how, decorations: searchColours, incremental: direction === 'next' };
      const found = direction === 'next' ? search.findNext(text, options) : search.findPrevious(text, options);
      if (!found) update({ matches: { index: -1, count: 0 } });
    },
    selection: () => terminal.getSelection(),
    text: () => bufferText(terminal),
    clear: () => terminal.clear(),
    act(action) {
      const scroll: Partial<Record<ShellAction, () => void>> = {
        'scroll-up': () => terminal.scrollPages(-1),
        'scroll-down': () => terminal.scrollPages(1),
        'scroll-top': () => terminal.scrollToTop(),
        'scroll-end': () => terminal.scrollToBottom(),
        copy: () => void copy(terminal.getSelection()),
      };
      scroll[action]?.();
      return scroll[action] !== undefined;
    },
    set,
    focus: () => terminal.focus(),
    size,
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      if (sizeTimer) clearTimeout(sizeTimer);
      stream?.close();
      stream = null;
      paneSize.disconnect();
      look.disconnect();
      listeners.clear();
      card.off();
      terminal.dispose();
      element.remove();
    },
  };
}

/** Whether a text is a regular expression as far as a search goes. */
export function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}

async function copy(text: string): Promise<void> {
  if (text !== '') await navigator.clipboard.writeText(text).catch(() => undefined);
}

function clamp(value: number, { least, most }: { readonly least: number; readonly most: number }): number {
  return Math.max(least, Math.min(most, value));
}

/** A font family as CSS wants it, whatever a person typed. */
function quoted(family: string): string {
  return `"${family.replaceAll(/["\\\n]/g, '')}"`;
}
