import type { LineBlock } from '../../../shared/logic/line-columns.ts';

/** A line of the three columns as it is drawn: a row of lines, or equal ones that are folded away. */
export type DisplayRow =
  | { readonly kind: 'row'; readonly at: readonly (number | null)[]; readonly isChange: boolean }
  /** `block` names it when it is to be unfolded. */
  | { readonly kind: 'fold'; readonly block: number; readonly count: number };

/** Equal lines that stay beside a change, and the fewest that are worth folding. */
const CONTEXT = 1;
const FEWEST_FOLDED = 4;

/** What is drawn of the blocks: changes, their neighbours, and what was `unfolded` (indexes of blocks). */
export function displayRows(blocks: readonly LineBlock[], unfolded: ReadonlySet<number>): readonly DisplayRow[] {
  return blocks.flatMap((block, index): readonly DisplayRow[] => {
    if (block.kind === 'row') return [{ kind: 'row', at: block.at, isChange: true }];
    const { at, count } = block;
    // The first line of a file says what it is; nothing follows the last one.
    const after = index === blocks.length - 1 ? 0 : CONTEXT;
    const folded = count - CONTEXT - after;
    if (folded < FEWEST_FOLDED || unfolded.has(index)) return equalRows(at, 0, count);
    return [
      ...equalRows(at, 0, CONTEXT),
      { kind: 'fold', block: index, count: folded },
      ...equalRows(at, count - after, count),
    ];
  });
}

function equalRows(at: readonly number[], from: number, to: number): readonly DisplayRow[] {
  return Array.from({ length: to - from }, (_, step) => ({
    kind: 'row',
    at: at.map((line) => line + from + step),
    isChange: false,
  }));
}

/** Where changes begin, a place each. */
export function changeStarts(rows: readonly DisplayRow[]): readonly number[] {
  const isChange = (row: DisplayRow | undefined) => row?.kind === 'row' && row.isChange;
  return rows.flatMap((row, index) => (isChange(row) && !isChange(rows[index - 1]) ? [index] : []));
}
