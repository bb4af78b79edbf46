import { diffLines, type LineHunk } from './line-diff.ts';

/**
 * Two or three versions of a text beside each other, the first one the base. `at`: in each column the index of the line that stands
 * there, null where none does. `equal`: so many rows that are the same in all columns, beginning at `at`.
 */
export type LineBlock =
  | { readonly kind: 'equal'; readonly at: readonly number[]; readonly count: number }
  | { readonly kind: 'row'; readonly at: readonly (number | null)[] };

/**
 * Puts the versions beside each other. A changed line stands beside the line of the base that it replaces, in order; what is added
 * stands in a row of its own, except that two versions share a row for what they both added.
 */
export function alignLines(base: readonly string[], others: readonly (readonly string[])[]): readonly LineBlock[] {
  const sides = others.map((lines) => sideOf(base, lines));
  const blocks: LineBlock[] = [];
  let equalFrom: readonly number[] | null = null;
  let equalCount = 0;
  const closeEqual = () => {
    if (equalFrom) blocks.push({ kind: 'equal', at: equalFrom, count: equalCount });
    [equalFrom, equalCount] = [null, 0];
  };

  for (let index = 0; index <= base.length; index += 1) {
    if (sides.some((side) => side.addedBefore.has(index))) {
      closeEqual();
      const added = sides.map((side) => side.addedBefore.get(index) ?? []);
      for (const row of addedRows(others, added)) blocks.push({ kind: 'row', at: [null, ...row] });
    }
    if (index === base.length) break;
    if (sides.every((side) => side.isSame(index))) {
      equalFrom ??= [index, ...sides.map((side) => side.beside[index] ?? 0)];
      equalCount += 1;
      continue;
    }
    closeEqual();
    blocks.push({ kind: 'row', at: [index, ...sides.map((side) => side.beside[index] ?? null)] });
  }
  closeEqual();
  return blocks;
}

interface Side {
  /** For each line of the base the line beside it, null: deleted. */
  readonly beside: readonly (number | null)[];
  /** Lines that were added before a line of the base; by its index. */
  readonly addedBefore: ReadonlyMap<number, readonly number[]>;
  /** Whether a line of the base is the same in this version. */
  readonly isSame: (index: number) => boolean;
}

function sideOf(base: readonly string[], lines: readonly string[]): Side {
  const beside: (number | null)[] = [];
  const addedBefore = new Map<number, readonly number[]>();
  const replaced = new Set<number>();
  const takeEqual = (from: number, to: number, other: number) => {
    for (let at = from; at < to; at += 1) beside[at] = other + at - from;
  };
  let atBase = 0;
  let atOther = 0;
  for (const { a, b } of diffLines(base, lines)) {
    takeEqual(atBase, a.from, atOther);
    for (let at = a.from; at < a.to; at += 1) {
      const other = b.from + at - a.from;
      beside[at] = other < b.to ? other : null;
      // By chance what replaces a line may be like it.
      if (other >= b.to || lines[other] !== base[at]) replaced.add(at);
    }
    const firstAdded = b.from + (a.to - a.from);
    if (firstAdded < b.to) {
      addedBefore.set(
        a.to,
        Array.from({ length: b.to - firstAdded }, (_, step) => firstAdded + step),
      );
    }
    [atBase, atOther] = [a.to, b.to];
  }
  takeEqual(atBase, base.length, atOther);
  return { beside, addedBefore, isSame: (index) => !replaced.has(index) };
}

/** Rows for what was added at one place, by one version or by two of them. */
function addedRows(
  others: readonly (readonly string[])[],
  added: readonly (readonly number[])[],
): readonly (readonly (number | null)[])[] {
  const [first = [], second] = added;
  if (second === undefined) return first.map((line) => [line]);
  const text = (side: number) => (line: number) => others[side]?.[line] ?? '';
  const rows: (readonly (number | null)[])[] = [];
  const alone = ({ a, b }: LineHunk) => {
    for (const line of first.slice(a.from, a.to)) rows.push([line, null]);
    for (const line of second.slice(b.from, b.to)) rows.push([null, line]);
  };
  let at = 0;
  let shift = 0;
  const together = (to: number) => {
    for (; at < to; at += 1) rows.push([first[at] ?? null, second[at + shift] ?? null]);
  };
  for (const hunk of diffLines(first.map(text(0)), second.map(text(1)))) {
    together(hunk.a.from);
    alone(hunk);
    at = hunk.a.to;
    shift = hunk.b.to - hunk.a.to;
  }
  together(first.length);
  return rows;
}

/**
 * What a line is, seen from the base: `same` as the base; `replaced`: a line of the base that another version changed or has no more;
 * `here` and `image`: changed, by the second and the third version alone; `both`: changed by both, and not the same;
 * `agreed`: both made the same change; `none`: no line stands there.
 */
export type LineMark = 'same' | 'replaced' | 'here' | 'image' | 'both' | 'agreed' | 'none';

/** The marks of a row, a column each; with two columns the second is `here`. */
export function marksOf(row: readonly (string | null)[]): readonly LineMark[] {
  const [base = null, ...others] = row;
  const changed = others.map((text) => text !== base);
  const isAgreed = others.length > 1 && changed.every(Boolean) && others[0] === others[1];
  const own: readonly LineMark[] = ['here', 'image'];
  const marks = others.map((text, side): LineMark => {
    if (text === null) return 'none';
    if (!changed[side]) return 'same';
    if (isAgreed) return 'agreed';
    // Beside a line that the other one deleted, or changed as well.
    return base !== null && changed.length > 1 && changed.every(Boolean) ? 'both' : (own[side] ?? 'here');
  });
  if (base === null) return ['none', ...marks];
  return [changed.some(Boolean) ? 'replaced' : 'same', ...marks];
}

/** How a three-way comparison counts: lines, and places where a line merge needs a person. */
export interface LineCounts {
  /** Lines that the second version (this host) has otherwise, and those the third (the image) has otherwise. */
  readonly here: number;
  readonly image: number;
  /** Of the image's those that a line merge takes without asking. */
  readonly mergeable: number;
  /** Places that both changed, not in the same way. */
  readonly conflicts: number;
  /** The line of the second version at which the first of these begins, from 1; null: there is none. */
  readonly firstConflict: number | null;
}

/**
 * Counts changed lines; a merge joins what stands without an equal line between, as diff3 does, so that a whole place is taken or is
 * a conflict.
 */
export function countLines(blocks: readonly LineBlock[], texts: readonly (readonly string[])[]): LineCounts {
  let counts: LineCounts = { here: 0, image: 0, mergeable: 0, conflicts: 0, firstConflict: null };
  let place: (LineBlock & { kind: 'row' })[] = [];
  const closePlace = () => {
    if (place.length > 0) counts = addPlace(counts, place, texts);
    place = [];
  };
  for (const block of blocks) {
    if (block.kind === 'row') place.push(block);
    else closePlace();
  }
  closePlace();
  return counts;
}

function addPlace(
  counts: LineCounts,
  rows: readonly (LineBlock & { kind: 'row' })[],
  texts: readonly (readonly string[])[],
): LineCounts {
  const lines = rows.map(({ at }) => textsOf(at, texts));
  const here = lines.filter(([base = null, local = null]) => base !== local).length;
  const image = lines.filter(([base = null, , target = null]) => base !== target).length;
  const column = (side: number) => lines.flatMap((row) => row[side] ?? []).join('\n');
  const isConflict = here > 0 && image > 0 && column(1) !== column(2);
  const first = rows.find(({ at }) => (at[1] ?? null) !== null)?.at[1] ?? null;
  return {
    here: counts.here + here,
    image: counts.image + image,
    mergeable: counts.mergeable + (isConflict ? 0 : image),
    conflicts: counts.conflicts + (isConflict ? 1 : 0),
    firstConflict: counts.firstConflict ?? (isConflict && first !== null ? first + 1 : null),
  };
}

/** The texts of a row, null where no line stands. */
export function textsOf(
  at: readonly (number | null)[],
  texts: readonly (readonly string[])[],
): readonly (string | null)[] {
  return at.map((line, column) => (line === null ? null : (texts[column]?.[line] ?? '')));
}
