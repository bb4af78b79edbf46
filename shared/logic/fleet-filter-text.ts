/**
 * One term of a filter. `key` null: a bare word, which is then the only value. `quoted`: a bare word in quotes, which is
 * never a keyword. `text` is how it was written.
 */
export interface Term {
  readonly text: string;
  readonly key: string | null;
  readonly values: readonly string[];
  readonly exclude: boolean;
  readonly quoted: boolean;
}

const KEY = /^([a-z]+):/i;

/** Splits a filter text into terms. Any text is taken: an open quote runs to the end, a lonely dash is a word. */
export function readTerms(text: string): Term[] {
  const terms: Term[] = [];
  let position = 0;
  while (position < text.length) {
    if (isSpace(text[position])) {
      position += 1;
      continue;
    }
    const start = position;
    const exclude = text[position] === '-' && position + 1 < text.length && !isSpace(text[position + 1]);
    if (exclude) position += 1;
    const key = KEY.exec(text.slice(position))?.[1]?.toLowerCase() ?? null;
    if (key !== null) position += key.length + 1;
    const quoted = key === null && text[position] === '"';
    const read = readValues(text, position, key !== null);
    position = read.end;
    const values = read.values.filter((value) => value !== '');
    if (key !== null || values.length > 0) {
      terms.push({ text: text.slice(start, position), key, values, exclude, quoted });
    }
  }
  return terms;
}

/** A term as text that `readTerms` reads as the same term. */
export function writeTerm({ key, values, exclude, quoted }: Term): string {
  const sign = exclude ? '-' : '';
  if (key !== null) return `${sign}${key}:${values.map(quoteWhereNeeded).join(',')}`;
  const word = values[0] ?? '';
  return `${sign}${quoted ? quote(word) : word}`;
}

/** `key:value` with the value quoted where it needs to be; for everything that stands for a term. */
export function termFor(key: string, value: string): string {
  return `${key}:${quoteWhereNeeded(value)}`;
}

/** Reads up to the next space outside quotes; commas separate values only after a key. */
function readValues(text: string, from: number, list: boolean): { values: string[]; end: number } {
  const values: string[] = [];
  let value = '';
  let inQuotes = false;
  let position = from;
  for (; position < text.length; position += 1) {
    const char = text.charAt(position);
    if (inQuotes && char === '\\' && position + 1 < text.length) {
      position += 1;
      value += text.charAt(position);
    } else if (char === '"') {
      inQuotes = !inQuotes;
    } else if (!inQuotes && isSpace(char)) {
      break;
    } else if (!inQuotes && list && char === ',') {
      values.push(value);
      value = '';
    } else {
      value += char;
    }
  }
  values.push(value);
  return { values, end: position };
}

function quoteWhereNeeded(value: string): string {
  return /[\s,"]/.test(value) || value === '' ? quote(value) : value;
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && /\s/.test(char);
}
