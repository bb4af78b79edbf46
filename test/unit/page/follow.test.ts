import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { follow } from '../../../renderer/state/follow.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('watches again when the stream breaks or ends, with growing patience', async () => {
  const opened: number[] = [];
  const live: boolean[] = [];
  const start = Date.now();
  const stop = follow({
    open: () => {
      opened.push(Date.now() - start);
      return opened.length === 3 ? Promise.resolve(values(1, 2)) : Promise.reject(new Error('gone'));
    },
    onValue: () => undefined,
    onLive: (state) => live.push(state),
  });
  await vi.advanceTimersByTimeAsync(1400);
  stop();
  // 250 and 500 ms after failures; once a value came the patience begins anew.
  expect(opened).toEqual([0, 250, 750, 1000]);
  expect(live).toEqual([false, false, true, true, false, false]);
});

test('opens anew at once when the reader asks for it, and ends the stream it left', async () => {
  const aborted: boolean[] = [];
  const seen: number[] = [];
  let round = 0;
  const stop = follow({
    open: (signal) => {
      signal.addEventListener('abort', () => aborted.push(true));
      round += 1;
      return Promise.resolve(round === 1 ? values(1, 2, 3) : values(4));
    },
    onValue: (value) => {
      seen.push(value);
      return value === 2 ? 'again' : undefined;
    },
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toEqual([1, 2, 4]);
  stop();
  expect(aborted.length).toBeGreaterThanOrEqual(1);
});

test('after stop nothing is read and nothing is opened', async () => {
  const open = vi.fn(() => Promise.reject(new Error('gone')));
  const stop = follow({ open, onValue: () => undefined });
  await vi.advanceTimersByTimeAsync(0);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(open).toHaveBeenCalledOnce();
});

async function* values(...all: readonly number[]): AsyncGenerator<number> {
  await Promise.resolve();
  yield* all;
}
