import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignLines, countLines, marksOf, textsOf } from '../../../shared/logic/line-columns.ts';
import { diffLines } from '../../../shared/logic/line-diff.ts';
import { diffWords } from '../../../shared/logic/line-words.ts';

/** Few different lines, so that many are the same. */
const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 40 });

function applied(a: readonly string[], b: readonly string[]): readonly string[] {
  const result: string[] = [];
  let at = 0;
  for (const hunk of diffLines(a, b)) {
    result.push(...a.slice(at, hunk.a.from), ...b.slice(hunk.b.from, hunk.b.to));
    at = hunk.a.to;
  }
  return [...result, ...a.slice(at)];
}

describe('the difference of two texts', () => {
  test('makes the one of the other, in order, and never from nothing to nothing', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(applied(a, b)).toEqual(b);
        let [endA, endB] = [-1, -1];
        for (const hunk of diffLines(a, b)) {
          expect(hunk.a.from > endA && hunk.b.from > endB).toBe(true);
          expect(hunk.a.to > hunk.a.from || hunk.b.to > hunk.b.from).toBe(true);
          [endA, endB] = [hunk.a.to, hunk.b.to];
        }
      }),
    );
  });

  test('of equal texts is nothing', () => {
    expect(diffLines(['a', 'b'], ['a', 'b'])).toEqual([]);
    expect(diffLines([], [])).toEqual([]);
  });

  test('finds a line among equal ones', () => {
    expect(diffLines(['a', 'b', 'c'], ['a', 'x', 'y', 'c'])).toEqual([
      { a: { from: 1, to: 2 }, b: { from: 1, to: 3 } },
    ]);
  });

  test('holds also where there are more edits than are counted', () => {
    const lines = Array.from({ length: 9000 }, (_, index) => `line ${String(index % 4000)} ${String(index % 7)}`);
    const shuffled = lines.map((_, index) => lines[(index * 4001) % lines.length] ?? '');
    expect(applied(lines, shuffled)).toEqual(shuffled);
  });
});

const chrony = {
  base: [
    '# pool',
    'pool 2.rhel.pool.ntp.org iburst',
    'driftfile',
    'makestep 1.0 3',
    'rtcsync',
    'leapsectz right/UTC',
    'end',
  ],
  local: [
    '# pool',
    'server ntp1 iburst',
    'server ntp2 iburst',
    'driftfile',
    'makestep 1.0 -1',
    'rtcsync',
    'leapsectz right/UTC',
    'end',
  ],
  target: [
    '# pool',
    'pool 2.rhel.pool.ntp.org iburst maxsources 4',
    'sourcedir /run',
    'driftfile',
    'makestep 1.0 3',
    'rtcsync',
    'ntsdumpdir',
    'leapseclist /x',
    'end',
  ],
};

describe('three versions beside each other', () => {
  const texts = [chrony.base, chrony.local, chrony.target];
  const blocks = alignLines(chrony.base, [chrony.local, chrony.target]);

  test('a changed line stands beside the one it replaces, an added one by itself', () => {
    expect(blocks).toEqual([
      { kind: 'equal', at: [0, 0, 0], count: 1 },
      { kind: 'row', at: [1, 1, 1] },
      { kind: 'row', at: [null, 2, null] },
      { kind: 'row', at: [null, null, 2] },
      { kind: 'equal', at: [2, 3, 3], count: 1 },
      { kind: 'row', at: [3, 4, 4] },
      { kind: 'equal', at: [4, 5, 5], count: 1 },
      { kind: 'row', at: [5, 6, 6] },
      { kind: 'row', at: [null, null, 7] },
      { kind: 'equal', at: [6, 7, 8], count: 1 },
    ]);
  });

  test('each line has a mark for whose it is', () => {
    const marks = blocks.flatMap((block) =>
      block.kind === 'row' ? [marksOf(textsOf(block.at, texts)).join(' ')] : [],
    );
    expect(marks).toEqual([
      'replaced both both',
      'none here none',
      'none none image',
      'replaced here same',
      'replaced same image',
      'none none image',
    ]);
    expect(marksOf(['a', 'b', 'b'])).toEqual(['replaced', 'agreed', 'agreed']);
    expect(marksOf(['a', null, 'b'])).toEqual(['replaced', 'none', 'both']);
    expect(marksOf(['a', null, 'a'])).toEqual(['replaced', 'none', 'same']);
    expect(marksOf([null, 'b', 'b'])).toEqual(['none', 'agreed', 'agreed']);
    expect(marksOf(['a', 'a', 'a'])).toEqual(['same', 'same', 'same']);
    expect(marksOf(['a', 'b'])).toEqual(['replaced', 'here']);
  });

  test('counts what a merge takes, and where it needs a person', () => {
    expect(countLines(blocks, texts)).toEqual({ here: 3, image: 4, mergeable: 2, conflicts: 1, firstConflict: 2 });
  });

  test('every line of every version stands somewhere, in its order', () => {
    fc.assert(
      fc.property(text, text, text, (base, local, target) => {
        const columns: (string | undefined)[][] = [[], [], []];
        for (const block of alignLines(base, [local, target])) {
          const rows =
            block.kind === 'row'
              ? [block.at]
              : Array.from({ length: block.count }, (_, step) => block.at.map((line) => line + step));
          for (const row of rows) {
            row.forEach(
              (line, column) => line !== null && columns[column]?.push([base, local, target][column]?.[line]),
            );
          }
        }
        expect(columns).toEqual([base, local, target]);
      }),
    );
  });
});

describe('words within a line', () => {
  const shown = (parts: readonly { text: string; changed: boolean }[]) =>
    parts.map(({ text: part, changed }) => (changed ? `[${part}]` : part)).join('');

  test.each([
    ['makestep 1.0 3', 'makestep 1.0 -1', 'makestep 1.0 [3]', 'makestep 1.0 [-1]'],
    ['#log measurements', 'log measurements', '[#]log measurements', 'log measurements'],
    [
      'pool 2.rhel.pool.ntp.org iburst',
      'server ntp1.ber.acme.example iburst',
      '[pool 2.rhel.pool.ntp.org] iburst',
      '[server ntp1.ber.acme.example] iburst',
    ],
    ['leapsectz right/UTC', 'leapseclist /usr/share', '[leapsectz right/UTC]', '[leapseclist /usr/share]'],
    ['', 'new', '', '[new]'],
  ])('%s → %s', (a, b, shownA, shownB) => {
    const parts = diffWords(a, b);
    expect([shown(parts.a), shown(parts.b)]).toEqual([shownA, shownB]);
  });

  test('nothing of a line is lost, however long it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (a, b, isLong) => {
        const pad = isLong ? 'x'.repeat(2500) : '';
        const parts = diffWords(`${pad}${a}`, `${pad}${b}`);
        expect(parts.a.map((part) => part.text).join('')).toBe(`${pad}${a}`);
        expect(parts.b.map((part) => part.text).join('')).toBe(`${pad}${b}`);
      }),
    );
  });
});

describe('20,000 lines', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) =>
    index % 3 === 0 ? '' : `option ${String(index % 5000)} = value ${String(index % 11)}`,
  );
  const edited = lines.flatMap((line, index) =>
    index % 40 === 7 ? [`${line} # changed`] : index % 97 === 0 ? [] : [line],
  );
  const other = Array.from({ length: 20_000 }, (_, index) => (index % 4 === 0 ? '' : `set ${String(index % 300)}`));

  /** Far above what it takes, so that a busy machine is no failure, and far below what a quadratic search would. */
  const MOST_MS = 1500;

  test.each([
    ['with 700 edits', edited],
    ['that have only empty lines in common', other],
    ['turned round', lines.toReversed()],
  ])('%s', (_, changed) => {
    const before = performance.now();
    expect(applied(lines, changed)).toEqual(changed);
    expect(performance.now() - before).toBeLessThan(MOST_MS);
  });
});
