import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf, mergedText, mergeLines } from '../../../shared/logic/line-merge.ts';

/** Few different lines, so that they repeat and collide; the last one may have no end. */
const text = fc
  .tuple(
    fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', 'd\r\n', '\n'), { maxLength: 12 }),
    fc.constantFrom('', 'a', 'end'),
  )
  .map(([lines, last]) => lines.join('') + last);

describe('a merge of lines', () => {
  it('takes what one side alone changed', () => {
    fc.assert(
      fc.property(text, text, (base, side) => {
        expect(mergedText(mergeLines(base, side, base))).toBe(side);
        expect(mergedText(mergeLines(base, base, side))).toBe(side);
      }),
    );
  });

  it('takes what both made alike, without a conflict', () => {
    fc.assert(
      fc.property(text, text, (base, side) => {
        expect(mergedText(mergeLines(base, side, side))).toBe(side);
      }),
    );
  });

  it('is either side as a whole where every conflict is settled for it and nothing else was changed', () => {
    fc.assert(
      fc.property(text, text, text, (base, local, target) => {
        const merge = mergeLines(base, local, target);
        const turned = mergeLines(base, target, local);
        const choices = merge.conflicts.map(() => 'local' as const);
        const mirrored = turned.conflicts.map(() => 'target' as const);
        expect(mergedText(merge, choices)).toBe(mergedText(turned, mirrored));
        for (const { base: o, local: a, target: b } of merge.conflicts) {
          expect(a).not.toEqual(b);
          expect(o).not.toEqual(a);
          expect(o).not.toEqual(b);
          expect(local).toContain(a.join(''));
          expect(target).toContain(b.join(''));
          expect(base).toContain(o.join(''));
        }
      }),
    );
  });

  it('joins changes in different places and leaves the rest as it is', () => {
    const merge = mergeLines('one\ntwo\nthree\nfour\n', 'ONE\ntwo\nthree\nfour\n', 'one\ntwo\nthree\nFOUR\nfive\n');
    expect(merge.conflicts).toEqual([]);
    expect(mergedText(merge)).toBe('ONE\ntwo\nthree\nFOUR\nfive\n');
  });

  it('carries all three of a conflict, and ends with what a person takes', () => {
    const merge = mergeLines('pool a\nkeep\n', 'server x\nkeep\n', 'pool b\nkeep\n');
    expect(merge.conflicts).toEqual([{ base: ['pool a\n'], local: ['server x\n'], target: ['pool b\n'] }]);
    expect(mergedText(merge)).toBeNull();
    expect(mergedText(merge, ['target'])).toBe('pool b\nkeep\n');
    expect(mergedText(merge, ['both'])).toBe('server x\npool b\nkeep\n');
    expect(mergedText(merge, [['own'], 'local'])).toBe('own\nkeep\n');
    expect(mergedText(merge, [[]])).toBe('keep\n');
  });

  it('keeps every byte of the lines it is given', () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(linesOf(any).join('')).toBe(any);
      }),
    );
  });

  it('goes through 20,000 lines that repeat a lot without taking their square', () => {
    const base = Array.from({ length: 20_000 }, (_, index) => (index % 50 === 0 ? `line ${String(index)}\n` : '\n'));
    const change = (every: number, what: string) =>
      base.map((line, index) => (index % every === 7 ? `${what} ${String(index)}\n` : line));
    const started = performance.now();
    const merge = mergeLines(base.join(''), change(97, 'here').join(''), change(89, 'image').join(''));
    expect(merge.pieces.length).toBeGreaterThan(1);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('leaves to a person what would take its square', () => {
    const many = (line: string) => line.repeat(3_000);
    const { conflicts } = mergeLines(many('a\n'), many('a\nb\n'), many('a\nc\n'));
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]?.base).toHaveLength(3_000);
  });
});
