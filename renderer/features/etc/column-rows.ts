import { alignLines, marksOf, type LineBlock, type LineMark } from '../../../shared/logic/line-columns.ts';
import { diffWords, type LinePart } from '../../../shared/logic/line-words.ts';
import type { EtcSide } from '../../../shared/model/etc.ts';
import type { Texts } from './use-texts.ts';

/** Versions beside each other: those that are text take part, the others leave their column empty. */
export interface Columns {
  readonly sides: readonly EtcSide[];
  /** The versions that take part, in the order of `blocks`. */
  readonly present: readonly EtcSide[];
  readonly texts: readonly (readonly string[])[];
  readonly blocks: readonly LineBlock[];
}

export function columnsOf(sides: readonly EtcSide[], { lines, blocks }: Pick<Texts, 'lines' | 'blocks'>): Columns {
  const present = sides.filter((side) => lines[side] !== null);
  const texts = present.map((side) => lines[side] ?? []);
  const [base = [], ...others] = texts;
  // Of three it is known already, as they are counted.
  if (present.length === 3 && blocks) return { sides, present, texts, blocks };
  return { sides, present, texts, blocks: present.length === 0 ? [] : alignLines(base, others) };
}

/** A line of one version as it is shown; `number` from 1. */
export interface Cell {
  readonly side: EtcSide;
  readonly mark: LineMark;
  readonly number: number | null;
  readonly parts: readonly LinePart[];
}

const OWN_MARKS: Readonly<Record<EtcSide, LineMark>> = { base: 'replaced', local: 'here', target: 'image' };

/** The cells of a row, one for each column. Words are compared here, so that only lines on the screen cost it. */
export function cellsOf({ sides, present, texts }: Columns, at: readonly (number | null)[]): readonly Cell[] {
  const row = at.map((line, column) => (line === null ? null : (texts[column]?.[line] ?? '')));
  const marks = present.length === 3 ? marksOf(row) : pairMarks(present, row);
  return sides.map((side): Cell => {
    const column = present.indexOf(side);
    const text = row[column] ?? null;
    const line = at[column] ?? null;
    if (text === null || line === null) return { side, mark: 'none', number: null, parts: [] };
    return { side, mark: marks[column] ?? 'same', number: line + 1, parts: partsOf(row, column) };
  });
}

/** Two versions differ or do not; whose line it is tells which mark. One alone has nothing to differ from. */
function pairMarks(present: readonly EtcSide[], row: readonly (string | null)[]): readonly LineMark[] {
  const isSame = row.length < 2 || row[0] === row[1];
  return row.map((text, column): LineMark => {
    if (text === null) return 'none';
    return isSame ? 'same' : OWN_MARKS[present[column] ?? 'base'];
  });
}

/** A line as parts, told from the first column; the first one from what replaced it, this host's before the image's. */
function partsOf(row: readonly (string | null)[], column: number): readonly LinePart[] {
  const text = row[column] ?? '';
  const whole = (changed: boolean) => [{ text, changed }];
  if (row.length < 2) return whole(false);
  if (column > 0) {
    const base = row[0] ?? null;
    if (base === null) return whole(true);
    return base === text ? whole(false) : diffWords(base, text).b;
  }
  const other = row.slice(1).find((each) => each !== text);
  if (other === undefined) return whole(false);
  return other === null ? whole(true) : diffWords(text, other).a;
}

/** How a mark is drawn, and said. */
export const markLooks: Readonly<Record<LineMark, { readonly sign: string; readonly words: string }>> = {
  same: { sign: '', words: '' },
  none: { sign: '', words: 'no such line' },
  replaced: { sign: '−', words: 'replaced' },
  here: { sign: '✎', words: 'changed here' },
  image: { sign: '+', words: 'changed by the image' },
  both: { sign: '≠', words: 'changed by both' },
  agreed: { sign: '=', words: 'the same change on both' },
};
