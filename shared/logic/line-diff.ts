import { diffArrays } from 'diff';

/** A place where two texts differ: lines `from` to `to` of each, `to` not included; both are empty never. */
export interface LineHunk {
  readonly a: LineSpan;
  readonly b: LineSpan;
}

/** Lines by their index, from 0; `to` is not included. */
export interface LineSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * What the shortest script may cost in all, in squares of edits: about a fifth of a second. Lines between two anchors that would take more count as
 * replaced.
 */
const MOST_WORK = 400_000;

/**
 * Where two texts differ, in order. Lines that stand once in both are held on to first, as in the patience diff; between two of them the shortest
 * script is looked for. So 20,000 lines take well below half a second whatever is in them, and what moved stays together.
 */
export function diffLines(a: readonly string[], b: readonly string[]): readonly LineHunk[] {
  const start = equalAtStart(a, b);
  const end = equalAtEnd(a, b, start);
  const [endA, endB] = [a.length - end, b.length - end];
  const hunks: LineHunk[] = [];
  let [atA, atB] = [start, start];
  let left = MOST_WORK;
  const pairUp = (toA: number, toB: number) => {
    if (toA > atA || toB > atB) hunks.push({ a: { from: atA, to: toA }, b: { from: atB, to: toB } });
    [atA, atB] = [toA + 1, toB + 1];
  };
  // The end of both closes the last hunk.
  for (const [toA, toB] of [...anchorsOf(a, b, start, endA, endB), [endA, endB] as const]) {
    if (toA === atA && toB === atB) {
      atA += 1;
      atB += 1;
      continue;
    }
    const { pairs, work } = pairsOf(a, b, { from: atA, to: toA }, { from: atB, to: toB }, left);
    left -= work;
    for (const [pairA, pairB] of pairs) pairUp(pairA, pairB);
    pairUp(toA, toB);
  }
  return hunks;
}

function equalAtStart(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a[at] === b[at]) at += 1;
  return at;
}

function equalAtEnd(a: readonly string[], b: readonly string[], start: number): number {
  const most = Math.min(a.length, b.length) - start;
  let at = 0;
  while (at < most && a[a.length - 1 - at] === b[b.length - 1 - at]) at += 1;
  return at;
}

type Counts = ReadonlyMap<string, number>;
/** A line of the one text that is the same as a line of the other, by their indexes. */
type Pair = readonly [number, number];

/** Equal lines of two spans, in order, by the shortest script; none where that costs more than `most`. */
function pairsOf(
  a: readonly string[],
  b: readonly string[],
  spanA: LineSpan,
  spanB: LineSpan,
  most: number,
): { readonly pairs: readonly Pair[]; readonly work: number } {
  if (spanA.from >= spanA.to || spanB.from >= spanB.to) return { pairs: [], work: 0 };
  // Lines that only one of them has are changed whatever else is, and would only cost.
  const indexesA = indexesOf(a, spanA, countsOf(b, spanB.from, spanB.to));
  const indexesB = indexesOf(b, spanB, countsOf(a, spanA.from, spanA.to));
  const edits = Math.floor(Math.sqrt(Math.max(0, most)));
  const script = diffArrays(
    indexesA.map((index) => a[index] ?? ''),
    indexesB.map((index) => b[index] ?? ''),
    { maxEditLength: edits },
  );
  if (!script) return { pairs: [], work: edits * edits };
  const pairs: Pair[] = [];
  let [atA, atB] = [0, 0];
  for (const { added, removed, count } of script) {
    if (!added && !removed) {
      for (let step = 0; step < count; step += 1) pairs.push([indexesA[atA + step] ?? 0, indexesB[atB + step] ?? 0]);
    }
    if (!added) atA += count;
    if (!removed) atB += count;
  }
  const edited = indexesA.length + indexesB.length - 2 * pairs.length;
  return { pairs, work: edited * edited };
}

function countsOf(lines: readonly string[], from: number, to: number): Counts {
  const counts = new Map<string, number>();
  for (let at = from; at < to; at += 1) {
    const line = lines[at] ?? '';
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

/** The lines of a span that the other text has too. */
function indexesOf(lines: readonly string[], { from, to }: LineSpan, inOther: Counts): readonly number[] {
  const indexes: number[] = [];
  for (let at = from; at < to; at += 1) if (inOther.has(lines[at] ?? '')) indexes.push(at);
  return indexes;
}

/** Lines that stand once in both texts, the most of them that are in the same order. Each line is looked up once: there are tens of thousands. */
function anchorsOf(
  a: readonly string[],
  b: readonly string[],
  start: number,
  endA: number,
  endB: number,
): readonly Pair[] {
  const numbers = new Map<string, number>();
  /** By number of a line: where it stands in b, and in a; MANY when it does so more than once. */
  const inB: number[] = [];
  for (let at = start; at < endB; at += 1) {
    const line = b[at] ?? '';
    const number = numbers.get(line);
    if (number === undefined) {
      numbers.set(line, inB.length);
      inB.push(at);
    } else {
      inB[number] = MANY;
    }
  }
  const inA = new Int32Array(inB.length).fill(NONE);
  for (let at = start; at < endA; at += 1) {
    const number = numbers.get(a[at] ?? '');
    if (number !== undefined) inA[number] = inA[number] === NONE ? at : MANY;
  }
  const placesInB = new Int32Array(endA - start).fill(NONE);
  inA.forEach((at, number) => {
    const other = inB[number] ?? MANY;
    if (at >= 0 && other >= 0) placesInB[at - start] = other;
  });
  const single: Pair[] = [];
  placesInB.forEach((other, at) => {
    if (other >= 0) single.push([start + at, other]);
  });
  return longestRising(single);
}

const NONE = -1;
const MANY = -2;

/** The longest part of the pairs whose second numbers rise; their first do already. */
function longestRising(pairs: readonly Pair[]): readonly Pair[] {
  /** For each length the index of the pair that ends it lowest, and for each pair the one before it. */
  const ends: number[] = [];
  const before = new Int32Array(pairs.length);
  const valueOf = (index: number | undefined) => (index === undefined ? NONE : (pairs[index]?.[1] ?? 0));
  for (let index = 0; index < pairs.length; index += 1) {
    const value = valueOf(index);
    // Nearly always it rises on.
    let [low, high] = valueOf(ends.at(-1)) < value ? [ends.length, ends.length] : [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (valueOf(ends[middle]) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (ends[low - 1] ?? NONE) : NONE;
    ends[low] = index;
  }
  const rising: Pair[] = [];
  for (let at = ends.at(-1) ?? NONE; at >= 0; at = before[at] ?? NONE) {
    const pair = pairs[at];
    if (pair) rising.push(pair);
  }
  return rising.reverse();
}
