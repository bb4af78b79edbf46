import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWriteBatches } from '../../../renderer/log-terminal/write-batches.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A terminal that parses a batch only when the test says so. */
function slowTerminal() {
  const written: number[][] = [];
  let finish: (() => void) | null = null;
  const batches = createWriteBatches((bytes, parsed) => {
    if (finish) throw new Error('two writes at once');
    written.push([...bytes]);
    finish = parsed;
  });
  const parse = () => {
    const done = finish;
    finish = null;
    done?.();
  };
  return { batches, written, parse };
}

const bytes = (...values: number[]) => new Uint8Array(values);

test('what comes after a rest is written at once', () => {
  const { batches, written, parse } = slowTerminal();
  const parsed = vi.fn();
  batches.push(bytes(1), parsed);
  expect(written).toEqual([[1]]);
  expect(parsed).not.toHaveBeenCalled();
  parse();
  expect(parsed).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(1000);
  batches.push(bytes(2), parsed);
  expect(written).toEqual([[1], [2]]);
});

test('what comes fast is gathered, in its order, and each piece is told once', () => {
  const { batches, written, parse } = slowTerminal();
  const parsed: number[] = [];
  for (const value of [1, 2, 3]) batches.push(bytes(value), () => parsed.push(value));
  parse();
  expect(parsed).toEqual([1]);
  batches.push(bytes(4), () => parsed.push(4));
  expect(written).toEqual([[1]]);
  vi.advanceTimersByTime(60);
  expect(written).toEqual([[1], [2, 3, 4]]);
  parse();
  expect(parsed).toEqual([1, 2, 3, 4]);
});

test('a full batch does not wait', () => {
  const { batches, written, parse } = slowTerminal();
  batches.push(bytes(1), () => undefined);
  parse();
  batches.push(new Uint8Array(1024 * 1024), () => undefined);
  expect(written).toHaveLength(2);
});

test('the end comes after all that was pushed, without a wait', () => {
  const { batches, written, parse } = slowTerminal();
  const done = vi.fn();
  batches.push(bytes(1), () => undefined);
  batches.push(bytes(2), () => undefined);
  batches.end(done);
  parse();
  expect(written).toEqual([[1], [2]]);
  expect(done).not.toHaveBeenCalled();
  parse();
  expect(done).toHaveBeenCalledOnce();
});

test('the end of nothing is told at once', () => {
  const done = vi.fn();
  slowTerminal().batches.end(done);
  expect(done).toHaveBeenCalledOnce();
});

test('after dispose nothing is written and no end is told', () => {
  const { batches, written, parse } = slowTerminal();
  const done = vi.fn();
  batches.push(bytes(1), () => undefined);
  batches.push(bytes(2), () => undefined);
  batches.end(done);
  batches.dispose();
  parse();
  batches.push(bytes(3), () => undefined);
  vi.advanceTimersByTime(1000);
  expect(written).toEqual([[1]]);
  expect(done).not.toHaveBeenCalled();
});
