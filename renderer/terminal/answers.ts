import type { IFunctionIdentifier, IModes, IParser, ITheme } from '@xterm/xterm';

/** What the answers are made from; xterm's Terminal and its headless sister both are one. */
export interface AnsweringTerminal {
  readonly parser: IParser;
  readonly modes: IModes;
  readonly rows: number;
  readonly buffer: {
    readonly active: { readonly type: 'normal' | 'alternate'; readonly cursorX: number; readonly cursorY: number };
  };
  readonly options: { readonly theme?: ITheme };
}

/** What a host may do beyond its own terminal; each is asked at the moment. */
export interface Reach {
  /** Sends an answer to the host. */
  readonly answer: (text: string) => void;
  /** A program wants to write the clipboard (OSC 52). Nothing is done where it may not. */
  readonly writeClipboard: (text: string) => void;
}

/** Longest text that OSC 52 may put into the clipboard, characters of base64. */
const CLIPBOARD_LIMIT = 1024 * 1024;

/**
 * The closed list of questions that a host gets an answer to, instead of all that xterm would answer: what it is (DA1, DA2), whether it works
 * (DSR 5), where the cursor is (CPR, DECXCPR), which modes are set (DECRQM), and the two main colours (OSC 10 and 11, how editors tell dark from
 * light). Every answer is numbers of ours; none repeats a text of the host, so that no output can make the terminal type a command.
 * Swallowed without an answer: window reports and window actions (CSI t), settings reports (DECRQSS), the palette and every change of colours
 * (OSC 4, 5, 10 to 19, 104 to 119), reading the clipboard.
 */
export function answerOnly(terminal: AnsweringTerminal, { answer, writeClipboard }: Reach): void {
  const { parser } = terminal;
  const csi = (id: IFunctionIdentifier, reply: (first: number) => string | null) =>
    parser.registerCsiHandler(id, ([first = 0]) => {
      const text = reply(typeof first === 'number' ? first : 0);
      if (text !== null) answer(text);
      return true;
    });

  csi({ final: 'c' }, (first) => (first === 0 ? '\x1b[?1;2c' : null));
  csi({ prefix: '>', final: 'c' }, (first) => (first === 0 ? '\x1b[>0;276;0c' : null));
  csi({ final: 'n' }, (first) => {
    if (first === 5) return '\x1b[0n';
    return first === 6 ? `\x1b[${cursorOf(terminal)}R` : null;
  });
  csi({ prefix: '?', final: 'n' }, (first) => (first === 6 ? `\x1b[?${cursorOf(terminal)}R` : null));
  csi({ intermediates: '$', final: 'p' }, (mode) => `\x1b[${mode};${ansiMode(terminal.modes, mode)}$y`);
  csi({ prefix: '?', intermediates: '$', final: 'p' }, (mode) => `\x1b[?${mode};${privateMode(terminal, mode)}$y`);
  csi({ final: 't' }, () => null);
  csi({ prefix: '>', final: 'q' }, () => null);
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true);
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, () => true);

  for (const id of [4, 5, 12, 13, 14, 15, 16, 17, 18, 19, 104, 105, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119]) {
    parser.registerOscHandler(id, () => true);
  }
  for (const [id, name] of [[10, 'foreground'] as const, [11, 'background'] as const]) {
    parser.registerOscHandler(id, (asked) => {
      const colour = asked === '?' ? wideColour(terminal.options.theme?.[name]) : null;
      if (colour !== null) answer(`\x1b]${id};${colour}\x1b\\`);
      return true;
    });
  }
  parser.registerOscHandler(52, (data) => {
    const text = clipboardText(data);
    if (text !== null) writeClipboard(text);
    return true;
  });
}

/** The text that an OSC 52 wants in the clipboard; null for a question, for what is no base64, and for what is too long. */
export function clipboardText(data: string): string | null {
  const at = data.indexOf(';');
  const base64 = data.slice(at + 1);
  if (at < 0 || base64 === '' || base64 === '?' || base64.length > CLIPBOARD_LIMIT) return null;
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function cursorOf({ buffer: { active } }: AnsweringTerminal): string {
  return `${active.cursorY + 1};${active.cursorX + 1}`;
}

/** DECRPM: 0 not recognized, 1 set, 2 reset, 3 always set, 4 always reset. */
type ModeReport = 0 | 1 | 2 | 3 | 4;

function ansiMode(modes: IModes, mode: number): ModeReport {
  if (mode === 4) return said(modes.insertMode);
  if (mode === 12) return 3;
  return mode === 2 || mode === 20 ? 4 : 0;
}

function privateMode({ modes, buffer }: AnsweringTerminal, mode: number): ModeReport {
  switch (mode) {
    case 1:
      return said(modes.applicationCursorKeysMode);
    case 6:
      return said(modes.originMode);
    case 7:
      return said(modes.wraparoundMode);
    case 9:
      return said(modes.mouseTrackingMode === 'x10');
    case 45:
      return said(modes.reverseWraparoundMode);
    case 66:
      return said(modes.applicationKeypadMode);
    case 47:
    case 1047:
    case 1049:
      return said(buffer.active.type === 'alternate');
    case 1000:
      return said(modes.mouseTrackingMode === 'vt200');
    case 1002:
      return said(modes.mouseTrackingMode === 'drag');
    case 1003:
      return said(modes.mouseTrackingMode === 'any');
    case 1004:
      return said(modes.sendFocusMode);
    case 2004:
      return said(modes.bracketedPasteMode);
    case 2026:
      return said(modes.synchronizedOutputMode);
    default:
      return 0;
  }
}

function said(isSet: boolean): ModeReport {
  return isSet ? 1 : 2;
}

/** `#15a0ff` as X11 writes it, `rgb:1515/a0a0/ffff`; null for what is no such colour. */
function wideColour(colour: string | undefined): string | null {
  const parts = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour ?? '');
  return parts && `rgb:${[parts[1], parts[2], parts[3]].map((part) => `${part ?? ''}${part ?? ''}`).join('/')}`;
}
