import type { JournalEntry } from '../../../shared/model/journal.ts';

/**
 * A line of a journal's list. `h`: index of the host. A `gap`: so many entries are missing here, because this page (`here`) or the core could not
 * keep up; they are on the host.
 */
export type JournalRow =
  | { readonly kind: 'entry'; readonly h: number; readonly e: JournalEntry }
  | { readonly kind: 'gap'; readonly h: number | null; readonly count: number };

/** Rows of one or several hosts, bounded; the oldest make room. Each row has a number that stays its own. */
export interface RowWindow {
  readonly rows: readonly JournalRow[];
  /** The number of the first row; less than 0 once older ones were put in front. */
  readonly first: number;
}

export const NO_ROWS: RowWindow = { rows: [], first: 0 };

/** Rows behind what is there; what is more than `most` goes at the front. */
export function appendRows({ rows, first }: RowWindow, more: readonly JournalRow[], most: number): RowWindow {
  const all = [...rows, ...more];
  const gone = Math.max(0, all.length - most);
  return { rows: gone === 0 ? all : all.slice(gone), first: first + gone };
}

/** Rows in front of what is there; what is more than `most` goes at the end. */
export function prependRows({ rows, first }: RowWindow, more: readonly JournalRow[], most: number): RowWindow {
  return { rows: [...more, ...rows].slice(0, most), first: first - more.length };
}

/** Those that are not among the last rows already: a page and the follow that begins behind it overlap. */
export function withoutKnown({ rows }: RowWindow, more: readonly JournalRow[], overlap: number): readonly JournalRow[] {
  const known = new Set(
    rows.slice(-overlap).flatMap((row) => (row.kind === 'entry' ? [`${row.h} ${row.e.cursor}`] : [])),
  );
  return more.filter((row) => row.kind === 'gap' || !known.has(`${row.h} ${row.e.cursor}`));
}

/** What waits while the list is held still: the newest so many, and how many more came. */
export interface Waiting {
  readonly rows: readonly JournalRow[];
  readonly dropped: number;
}

export const NOTHING_WAITS: Waiting = { rows: [], dropped: 0 };

export function holdRows({ rows, dropped }: Waiting, more: readonly JournalRow[], most: number): Waiting {
  const all = [...rows, ...more];
  const gone = all.slice(0, Math.max(0, all.length - most));
  return { rows: all.slice(gone.length), dropped: dropped + countOf(gone) };
}

/** What was held, with a gap in front where something is missing. */
export function releasedRows({ rows, dropped }: Waiting): readonly JournalRow[] {
  return dropped === 0 ? rows : [{ kind: 'gap', h: null, count: dropped }, ...rows];
}

function countOf(rows: readonly JournalRow[]): number {
  return rows.reduce((sum, row) => sum + (row.kind === 'gap' ? row.count : 1), 0);
}
