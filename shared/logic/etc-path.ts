import type { EtcPath } from '../model/etc.ts';

/** Where a byte that is not UTF-8 stands as a lone surrogate: U+DC00 plus the byte, which is at least 0x80 (PEP 383). */
const ESCAPED = 0xdc00;

/**
 * A name on a host as text: UTF-8 where it is, and a lone surrogate for each byte that is not, so that every name has exactly one
 * text and `bytesOfPath` gives it back byte for byte.
 */
export function pathFromBytes(bytes: Uint8Array): EtcPath {
  if (bytes.length <= AT_ONCE && isAscii(bytes)) return TO_TEXT(null, bytes);
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const point = codePointAt(bytes, at);
    if (point === null) {
      text += String.fromCharCode(ESCAPED + (bytes[at] ?? 0));
      at += 1;
    } else {
      text += String.fromCodePoint(point);
      at += point < 0x80 ? 1 : utf8Length(point);
    }
  }
  return text;
}

/** A spread would go through an iterator. */
const TO_TEXT: (self: null, bytes: ArrayLike<number>) => string = Function.prototype.apply.bind(String.fromCharCode);

/** Arguments of one call; more would not fit every stack. */
const AT_ONCE = 8192;

/** Nearly all names: made in one step, a tenth of the time. */
function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
}

/** The code point whose UTF-8 begins at a place; null where that is none: cut, overlong, a surrogate, beyond U+10FFFF. */
function codePointAt(bytes: Uint8Array, at: number): number | null {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return first;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return null;
  let point = first & (0x7f >> length);
  for (let next = 1; next < length; next += 1) {
    const byte = bytes[at + next] ?? 0;
    if ((byte & 0xc0) !== 0x80) return null;
    point = (point << 6) | (byte & 0x3f);
  }
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  return isSurrogate || point > 0x10ffff || utf8Length(point) !== length ? null : point;
}

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/** The bytes of a name. A lone surrogate that stands for no byte, which no name from a host has, becomes U+FFFD. */
export function bytesOfPath(path: EtcPath): Uint8Array {
  const bytes: number[] = [];
  for (const character of path) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) bytes.push(point);
    else if (point >= ESCAPED + 0x80 && point <= ESCAPED + 0xff) bytes.push(point - ESCAPED);
    else pushUtf8(bytes, point >= 0xd800 && point <= 0xdfff ? 0xfffd : point);
  }
  return Uint8Array.from(bytes);
}

function pushUtf8(bytes: number[], point: number): void {
  const length = utf8Length(point);
  const lead = length === 2 ? 0xc0 : length === 3 ? 0xe0 : 0xf0;
  bytes.push(lead | (point >> (6 * (length - 1))));
  for (let shift = 6 * (length - 2); shift >= 0; shift -= 6) bytes.push(0x80 | ((point >> shift) & 0x3f));
}

/** What a reader would not see, or would see elsewhere: control, format (bidirectional, zero-width), separators, private, lone surrogates. */
const NOT_PLAIN = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\u115f\u1160\u3164\uffa0]|[^\S ]/gu;

const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A path as plain text on one line: `\n`, `\t`, `\\`, `\xff` for a byte that is not UTF-8, `\u{202e}` for what is invisible or
 * changes the order of text. Two paths never look the same through their escapes.
 */
export function showPath(path: EtcPath): string {
  return path.replace(NOT_PLAIN, (character) => {
    const short = SHORT[character];
    if (short !== undefined) return short;
    const point = character.codePointAt(0) ?? 0;
    if (point >= ESCAPED + 0x80 && point <= ESCAPED + 0xff) return `\\x${(point - ESCAPED).toString(16)}`;
    return point < 0x80 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`;
  });
}

/** The order of a tree that is walked: by names, what is inside a directory right after it. */
export function comparePaths(a: EtcPath, b: EtcPath): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

/** A slash is before all else, so that `a/b` stands before `a-b`. */
function rank(unit: number): number {
  return unit === 0x2f ? -1 : unit;
}

/** The directory of a path; null: it stands in /etc itself. */
export function parentOf(path: EtcPath): EtcPath | null {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? null : path.slice(0, slash);
}

/** The last part of a path. */
export function nameOf(path: EtcPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
