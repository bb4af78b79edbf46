import { expect, test } from 'vitest';
import {
  clockText,
  eventsUntil,
  findInCast,
  parseCast,
  plainText,
  sameMoment,
  timesOf,
  type Cast,
} from '../../../renderer/features/terminals/cast.ts';
import { createPlayback } from '../../../renderer/features/terminals/playback.ts';

const header = '{"version":2,"width":40,"height":10,"title":"admin@web-03.ber"}';

function castOf(...events: readonly (readonly [number, string, string])[]): Cast {
  const cast = parseCast([header, ...events.map((event) => JSON.stringify(event))]);
  if (!cast) throw new Error('no cast');
  return cast;
}

/** What a screen was told, in order. */
function screen() {
  const told: string[] = [];
  return {
    told,
    reset: (columns: number, rows: number) => void told.push(`reset ${columns}x${rows}`),
    resize: (columns: number, rows: number) => void told.push(`resize ${columns}x${rows}`),
    write: (text: string) => void told.push(text),
  };
}

test('a recording that broke off in a line is read up to there; what is none is none', () => {
  const cast = parseCast([header, '[0.5,"o","one"]', 'rubbish', '[0.2,"o","back"]', '[1,"x","?"]', '[2,"o","tw']);
  expect(cast).toMatchObject({ columns: 40, rows: 10, title: 'admin@web-03.ber', duration: 0.5 });
  expect(cast?.events.map(({ at, text }) => [at, text])).toEqual([
    [0.5, 'one'],
    [0.5, 'back'],
  ]);
  expect(parseCast([])).toBeNull();
  expect(parseCast(['{"version":1}'])).toBeNull();
  expect(parseCast(['{"version":2,"width":-5,"height":1e9}'])).toMatchObject({ columns: 80, rows: 500 });
});

test('long pauses are shortened, and the moment stays the same', () => {
  const cast = castOf([1, 'o', 'a'], [31, 'o', 'b'], [32, 'o', 'c']);
  const whole = timesOf(cast, null);
  const short = timesOf(cast, 2);
  expect([...whole]).toEqual([1, 31, 32]);
  expect([...short]).toEqual([1, 3, 4]);
  expect(eventsUntil(short, 3)).toBe(2);
  expect(eventsUntil(short, 0.5)).toBe(0);
  expect(sameMoment(whole, short, 20)).toBe(3);
  expect(sameMoment(short, whole, 3.5)).toBe(31.5);
});

test('forward it writes what is next; back it begins anew', () => {
  const cast = castOf([1, 'o', 'a'], [2, 'i', 'typed'], [3, 'r', '100x30'], [4, 'o', 'b'], [5, 'o', 'c']);
  const to = screen();
  const playback = createPlayback(cast, timesOf(cast, null), to);
  playback.showAt(4);
  playback.showAt(4.5);
  playback.showAt(1);
  expect(to.told).toEqual(['reset 40x10', 'a', 'resize 100x30', 'b', 'reset 40x10', 'a']);
});

test('a text is found across events and colours, where all of it is on the screen', () => {
  const cast = castOf(
    [1, 'o', 'kernel: Out of \x1b[31mmem'],
    [2, 'o', 'ory\x1b[0m\r\n'],
    [3, 'i', 'memory'],
    [4, 'o', 'Memory'],
  );
  expect(findInCast(cast, 'memory', 10)).toEqual([1, 3]);
  expect(findInCast(cast, 'memory', 1)).toEqual([1]);
  expect(findInCast(cast, '', 10)).toEqual([]);
  expect(plainText('\x1b]0;title\x07a\x1b[1;31mb\x1b(Bc\x1bPq\x1b\\')).toBe('abc');
});

test('times as a clock', () => {
  expect([0, 59.9, 61, 3600 + 61].map(clockText)).toEqual(['0:00', '0:59', '1:01', '1:01:01']);
});
