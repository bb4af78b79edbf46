import type { Moment } from './facts-answer.ts';
import { identity } from './forensics-answer.ts';
import type { FrameWriter, Output } from './frame-writer.ts';
import type { HostState } from './host-state.ts';
import { fieldsOf, parseQuery, type JournalQuery } from './journal-query.ts';
import { createTimeline, placeOf, type TimelineEntry, type TimelinePlace } from './journal-timeline.ts';
import { createRandom } from './random.ts';
import { rest } from './unit-actions.ts';

const UNREADABLE = 'No journal files were opened due to insufficient permissions.\n';
/** Between two looks of a follower. */
const LOOK_MS = 400;
/** Entries that are looked at for an answer, and for the values of a field. */
const MAX_WALK = 400_000;
const VALUES_WALK = 3000;
/** More of an answer is not waited for: who wants more asks again from there. */
const EXPORTED = 8000;

/** Answers `native/probes/journal.sh`. */
export function answerJournal(
  state: HostState,
  moment: Moment,
  isRoot: boolean,
  [direction = '', count = '0', ...words]: readonly string[],
  { frame }: FrameWriter,
): void {
  frame('identity', { stdout: identity(state, moment, isRoot) });
  if (!isRoot) {
    frame('entries', { stderr: UNREADABLE, code: 1 });
    return;
  }
  const query = parseQuery(words, state);
  if ('refusal' in query) {
    frame('entries', { stderr: query.refusal, code: 1 });
    return;
  }
  if (query.field !== null) {
    frame('entries', { stdout: valuesOf(state, moment, query) });
    return;
  }
  const order = direction === 'older' ? 'older' : 'newer';
  const found: string[] = [];
  for (const entry of walk(state, moment, query, order)) {
    found.push(query.isExport ? exportText(state, entry) : jsonText(state, entry));
    if (found.length >= (direction === 'all' ? EXPORTED : Number(count))) break;
  }
  frame('entries', { stdout: found.join('') });
}

/** Answers `native/probes/journal-follow.sh`: what is said from now on, until the connection ends. */
export async function followJournal(
  state: () => HostState,
  moment: () => Moment,
  isRoot: boolean,
  words: readonly string[],
  output: { readonly writer: FrameWriter; readonly nonce: string; readonly raw: Output },
  signal: AbortSignal,
): Promise<number> {
  const { writer, nonce, raw } = output;
  const skew = clockSkewMs(state());
  writer.frame('clock', { stdout: `${((moment().now + skew) / 1000).toFixed(6)}\n` });
  writer.frame('identity', { stdout: identity(state(), moment(), isRoot) });
  const query = parseQuery(words, state());
  if (!isRoot || 'refusal' in query) {
    writer.frame('entries', { stderr: 'refusal' in query ? query.refusal : UNREADABLE, code: 1 });
    return 0;
  }
  raw.stdout(`\n${nonce} begin entries\n`);
  raw.stderr(`\n${nonce} begin entries\n`);
  const begun = moment();
  const first =
    query.cursor === null
      ? [...take(walk(state(), begun, query, 'older'), query.tail ?? 10)].toReversed()
      : [...walk(state(), begun, query, 'newer')].filter(({ cursor }) => cursor !== query.cursor);
  raw.stdout(first.map((entry) => jsonText(state(), entry)).join(''));
  let told = (begun.now + skew) * 1000;
  while (!signal.aborted) {
    await rest(LOOK_MS, signal);
    const now = moment();
    const fresh = { ...query, cursor: null, since: told + 1 };
    const entries = [...walk(state(), now, fresh, 'newer')];
    told = Math.max(told, (now.now + skew) * 1000);
    if (entries.length > 0) raw.stdout(entries.map((entry) => jsonText(state(), entry)).join(''));
  }
  return 0;
}

/** Some hosts have a clock that is ahead or behind. */
export function clockSkewMs({ spec }: HostState): number {
  const random = createRandom(`clock ${spec.name}`);
  const [chance, ahead] = [random.next(), random.chance(0.6)];
  if (chance > 0.15) return random.int(-3, 3);
  return ahead ? random.int(900, 2600) : -random.int(700, 1900);
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  if (count <= 0) return;
  let left = count;
  for (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

/** Entries that pass, in times of the host's own clock. */
function* walk(
  state: HostState,
  { now, startedAt }: Moment,
  { passes, since, until, cursor }: JournalQuery,
  direction: 'older' | 'newer',
): Generator<TimelineEntry> {
  const skew = clockSkewMs(state) * 1000;
  const last = Math.min(until - skew, now * 1000);
  const first = since - skew;
  const place = cursor === null ? null : placeOf(cursor);
  const start: TimelinePlace = place
    ? { ...place, realtime: place.realtime - skew }
    : direction === 'newer'
      ? { realtime: first, event: 0 }
      : { realtime: last, event: Infinity };
  const timeline = createTimeline(state, startedAt);
  let looked = 0;
  for (const entry of timeline.walk(start, direction, direction === 'newer' ? last : first)) {
    looked += 1;
    if (looked > MAX_WALK) return;
    const told = skew === 0 ? entry : skewed(entry, skew);
    if (passes(told)) yield told;
  }
}

function skewed(entry: TimelineEntry, skew: number): TimelineEntry {
  const realtime = entry.realtime + skew;
  const cursor = entry.cursor.replace(/;t=[0-9a-f]+;/, `;t=${realtime.toString(16)};`);
  return { ...entry, realtime, cursor };
}

function jsonText(state: HostState, entry: TimelineEntry): string {
  return `${JSON.stringify(fieldsOf(state, entry))}\n`;
}

function exportText(state: HostState, entry: TimelineEntry): string {
  const lines = Object.entries(fieldsOf(state, entry)).map(([name, value]) => `${name}=${value}\n`);
  return `${lines.join('')}\n`;
}

function valuesOf(state: HostState, moment: Moment, query: JournalQuery): string {
  const values = new Set<string>();
  for (const entry of take(walk(state, moment, query, 'older'), VALUES_WALK)) {
    const value = Object.entries(fieldsOf(state, entry)).find(([name]) => name === query.field)?.[1];
    if (value !== undefined) values.add(value);
  }
  return [...values].map((value) => `${value}\n`).join('');
}
