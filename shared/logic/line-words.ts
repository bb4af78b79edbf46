import { diffArrays } from 'diff';

/** A part of a line; `changed`: the other line does not have it. */
export interface LinePart {
  readonly text: string;
  readonly changed: boolean;
}

/** Longer lines are told apart only by where they begin and end to differ: nobody reads a line of such a length word by word. */
const LONGEST = 2000;

/** What two lines share in at most so many letters between two changes is chance, and reads as noise. */
const CHANCE = 3;

const WORDS = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;

/** Two lines as parts that both have and parts that one has. Lines that share no word are changed whole. */
export function diffWords(a: string, b: string): { readonly a: readonly LinePart[]; readonly b: readonly LinePart[] } {
  if (a.length > LONGEST || b.length > LONGEST) return diffEnds(a, b);
  const script = diffArrays(a.match(WORDS) ?? [], b.match(WORDS) ?? []);
  const steps: Step[] = script.map(({ value, added, removed }) => {
    const text = value.join('');
    return added ? { a: '', b: text, same: false } : { a: text, b: removed ? '' : text, same: !removed };
  });
  const joined = joinSteps(steps);
  return { a: partsOf(joined, 'a'), b: partsOf(joined, 'b') };
}

interface Step {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

/** Joins neighbouring changes, and those with only chance between them. */
function joinSteps(steps: readonly Step[]): readonly Step[] {
  const joined: Step[] = [];
  steps.forEach((step, index) => {
    const isBetween = index > 0 && index < steps.length - 1;
    const same = step.same && !(isBetween && step.a.replace(/[^\p{L}\p{N}]/gu, '').length < CHANCE);
    const last = joined.at(-1);
    if (last?.same !== same) joined.push({ ...step, same });
    else joined[joined.length - 1] = { a: last.a + step.a, b: last.b + step.b, same };
  });
  return joined;
}

function partsOf(steps: readonly Step[], side: 'a' | 'b'): readonly LinePart[] {
  return steps.flatMap((step, index): readonly LinePart[] => {
    const text = step[side];
    if (text === '') return [];
    // Blanks before what is new are no news, and would be marked at the end of a line that breaks.
    const blanks = step.same || index === 0 ? '' : (/^\s+(?=\S)/.exec(text)?.[0] ?? '');
    const rest = { text: text.slice(blanks.length), changed: !step.same };
    return blanks === '' ? [rest] : [{ text: blanks, changed: false }, rest];
  });
}

function diffEnds(a: string, b: string): ReturnType<typeof diffWords> {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const parts = (text: string): readonly LinePart[] =>
    [
      { text: text.slice(0, start), changed: false },
      { text: text.slice(start, text.length - end), changed: true },
      { text: text.slice(text.length - end), changed: false },
    ].filter((part) => part.text !== '');
  return { a: parts(a), b: parts(b) };
}
