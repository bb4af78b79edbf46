import type { DemoBoot } from './boots.ts';
import { journalOf } from './forensics-answer.ts';
import type { HostState } from './host-state.ts';
import { randomLine, type JournalFields } from './journal-lines.ts';
import { createRandom } from './random.ts';

/** An entry of a simulated journal. `realtime` and `monotonic` in microseconds. */
export interface TimelineEntry {
  readonly realtime: number;
  readonly monotonic: number;
  readonly boot: DemoBoot;
  readonly cursor: string;
  readonly fields: JournalFields;
}

/** Where an entry stands: by time, and of one time what happened behind what is only said. */
export interface TimelinePlace {
  readonly realtime: number;
  readonly event: number;
}

/**
 * The journal of a simulated host: nothing of it is kept. What a host says of itself follows from the number of the line, so that any place of tens of thousands of
 * lines is found by arithmetic; what has happened to it stands between.
 */
export interface Timeline {
  /** Entries from a place on (itself included), or backwards from it. */
  walk(from: TimelinePlace, direction: 'newer' | 'older', until: number): Generator<TimelineEntry>;
}

const STARTUP_LINES = 240;
const STARTUP_STEP = 75_000; // microseconds
const STARTUP = STARTUP_LINES * STARTUP_STEP;
/** Lines that a boot has before the demo begins, about. */
const LINES = 30_000;
const LEAST_STEP = 2_000_000;
/** Between two lines while somebody may look. */
const LIVE_STEP = 1_700_000;

const micros = (at: number) => Math.round(at * 1000);

/** `startedAt`: when the demo began, epoch ms. */
export function createTimeline(state: HostState, startedAt: number): Timeline {
  const boots = state.boots.map((boot) => createBootTimeline(state, boot, micros(startedAt)));
  return {
    *walk(from, direction, until) {
      const order = direction === 'newer' ? boots : boots.toReversed();
      for (const boot of order) yield* boot.walk(from, direction, until);
    },
  };
}

function createBootTimeline(state: HostState, boot: DemoBoot, demoBegan: number): Timeline {
  const seed = hash(boot.id);
  const begin = micros(boot.startedAt);
  const end = boot.endedAt === null ? Infinity : micros(boot.endedAt);
  const steadyFrom = begin + STARTUP;
  const liveFrom = Math.max(steadyFrom, demoBegan);
  const step = Math.max(LEAST_STEP, Math.floor((Math.min(end, liveFrom) - steadyFrom) / LINES));
  const steadyLines = Math.max(0, Math.floor((Math.min(end, liveFrom) - steadyFrom) / step));
  const events = journalOf(state, boot)
    .map((event, index) => ({ event, index }))
    .sort((a, b) => a.event.at - b.event.at || a.index - b.index)
    .map(({ event }, index): TimelineEntry =>
      // An order within the millisecond.
      entryOf(micros(event.at) + (index % 900), index + 1, event.fields),
    );

  /** When line `index` is said; lines are in order. */
  function timeOf(index: number): number {
    const jitter = (mix(seed + index) % 900) / 1000;
    if (index < STARTUP_LINES) return begin + Math.floor((index + jitter) * STARTUP_STEP);
    const steady = index - STARTUP_LINES;
    if (steady < steadyLines) return steadyFrom + Math.floor((steady + jitter) * step);
    return liveFrom + Math.floor((steady - steadyLines + jitter) * LIVE_STEP);
  }

  /** The first line at a time or after it. */
  function indexAt(time: number): number {
    const guess =
      time < steadyFrom
        ? Math.floor((time - begin) / STARTUP_STEP)
        : time < liveFrom
          ? STARTUP_LINES + Math.min(steadyLines, Math.floor((time - steadyFrom) / step))
          : STARTUP_LINES + steadyLines + Math.floor((time - liveFrom) / LIVE_STEP);
    let index = Math.max(0, guess - 1);
    while (timeOf(index) < time) index += 1;
    return index;
  }

  function entryOf(realtime: number, event: number, fields: JournalFields): TimelineEntry {
    const monotonic = Math.max(0, realtime - begin) + 1_000_000;
    const hex = (value: number) => value.toString(16);
    const id = boot.id.replaceAll('-', '');
    const cursor = `s=${state.machineId};i=${hex(event)};b=${id};m=${hex(monotonic)};t=${hex(realtime)};x=${hex(mix(seed ^ realtime))}`;
    return { realtime, monotonic, boot, cursor, fields };
  }

  const lineAt = (index: number) => {
    const phase = index < STARTUP_LINES ? 'startup' : 'steady';
    return entryOf(timeOf(index), 0, randomLine(phase, createRandom(`${boot.id} line ${String(index)}`)));
  };

  return {
    *walk({ realtime, event }, direction, until) {
      if (direction === 'newer') {
        const last = Math.min(end, until);
        if (last < begin || realtime > last) return;
        let next = indexAt(event > 0 ? realtime + 1 : realtime);
        let place = events.findIndex(
          (each, index) => each.realtime > realtime || (each.realtime === realtime && index + 1 >= event),
        );
        if (place === -1) place = events.length;
        for (;;) {
          const happened = events[place];
          const isEvent = happened !== undefined && happened.realtime < timeOf(next);
          const time = isEvent ? happened.realtime : timeOf(next);
          if (time > last) return;
          yield isEvent ? happened : lineAt(next);
          if (isEvent) place += 1;
          else next += 1;
        }
      }
      const first = Math.min(end, realtime);
      if (first < begin || until > first) return;
      let next = indexAt(first + 1) - 1;
      let place = events.findLastIndex(
        (each, index) =>
          each.realtime < realtime || (each.realtime === realtime && (event === 0 ? false : index + 1 <= event)),
      );
      for (;;) {
        const happened = events[place];
        const line = next >= 0 ? timeOf(next) : -Infinity;
        if (happened === undefined && next < 0) return;
        const isEvent = happened !== undefined && happened.realtime >= line;
        const time = isEvent ? happened.realtime : line;
        if (time < until) return;
        yield isEvent ? happened : lineAt(next);
        if (isEvent) place -= 1;
        else next -= 1;
      }
    },
  };
}

/** Where a cursor stands; null: it is none of this kind. */
export function placeOf(cursor: string): TimelinePlace | null {
  const [, event, realtime] = /;i=([0-9a-f]+);.*;t=([0-9a-f]+);/.exec(cursor) ?? [];
  if (event === undefined || realtime === undefined) return null;
  return { realtime: Number.parseInt(realtime, 16), event: Number.parseInt(event, 16) };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

function mix(number: number): number {
  let value = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
