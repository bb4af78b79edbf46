/** A recording (asciicast v2), read: `times` in seconds from its beginning, one for each of `texts`. */
export interface Cast {
  readonly columns: number;
  readonly rows: number;
  /** What the header says of it, as plain words: host, user. */
  readonly title: string;
  readonly events: readonly CastEvent[];
  /** Seconds. */
  readonly duration: number;
}

/** `o` was printed, `i` typed, `r` is a new size, `m` a mark. */
export interface CastEvent {
  readonly at: number;
  readonly code: 'o' | 'i' | 'r' | 'm';
  readonly text: string;
}

/** Longer idle times are shortened to this where idle is skipped, seconds. */
export const IDLE_LIMIT = 1;

/**
 * Reads the lines of a recording. A line that is none is left out, as the last one of a recording that broke off; a time that goes back counts
 * as the one before. Null: there is no header.
 */
export function parseCast(lines: Iterable<string>): Cast | null {
  let header: { columns: number; rows: number; title: string } | null = null;
  const events: CastEvent[] = [];
  let last = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const value = parsed(line);
    if (!header) {
      header = readHeader(value);
      if (!header) return null;
      continue;
    }
    if (!Array.isArray(value)) continue;
    const [time, code, text] = value as unknown[];
    if (typeof time !== 'number' || !Number.isFinite(time) || typeof text !== 'string' || !isCode(code)) continue;
    last = Math.max(last, time);
    events.push({ at: last, code, text });
  }
  return header && { ...header, events, duration: last };
}

/** When each event is shown, seconds; with `idleLimit` no pause is longer than that. */
export function timesOf(cast: Cast, idleLimit: number | null): Float64Array {
  const times = new Float64Array(cast.events.length);
  let shown = 0;
  let before = 0;
  cast.events.forEach(({ at }, index) => {
    const pause = at - before;
    shown += idleLimit === null ? pause : Math.min(pause, idleLimit);
    before = at;
    times[index] = shown;
  });
  return times;
}

/** How many events are over at a time. */
export function eventsUntil(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same moment where pauses are shortened, or are not any more: between the same two events. */
export function sameMoment(from: Float64Array, to: Float64Array, time: number): number {
  const at = eventsUntil(from, time);
  const [before, after] = [from[at - 1] ?? 0, to[at - 1] ?? 0];
  return Math.min(after + (time - before), to[at] ?? after);
}

/** The events with whose text a match begins, in order. Escape sequences are no text; upper and lower case are the same. */
export function findInCast(cast: Cast, wanted: string, most: number): readonly number[] {
  const needle = wanted.toLowerCase();
  if (needle === '') return [];
  const starts: number[] = [];
  const owners: number[] = [];
  let text = '';
  cast.events.forEach(({ code, text: said }, index) => {
    if (code !== 'o') return;
    starts.push(text.length);
    owners.push(index);
    text += plainText(said).toLowerCase();
  });
  const found: number[] = [];
  for (let at = text.indexOf(needle); at >= 0 && found.length < most; at = text.indexOf(needle, at + needle.length)) {
    let [low, high] = [0, starts.length];
    // The end of the match: only then all of it is on the screen.
    const end = at + needle.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= end) low = middle + 1;
      else high = middle;
    }
    const owner = owners[low - 1];
    if (owner !== undefined && found.at(-1) !== owner) found.push(owner);
  }
  return found;
}

/** `m:ss`, with hours where there are some. */
export function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Without escape sequences and control characters; enough for searching. */
export function plainText(text: string): string {
  return text
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?/g, '')
    .replace(/\x1b[PX^_][^\x1b]*(?:\x1b\\)?/g, '')
    .replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, '')
    .replace(/\x1b[ -/]*[0-~]/g, '')
    .replace(/[\x00-\x09\x0b-\x1f\x7f]/g, '');
}

function readHeader(value: unknown): { columns: number; rows: number; title: string } | null {
  if (typeof value !== 'object' || value === null) return null;
  const { version, width, height, title } = value as Record<string, unknown>;
  if (version !== 2) return null;
  return {
    columns: cells(width, 80, 1000),
    rows: cells(height, 24, 500),
    title: typeof title === 'string' ? title.slice(0, 200) : '',
  };
}

/** A size from a file: 80x24 where it is no size. */
export function cells(value: unknown, usual: number, most: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? Math.min(value, most) : usual;
}

function isCode(code: unknown): code is CastEvent['code'] {
  return code === 'o' || code === 'i' || code === 'r' || code === 'm';
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
