import { diff3Merge } from 'node-diff3';

/** A run of lines in which both sides changed the base, and not to the same. The lines keep their ends. */
export interface LineConflict {
  readonly base: readonly string[];
  readonly local: readonly string[];
  readonly target: readonly string[];
}

/** A piece of a merge: lines that are settled, or a conflict that a person has to settle. */
export type MergePiece =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'conflict'; readonly conflict: LineConflict };

/** A three-way merge of lines: its pieces in their order. Without a conflict, their lines are the merged text. */
export interface LineMerge {
  readonly pieces: readonly MergePiece[];
  readonly conflicts: readonly LineConflict[];
}

/** What a person takes for a conflict: one side, both (local first), or lines of their own. */
export type Choice = 'local' | 'target' | 'both' | readonly string[];

/** Where lines repeat a lot, finding what they have in common takes as many steps as the product of their counts. */
const MAX_STEPS = 1_000_000;

/** The lines of a text with their ends, so that a file without a last line feed, or with CRLF, comes back byte for byte. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Merges what two sides made of a base, line by line: what one side alone changed is taken, what both changed alike as well. */
export function mergeLines(base: string, local: string, target: string): LineMerge {
  const [o, a, b] = [linesOf(base), linesOf(local), linesOf(target)];
  const pieces: MergePiece[] = [];
  let [fromO, fromA, fromB] = [0, 0, 0];
  for (const [atO, atA, atB] of [...anchors(o, a, b), [o.length, a.length, b.length] as const]) {
    for (const piece of mergeBlock(o.slice(fromO, atO), a.slice(fromA, atA), b.slice(fromB, atB))) add(pieces, piece);
    const line = o[atO];
    if (line !== undefined) add(pieces, { kind: 'lines', lines: [line] });
    [fromO, fromA, fromB] = [atO + 1, atA + 1, atB + 1];
  }
  return { pieces, conflicts: pieces.flatMap((piece) => (piece.kind === 'conflict' ? [piece.conflict] : [])) };
}

/** The text of a merge with a choice for each conflict, in their order; null while one is missing. */
export function mergedText({ pieces }: LineMerge, choices: readonly (Choice | null)[] = []): string | null {
  let text = '';
  let index = 0;
  for (const piece of pieces) {
    const lines = piece.kind === 'lines' ? piece.lines : chosen(piece.conflict, choices[index++] ?? null);
    if (lines === null) return null;
    for (const line of lines) text += text === '' || text.endsWith('\n') ? line : `\n${line}`;
  }
  return text;
}

function chosen({ local, target }: LineConflict, choice: Choice | null): readonly string[] | null {
  if (choice === 'local') return local;
  if (choice === 'target') return target;
  return choice === 'both' ? [...local, ...target] : choice;
}

/** Neighbours of one kind are one piece. */
function add(pieces: MergePiece[], piece: MergePiece): void {
  const last = pieces.at(-1);
  if (piece.kind === 'lines' && piece.lines.length === 0) return;
  if (piece.kind === 'lines' && last?.kind === 'lines') {
    pieces[pieces.length - 1] = { kind: 'lines', lines: [...last.lines, ...piece.lines] };
  } else pieces.push(piece);
}

type Positions = readonly [base: number, local: number, target: number];

/**
 * Lines that are in each version exactly once, in one order in all three: between two of them the merge is one of its own, so that
 * it takes a time that grows with the text and not with its square.
 */
function anchors(o: readonly string[], a: readonly string[], b: readonly string[]): readonly Positions[] {
  const [inA, inB] = [onceIn(a), onceIn(b)];
  const all: Positions[] = [];
  for (const [line, atO] of onceIn(o)) {
    const [atA, atB] = [inA.get(line), inB.get(line)];
    if (atA !== undefined && atB !== undefined) all.push([atO, atA, atB]);
  }
  all.sort((one, other) => one[0] - other[0]);
  return longestRun(longestRun(all, 1), 2);
}

function onceIn(lines: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const again = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (found.has(line)) again.add(line);
    else found.set(line, index);
  }
  for (const line of again) found.delete(line);
  return found;
}

/** The longest part of a list whose positions in one version rise. */
function longestRun(all: readonly Positions[], of: 1 | 2): readonly Positions[] {
  /** For each length, the item that such a run ends with the lowest; and for each item, the one before it. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [index, item] of all.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[ends[middle] ?? 0]?.[of] ?? 0) < item[of]) low = middle + 1;
      else high = middle;
    }
    before.push(low === 0 ? -1 : (ends[low - 1] ?? -1));
    ends[low] = index;
  }
  const run: Positions[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const item = all[index];
    if (item) run.push(item);
  }
  return run.reverse();
}

function mergeBlock(o: readonly string[], a: readonly string[], b: readonly string[]): readonly MergePiece[] {
  if (isSame(o, a)) return [{ kind: 'lines', lines: b }];
  if (isSame(o, b) || isSame(a, b)) return [{ kind: 'lines', lines: a }];
  if (o.length * Math.max(a.length, b.length) > MAX_STEPS) {
    return [{ kind: 'conflict', conflict: { base: o, local: a, target: b } }];
  }
  const regions: readonly Region[] = diff3Merge([...a], [...o], [...b], { excludeFalseConflicts: true });
  return regions.map(({ ok, conflict }) =>
    conflict
      ? { kind: 'conflict', conflict: { base: conflict.o, local: conflict.a, target: conflict.b } }
      : { kind: 'lines', lines: ok ?? [] },
  );
}

/** What node-diff3 answers: one of the two. */
interface Region {
  readonly ok?: readonly string[];
  readonly conflict?: { readonly a: readonly string[]; readonly o: readonly string[]; readonly b: readonly string[] };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
