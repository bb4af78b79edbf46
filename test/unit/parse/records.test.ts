import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecords } from '../../../shared/parse/records.ts';

/** The records of some bytes, cut at these places; null for one that was too long. */
function recordsOf(bytes: Uint8Array, separator: string, cuts: readonly number[]): (string | null)[] {
  const found: (string | null)[] = [];
  const records = createRecords(separator, (record) => found.push(record && Buffer.from(record).toString('latin1')));
  let start = 0;
  for (const end of [...cuts].sort((a, b) => a - b)) {
    records.push(bytes.subarray(start, Math.max(start, end)));
    start = Math.max(start, end);
  }
  records.push(bytes.subarray(start));
  records.end();
  return found;
}

describe('records', () => {
  it('are those between the separators, however the stream is cut', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(
        parts,
        fc.constantFrom('\0', '\n', 'ab0'),
        fc.array(fc.nat(150), { maxLength: 6 }),
        (made, separator, cuts) => {
          const texts = made
            .map((bytes) => Buffer.from(bytes).toString('latin1'))
            .map((text) => text.replaceAll(separator, '').replaceAll(/[ab]/g, ''));
          const whole = Buffer.from(texts.map((text) => text + separator).join(''), 'latin1');
          expect(
            recordsOf(
              whole,
              separator,
              cuts.map((cut) => Math.min(cut, whole.length)),
            ),
          ).toEqual(texts);
        },
      ),
    );
  });

  it('that are too long are told as such, and those behind them are whole', () => {
    const long = Buffer.alloc(200_000, 'x');
    const bytes = Buffer.concat([Buffer.from('a\0'), long, Buffer.from('\0b\0c')]);
    for (const cuts of [[], [1000], [70_000, 140_000], [200_001]])
      expect(recordsOf(bytes, '\0', cuts)).toEqual(['a', null, 'b', 'c']);
  });
});
