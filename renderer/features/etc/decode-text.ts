/** How the bytes of a file were read as text. */
export type TextEncoding = 'UTF-8' | 'UTF-8 with BOM' | 'UTF-16 LE' | 'UTF-16 BE' | 'Latin-1';

/**
 * The content of a file as far as it was loaded: lines of text, or bytes that are none. `ending`: how lines end; `endsOpen`: the last
 * one does not.
 */
export type Decoded =
  | {
      readonly kind: 'text';
      readonly encoding: TextEncoding;
      readonly ending: 'LF' | 'CRLF' | 'CR' | 'mixed';
      readonly endsOpen: boolean;
      readonly lines: readonly string[];
      /** As it was decoded, line ends and all. */
      readonly text: string;
    }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

/** So many bytes at the beginning tell what a file is. */
const PROBE = 8192;

/**
 * Reads bytes as text. What is not UTF-8 and has no control characters is taken for Latin-1, which every byte has a letter in; a NUL
 * makes it UTF-16 where it stands as UTF-16 has it, else no text. `isWhole` false: the end was cut, and with it the last line.
 */
export function decodeText(bytes: Uint8Array, isWhole: boolean): Decoded {
  const encoding = encodingOf(bytes, isWhole);
  if (encoding === null) return { kind: 'binary', bytes };
  const text = new TextDecoder(LABELS[encoding]).decode(bytes);
  const lines = text.split(/\r\n|\n|\r/);
  const endsOpen = lines.at(-1) !== '';
  // A cut line would differ from the whole one of another version.
  if (!endsOpen || (!isWhole && lines.length > 1)) lines.pop();
  return {
    kind: 'text',
    encoding,
    ending: endingOf(text),
    endsOpen: endsOpen && isWhole && bytes.length > 0,
    lines,
    text,
  };
}

const LABELS: Readonly<Record<TextEncoding, string>> = {
  'UTF-8': 'utf-8',
  'UTF-8 with BOM': 'utf-8',
  'UTF-16 LE': 'utf-16le',
  'UTF-16 BE': 'utf-16be',
  // The web's name for the superset that Windows made of it.
  'Latin-1': 'windows-1252',
};

function encodingOf(bytes: Uint8Array, isWhole: boolean): TextEncoding | null {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return 'UTF-16 LE';
  if (first === 0xfe && second === 0xff) return 'UTF-16 BE';
  const probe = bytes.subarray(0, PROBE);
  if (probe.includes(0)) return utf16Of(probe);
  if (isUtf8(bytes, isWhole)) return first === 0xef && second === 0xbb && third === 0xbf ? 'UTF-8 with BOM' : 'UTF-8';
  return probe.every((byte) => byte >= 0x20 || PLAIN_CONTROLS.has(byte)) ? 'Latin-1' : null;
}

/** Tab, line feed, form feed, carriage return, escape. */
const PLAIN_CONTROLS: ReadonlySet<number> = new Set([9, 10, 12, 13, 27]);

function isUtf8(bytes: Uint8Array, isWhole: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
    return true;
  } catch {
    return false;
  }
}

/** Text without a byte order mark: nearly every second byte is 0, always the same one of the two. */
function utf16Of(probe: Uint8Array): TextEncoding | null {
  const pairs = Math.floor(probe.length / 2);
  const zeros = [0, 0];
  for (let at = 0; at < pairs * 2; at += 1) if (probe[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd >= pairs * 0.8 && even === 0) return 'UTF-16 LE';
  return even >= pairs * 0.8 && odd === 0 ? 'UTF-16 BE' : null;
}

function endingOf(text: string): 'LF' | 'CRLF' | 'CR' | 'mixed' {
  const crlf = text.includes('\r\n');
  const lf = /(?:^|[^\r])\n/.test(text);
  const cr = /\r(?!\n|$)/.test(text);
  if (crlf) return lf || cr ? 'mixed' : 'CRLF';
  if (cr) return lf ? 'mixed' : 'CR';
  return 'LF';
}

/** Characters that would not be seen, or would change the order of what is: shown as what they are. */
const HIDDEN = /[^\P{Cc}\t]|\p{Cf}|[\p{Zl}\p{Zp}\p{Co}]/gu;

/** A line as it can be shown: nothing in it is invisible but blanks. */
export function showLine(line: string): string {
  return line.replace(HIDDEN, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point < 0x20
      ? String.fromCodePoint(0x2400 + point)
      : `⟨U+${point.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
