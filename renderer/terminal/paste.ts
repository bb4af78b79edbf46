/** A text that is about to be pasted, looked at. */
export interface PasteLook {
  /** Lines as a person counts them; a line end at the very end begins none. */
  readonly lines: number;
  /** The last line ends with Enter: what is pasted is run at once. */
  readonly endsWithEnter: boolean;
  /** Control characters besides tabs and line ends, each once, as they are shown: `«ESC»`. They are never pasted. */
  readonly controls: readonly string[];
}

const LINE_END = /\r\n|\r|\n/;
/** C0 without tab and line ends, DEL, C1; and what turns the direction of text around or hides in it. */
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

export function lookAtPaste(text: string): PasteLook {
  const lines = text.split(LINE_END);
  const endsWithEnter = lines.length > 1 && lines.at(-1) === '';
  const found = new Set((text.match(CONTROL) ?? []).map(visibleControl));
  return { lines: endsWithEnter ? lines.length - 1 : lines.length, endsWithEnter, controls: [...found] };
}

/** Whether a person should see it first: more than one line, an Enter at the end, or a control character. */
export function wantsLook({ lines, endsWithEnter, controls }: PasteLook): boolean {
  return lines > 1 || endsWithEnter || controls.length > 0;
}

/** The lines for a dialog, with control characters made visible; at most `most` of them. */
export function visibleLines(text: string, most: number): readonly string[] {
  const lines = text.split(LINE_END);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines.slice(0, most).map((line) => line.replace(CONTROL, visibleControl));
}

/**
 * The text as it is typed: line ends are Enter, and control characters are left out. Between the brackets of bracketed paste nothing
 * can end them early, since that would take an escape character.
 */
export function pasteInput(text: string, bracketed: boolean): string {
  const typed = text.replace(CONTROL, '').replace(/\r\n|\n/g, '\r');
  return bracketed ? `\x1b[200~${typed}\x1b[201~` : typed;
}

/** The names of C0, as ASCII has them. */
const C0 =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

/** `«ESC»`, `«U+202E»`: what one does not see, in letters that every font has. */
export function visibleControl(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const name = code === 0x7f ? 'DEL' : (C0[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`);
  return `«${name}»`;
}
