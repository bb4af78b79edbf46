import { BerthError } from '../../../shared/errors/failure.ts';
import { isoMicros, journalWords, microsWord } from '../../../shared/logic/journal-filter.ts';
import type { JournalAccess, JournalEntry, JournalPage } from '../../../shared/model/journal.ts';
import type { JournalFilter } from '../../../shared/model/journal-filter.ts';
import { LIST_FIELDS, parseEntryLine } from '../../../shared/parse/journal-entry.ts';
import { askJournal } from './ask-journal.ts';
import type { JournalContext, PageQuestion } from './journal-service.ts';

/** Entries as lists need them, messages in full. */
export const ENTRY_WORDS = ['--output=json', `--output-fields=${LIST_FIELDS.join(',')}`] as const;

/** Reads one page. Rejects as `askJournal` does. */
export async function readPage(context: JournalContext, question: PageQuestion): Promise<JournalPage> {
  const { cursor, direction, count } = question;
  if (direction !== 'around') {
    const half = await readHalf(context, { ...question, direction, isInclusive: false });
    const isFromEnd = cursor === null && question.at === null;
    return direction === 'older'
      ? { entries: half.entries.toReversed(), olderLeft: half.more, newerLeft: !isFromEnd, access: half.access }
      : { entries: [...half.entries], olderLeft: !isFromEnd, newerLeft: half.more, access: half.access };
  }
  const [older, newer] = await Promise.all([
    readHalf(context, { ...question, direction: 'older', count: Math.floor(count / 2), isInclusive: false }),
    readHalf(context, { ...question, direction: 'newer', count: Math.ceil(count / 2), isInclusive: true }),
  ]);
  return {
    entries: [...older.entries.toReversed(), ...newer.entries],
    olderLeft: older.more,
    newerLeft: newer.more,
    access: older.access.readable === 'none' ? newer.access : older.access,
  };
}

interface Half extends PageQuestion {
  readonly direction: 'older' | 'newer';
  /** Whether the entry at the cursor is wanted as well. */
  readonly isInclusive: boolean;
}

/** Entries in the order of reading: from the cursor on away from it. */
interface Read {
  readonly entries: readonly JournalEntry[];
  readonly more: boolean;
  readonly access: JournalAccess;
}

async function readHalf(context: JournalContext, half: Half): Promise<Read> {
  const { hostId, cursor, direction, count } = half;
  // The one at the cursor is printed in any case: --after-cursor of older versions leaves out another one where a filter hides it.
  const extra = cursor === null ? 1 : 2;
  const ask = (words: readonly string[]) =>
    askJournal(context, hostId, { direction, count: count + extra, words: [...ENTRY_WORDS, ...words] });
  const words = wordsOf(half, true);
  // All of long messages; where one alone is more than an answer takes, without what is long.
  let answer = await ask(['--all', ...words]).catch((error: unknown) => {
    if (!isOldRefusal(error)) throw error;
    // Before systemd 254 or so, a cursor and --since exclude each other.
    return ask(['--all', ...wordsOf(half, false)]);
  });
  let all = entriesOf(answer.bytes);
  if (answer.full && all.length < extra) {
    answer = await ask(wordsOf(half, false));
    all = entriesOf(answer.bytes);
  }
  const wanted = all.filter((entry) => half.isInclusive || entry.cursor !== cursor);
  // Some versions forget --until behind a cursor, others cannot be told --since.
  const inTime = wanted.filter(isInTime(half.filter));
  const isOutOfTime = inTime.length < wanted.length;
  return {
    entries: inTime.slice(0, count),
    more: inTime.length > count || (answer.full && !isOutOfTime),
    access: answer.access,
  };
}

function wordsOf({ filter, cursor, at, direction }: Half, withSince: boolean): string[] {
  if (cursor !== null) {
    // What is newer than the cursor is after the beginning anyway, and the other way round.
    const bounds = direction === 'older' ? { ...filter, until: null } : { ...filter, since: null };
    return [...journalWords(withSince ? bounds : { ...bounds, since: null }), `--cursor=${cursor}`];
  }
  if (at === null) return journalWords(filter);
  const micros = Math.round(at * 1000);
  const since = filter.since === null ? null : isoMicros(filter.since);
  const until = filter.until === null ? null : isoMicros(filter.until);
  // The moment itself belongs to what is newer.
  const [from, to] =
    direction === 'newer'
      ? [Math.max(micros, since ?? 0), until]
      : [since, Math.min(micros - 1, until ?? Number.MAX_SAFE_INTEGER)];
  return [
    ...journalWords(filter, false),
    ...(from === null ? [] : [`--since=${microsWord(from)}`]),
    ...(to === null ? [] : [`--until=${microsWord(to)}`]),
  ];
}

function isOldRefusal(error: unknown): boolean {
  return error instanceof BerthError && String(error.failure.params['detail'] ?? '').includes('only one of --since');
}

function isInTime({ since, until }: JournalFilter): (entry: JournalEntry) => boolean {
  const from = since === null ? -Infinity : isoMicros(since);
  const to = until === null ? Infinity : isoMicros(until);
  return ({ realtimeUs }) => realtimeUs >= from && realtimeUs <= to;
}

/** The entries of whole lines of JSON. */
export function entriesOf(bytes: Buffer): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (const line of bytes.toString('utf8').split('\n')) {
    const entry = parseEntryLine(line);
    if (entry) entries.push(entry);
  }
  return entries;
}
