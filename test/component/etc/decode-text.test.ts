import { expect, test } from 'vitest';
import { decodeText, showLine } from '../../../renderer/features/etc/decode-text.ts';

const bytes = (...values: readonly (number | string)[]) =>
  Uint8Array.from(
    values.flatMap((value) => (typeof value === 'number' ? [value] : [...new TextEncoder().encode(value)])),
  );

test.each([
  ['UTF-8', bytes('grün\nb\n'), ['grün', 'b']],
  ['UTF-8 with BOM', bytes(0xef, 0xbb, 0xbf, 'a\n'), ['a']],
  ['UTF-16 LE', bytes(0xff, 0xfe, 0x61, 0, 0x0a, 0), ['a']],
  ['UTF-16 BE', bytes(0xfe, 0xff, 0, 0x61, 0, 0x0a), ['a']],
  ['UTF-16 LE', bytes(0x61, 0, 0x62, 0, 0x0a, 0), ['ab']],
  ['Latin-1', bytes('gr', 0xfc, 'n\n'), ['grün']],
] as const)('%s', (encoding, content, lines) => {
  expect(decodeText(content, true)).toMatchObject({ kind: 'text', encoding, lines, ending: 'LF', endsOpen: false });
});

test.each([
  ['a NUL', bytes('abc', 0, 'def')],
  ['control characters that no text has', bytes(0x80, 1, 2, 3)],
])('%s makes it bytes', (_, content) => {
  expect(decodeText(content, true)).toEqual({ kind: 'binary', bytes: content });
});

test('how lines end, and that the last one does not', () => {
  expect(decodeText(bytes('a\r\nb\r\n'), true)).toMatchObject({ ending: 'CRLF', lines: ['a', 'b'] });
  expect(decodeText(bytes('a\r\nb\n'), true)).toMatchObject({ ending: 'mixed' });
  expect(decodeText(bytes('a\nb'), true)).toMatchObject({ lines: ['a', 'b'], endsOpen: true });
  expect(decodeText(bytes(), true)).toMatchObject({ lines: [], endsOpen: false, encoding: 'UTF-8' });
});

test('what was cut in the middle of a letter is still its encoding, without the cut line', () => {
  expect(decodeText(bytes('a\ngr', 0xc3), false)).toMatchObject({ encoding: 'UTF-8', lines: ['a'], endsOpen: false });
});

test('nothing in a shown line is invisible', () => {
  expect(showLine('a\u0000\u001b[31m\u202eb\u200b\tc')).toBe('a␀␛[31m⟨U+202E⟩b⟨U+200B⟩\tc');
});
