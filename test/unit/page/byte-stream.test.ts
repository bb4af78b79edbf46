import { expect, test, vi } from 'vitest';
import { createByteStream } from '../../../renderer/connection/byte-stream.ts';
import { streamLimits } from '../../../shared/model/stream.ts';

function open() {
  const wire = { sendAck: vi.fn<(bytes: number) => void>(), close: vi.fn<() => void>() };
  return { wire, ...createByteStream(wire) };
}

test('acknowledges what was parsed, not what arrived, and in portions', () => {
  const { wire, stream, bytes } = open();
  const parsed: (() => void)[] = [];
  stream.onBytes((_, done) => parsed.push(done));
  const chunk = new Uint8Array(streamLimits.ackEvery / 2);
  for (let count = 0; count < 4; count += 1) bytes(chunk);
  expect(wire.sendAck).not.toHaveBeenCalled();
  for (const done of parsed) done();
  expect(wire.sendAck.mock.calls).toEqual([[streamLimits.ackEvery], [streamLimits.ackEvery]]);
});

test('keeps what comes before anybody listens', () => {
  const { stream, bytes, end } = open();
  bytes(new Uint8Array([1, 2]));
  bytes(new Uint8Array([3]));
  const got: number[] = [];
  stream.onBytes((chunk) => got.push(...chunk));
  expect(got).toEqual([1, 2, 3]);
  end({ end: 'complete', message: '' });
  const ended = vi.fn();
  stream.onEnd(ended);
  expect(ended).toHaveBeenCalledExactlyOnceWith({ end: 'complete', message: '' });
});

test('ends once; a wire that breaks after the last message says nothing', () => {
  const { stream, end, lost } = open();
  const ended = vi.fn();
  stream.onEnd(ended);
  end({ end: 'complete', message: '' });
  lost();
  expect(ended).toHaveBeenCalledOnce();
});

test('a wire that breaks is a failure; after close nothing is told any more', () => {
  const broken = open();
  const ended = vi.fn();
  broken.stream.onEnd(ended);
  broken.lost();
  expect(ended.mock.calls[0]?.[0]).toMatchObject({ end: 'failed' });

  const closed = open();
  const heard = vi.fn();
  closed.stream.onBytes(heard);
  closed.stream.onEnd(heard);
  closed.stream.close();
  closed.bytes(new Uint8Array(1));
  closed.lost();
  expect(heard).not.toHaveBeenCalled();
  expect(closed.wire.close).toHaveBeenCalledOnce();
});
