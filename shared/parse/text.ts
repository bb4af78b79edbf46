/** The longest text from a host that is kept, in UTF-16 units. Long enough for every honest one. */
export const MAX_TEXT = 4096;

const ESC = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
// Terminal sequences: CSI (colours, cursor), OSC (titles, links), and what is left of a cut one.
const TERMINAL_SEQUENCES = new RegExp(
  `${ESC}(?:\\[[0-9;:?]*[ -/]*[@-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?|[@-Z\\\\^_])?`,
  'g',
);
// Control characters, and those that reorder or hide text (bidirectional marks, zero-width characters).
const HIDDEN = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u2028\u2029]+/gu;

/**
 * A text from a host as one line to be shown: without terminal sequences, control and hidden characters,
 * runs of white space as one space, at most `max` UTF-16 units (then it ends in “…”).
 */
export function cleanText(text: string, max: number = MAX_TEXT): string {
  // Cut before the work as well: a hostile text may be megabytes long.
  const bounded = text.length > max * 4 ? text.slice(0, max * 4) : text;
  const clean = bounded.replace(TERMINAL_SEQUENCES, '').replace(HIDDEN, ' ').replace(/\s+/g, ' ').trim();
  if (clean.length <= max && bounded.length === text.length) return clean;
  return `${withoutHalfPair(clean.slice(0, max - 1))}…`;
}

/** The last line of a text that says something, which is where a program that fails says why. At most `max` units. */
export function lastLine(text: string, max = 400): string {
  const lines = text.slice(-16_384).split('\n');
  for (const line of lines.reverse()) {
    const clean = cleanText(line, max);
    if (clean !== '') return clean;
  }
  return '';
}

/** The non-empty lines of a text, cleaned; no more than `limit` of them. */
export function cleanLines(text: string, limit: number): string[] {
  return text
    .split('\n', limit * 4)
    .map((line) => cleanText(line))
    .filter((line) => line !== '')
    .slice(0, limit);
}

function withoutHalfPair(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
