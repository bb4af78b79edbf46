/** What a simulated shell reads: lines, and keys that mean something at once. */
export interface LineEditorOptions {
  /** What is to be seen of it. */
  readonly echo: (text: string) => void;
  readonly onLine: (line: string) => void;
  /** Ctrl-C: what was typed of the line is thrown away. */
  readonly onInterrupt: () => void;
  /** Ctrl-D on an empty line. */
  readonly onEnd: () => void;
  /** Ctrl-L. */
  readonly onClear: () => void;
}

export interface LineEditor {
  push(bytes: Uint8Array): void;
  /** The line so far, to be shown again behind a new prompt. */
  readonly line: string;
}

const MOST_LINE = 4096;
const MOST_HISTORY = 100;
/** Keys that come as a sequence; of those that are not named here nothing happens. */
const SEQUENCE = /^\u001b(?:\[[\d;]*[~A-Za-z]|O[A-Za-z])/;
const BEL = '\u0007';

/** A line is edited at its end; the arrows up and down bring back earlier ones. */
export function createLineEditor(options: LineEditorOptions): LineEditor {
  const { echo } = options;
  const decoder = new TextDecoder();
  const history: string[] = [];
  let line = '';
  let at = 0;
  let rest = '';

  function replace(text: string): void {
    echo('\b \b'.repeat(characters(line).length) + text);
    line = text;
  }

  function erase(): void {
    if (line === '') return;
    line = characters(line).slice(0, -1).join('');
    echo('\b \b');
  }

  function enter(): void {
    const typed = line;
    line = '';
    if (typed.trim() !== '') history.push(typed);
    if (history.length > MOST_HISTORY) history.shift();
    at = history.length;
    echo('\r\n');
    options.onLine(typed);
  }

  function recall(step: number): void {
    at = Math.min(Math.max(0, at + step), history.length);
    replace(history[at] ?? '');
  }

  const keys: Readonly<Record<string, () => void>> = {
    '\r': enter,
    '\n': enter,
    '\u007f': erase,
    '\b': erase,
    '\u0015': () => replace(''),
    '\u0017': () => replace(line.replace(/\S*\s*$/, '')),
    '\u000c': options.onClear,
    '\u0003': () => {
      line = '';
      at = history.length;
      options.onInterrupt();
    },
    '\u0004': () => {
      if (line === '') options.onEnd();
    },
  };

  return {
    push(bytes) {
      let text = rest + decoder.decode(bytes, { stream: true });
      rest = '';
      while (text !== '') {
        const sequence = SEQUENCE.exec(text)?.[0];
        if (sequence !== undefined) {
          if (sequence.endsWith('A')) recall(-1);
          else if (sequence.endsWith('B')) recall(1);
          text = text.slice(sequence.length);
          continue;
        }
        if (text.startsWith('\u001b') && text.length < 16) {
          rest = text;
          return;
        }
        const character = firstCharacter(text);
        text = text.slice(character.length);
        const key = Object.hasOwn(keys, character) ? keys[character] : undefined;
        if (key) key();
        else if (character < ' ' || line.length >= MOST_LINE) echo(BEL);
        else {
          line += character;
          echo(character);
        }
      }
    },
    get line() {
      return line;
    },
  };
}

const segmenter = new Intl.Segmenter();

/** What a person takes for one. */
function characters(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** One code point: what comes in pieces is put together on the screen. */
function firstCharacter(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}
