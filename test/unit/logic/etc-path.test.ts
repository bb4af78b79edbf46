import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesOfPath,
  comparePaths,
  nameOf,
  parentOf,
  pathFromBytes,
  showPath,
} from '../../../shared/logic/etc-path.ts';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

describe('names as bytes', () => {
  it('come back byte for byte, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (name) => {
        expect(bytesOfPath(pathFromBytes(name))).toEqual(name);
      }),
      { numRuns: 500 },
    );
  });

  it('are text where they are UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(pathFromBytes(new TextEncoder().encode(name))).toBe(name);
        expect(bytesOfPath(name)).toEqual(Uint8Array.from(new TextEncoder().encode(name)));
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['a byte alone', bytes(0x61, 0xff, 0x62), 'a\udcffb'],
    ['a cut character', bytes(0xe2, 0x82), '\udce2\udc82'],
    ['an overlong slash', bytes(0xc0, 0xaf), '\udcc0\udcaf'],
    ['an overlong three', bytes(0xe0, 0x80, 0xaf), '\udce0\udc80\udcaf'],
    ['a surrogate', bytes(0xed, 0xa0, 0x80), '\udced\udca0\udc80'],
    ['beyond Unicode', bytes(0xf4, 0x90, 0x80, 0x80), '\udcf4\udc90\udc80\udc80'],
    ['Latin-1', bytes(0x63, 0x61, 0x66, 0xe9), 'caf\udce9'],
  ])('are escaped where they are not: %s', (_, name, text) => {
    expect(pathFromBytes(name)).toBe(text);
  });
});

describe('a path as plain text', () => {
  it.each([
    ['chrony.conf', 'chrony.conf'],
    ['Größe/日本.conf', 'Größe/日本.conf'],
    ['with space', 'with space'],
    ['line\nbreak\ttab\r', 'line\\nbreak\\ttab\\r'],
    ['dev-\\x2d.mount', 'dev-\\\\x2d.mount'],
    ['caf\udce9', 'caf\\xe9'],
    ['\u202egpj.conf', '\\u{202e}gpj.conf'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['no\u00a0break', 'no\\u{a0}break'],
    ['\u001b[31mred\u007f', '\\x1b[31mred\\x7f'],
    ['lone\ud800', 'lone\\u{d800}'],
  ])('%j is %s', (path, shown) => {
    expect(showPath(path)).toBe(shown);
  });

  it('tells any two paths apart', () => {
    const unit = fc.constantFrom('a', '\\', 'n', '\n', 'x', 'f', '\udcff', 'u', '{', '\u202e', '2', '0', 'e', '}');
    const name = fc.array(unit, { maxLength: 8 }).map((units) => units.join(''));
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(showPath(one) === showPath(other)).toBe(one === other);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the order of paths', () => {
  it('is that of a tree that is walked', () => {
    const walked = ['a', 'a/b', 'a/b/c', 'a-b', 'a.conf', 'b', 'b/a'];
    expect([...walked].reverse().sort(comparePaths)).toEqual(walked);
  });

  it('knows the directory and the name', () => {
    expect([parentOf('a/b/c'), nameOf('a/b/c')]).toEqual(['a/b', 'c']);
    expect([parentOf('a'), nameOf('a')]).toEqual([null, 'a']);
  });
});
