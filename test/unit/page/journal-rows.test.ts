import { describe, expect, it } from 'vitest';
import {
  appendRows,
  holdRows,
  NO_ROWS,
  NOTHING_WAITS,
  prependRows,
  releasedRows,
  withoutKnown,
  type JournalRow,
} from '../../../renderer/features/journal/journal-rows.ts';
import { entryOf } from '../../support/page-fixtures/journal.ts';

const rows = (...numbers: readonly number[]): JournalRow[] =>
  numbers.map((number) => ({ kind: 'entry', h: 0, e: entryOf(number) }));
const messages = (given: readonly JournalRow[]) => given.map((row) => (row.kind === 'gap' ? row.count : row.e.message));

describe('rows of a journal', () => {
  it('keep their numbers, whatever comes in front and goes', () => {
    let list = appendRows(NO_ROWS, rows(5, 6, 7), 4);
    expect([list.first, messages(list.rows)]).toEqual([0, ['entry 5', 'entry 6', 'entry 7']]);
    list = prependRows(list, rows(3, 4), 4);
    expect([list.first, messages(list.rows)]).toEqual([-2, ['entry 3', 'entry 4', 'entry 5', 'entry 6']]);
    list = appendRows(list, rows(7), 4);
    expect([list.first, messages(list.rows)]).toEqual([-1, ['entry 4', 'entry 5', 'entry 6', 'entry 7']]);
  });

  it('come once where a page and a follow overlap, of each host by itself', () => {
    const list = appendRows(NO_ROWS, rows(1, 2), 10);
    const other: JournalRow = { kind: 'entry', h: 1, e: entryOf(2) };
    expect(withoutKnown(list, [...rows(2, 3), other], 10)).toEqual([...rows(3), other]);
  });

  it('wait up to a number; what is left out is told, where it was', () => {
    let waiting = holdRows(NOTHING_WAITS, rows(1, 2), 3);
    waiting = holdRows(waiting, [{ kind: 'gap', h: 0, count: 7 }, ...rows(3, 4)], 3);
    expect(waiting.dropped).toBe(2);
    waiting = holdRows(waiting, rows(5), 3);
    expect(messages(releasedRows(waiting))).toEqual([9, 'entry 3', 'entry 4', 'entry 5']);
    expect(releasedRows(NOTHING_WAITS)).toEqual([]);
  });
});
