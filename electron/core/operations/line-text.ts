/** Select graphic rendition: ESC [ parameters m. The only sequence of a host that reaches a terminal. */
const ESC = '\u001b';
const RESET = `${ESC}[0m`;

/**
 * What must not reach a terminal, as one alternation (ECMA-48): CSI sequences, strings (OSC, DCS, SOS, PM, APC) up to their
 * terminator or the end of the line, other escapes, control characters but the tab, and the marks that turn the direction of
 * text. SGR is among the CSI sequences and is looked at apart.
 */
const UNSAFE = new RegExp(
  [
    `(?:${ESC}\\[|\\u009b)([\\x30-\\x3f]*)[\\x20-\\x2f]*([\\x40-\\x7e]?)`,
    `(?:${ESC}[P\\]X^_]|[\\u0090\\u0098\\u009d\\u009e\\u009f])[^\\u0007\\u009c${ESC}]*(?:\\u0007|\\u009c|${ESC}\\\\)?`,
    `${ESC}[\\x20-\\x2f]*[\\x30-\\x7e]?`,
    '[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f]',
    '[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]',
  ].join('|'),
  'gu',
);

/** Whether a line holds anything of the kind at all: most do not, and this look is ten times as fast as the replacement. */
const SUSPECT = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/**
 * One line of a host, safe for a terminal. With `colours` its own colours stay, closed at the end of the line; else all
 * sequences go. What a carriage return would have overwritten is gone, as on a terminal that was watched to the end.
 */
export function cleanLine(line: string, colours: boolean): string {
  if (!SUSPECT.test(line)) return line;
  let coloured = false;
  const text = lastOverwritten(line).replace(UNSAFE, (whole: string, parameters?: string, final?: string) => {
    if (!colours || final !== 'm' || whole.includes(' ')) return '';
    const kept = keptParameters(parameters ?? '');
    if (kept === null) return '';
    coloured = true;
    return `${ESC}[${kept}m`;
  });
  return coloured ? `${text}${RESET}` : text;
}

function lastOverwritten(line: string): string {
  const parts = line.split('\r').filter((part) => part !== '');
  return parts.at(-1) ?? '';
}

/** Colours, bold, faint, italic, underline, inverse and their ends. Blinking and hidden text are left out; null: nothing is left. */
function keptParameters(parameters: string): string | null {
  if (!/^[\d;]{0,64}$/.test(parameters)) return null;
  const codes = parameters.split(';').map(Number);
  const kept: number[] = [];
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48) {
      const length = codes[index + 1] === 5 ? 3 : codes[index + 1] === 2 ? 5 : 0;
      const colour = codes.slice(index, index + length);
      if (length === 0 || colour.length < length || colour.some((value) => value > 255)) return finish(kept);
      kept.push(...colour);
      index += length - 1;
    } else if (isKept(code)) {
      kept.push(code);
    }
  }
  return finish(kept);
}

function finish(kept: readonly number[]): string | null {
  return kept.length === 0 ? null : kept.join(';');
}

function isKept(code: number): boolean {
  return (
    code <= 4 ||
    code === 7 ||
    (code >= 22 && code <= 24) ||
    code === 27 ||
    (code >= 30 && code <= 49) ||
    (code >= 90 && code <= 107)
  );
}
