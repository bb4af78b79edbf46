import { expect, test, vi } from 'vitest';
import { createByteStream } from '../../../renderer/connection/byte-stream.ts';
import { inputLimits, streamLimits } from '../../../shared/model/stream-limits.ts';

function open() {
  const wire = {
    send: vi.fn<(message: unknown) => void>(),
    sendInput: vi.fn<(bytes: Uint8Array) => void>(),
    close: vi.fn<() => void>(),
  };
  return { wire, ...createByteStream(wire) };
}

test('acknowledges what was parsed, not what arrived, and in portions', () => {
  const { wire, stream, bytes } = open();
  const parsed: (() => void)[] = [];
  stream.onBytes((_, done) => parsed.push(done));
  const chunk = new Uint8Array(streamLimits.ackEvery / 2);
  for (let count = 0; count < 4; count += 1) bytes(chunk);
  expect(wire.send).not.toHaveBeenCalled();
  for (const done of parsed) done();
  expect(wire.send.mock.calls).toEqual([[{ ack: streamLimits.ackEvery }], [{ ack: streamLimits.ackEvery }]]);
});

test('keeps what comes before anybody listens', () => {
  const { stream, bytes, message } = open();
  bytes(new Uint8Array([1, 2]));
  bytes(new Uint8Array([3]));
  const got: number[] = [];
  stream.onBytes((chunk) => got.push(...chunk));
  expect(got).toEqual([1, 2, 3]);
  message({ end: 'complete', message: '' });
  const ended = vi.fn();
  stream.onEnd(ended);
  expect(ended).toHaveBeenCalledExactlyOnceWith({ end: 'complete', message: '' });
});

test('ends once; a wire that breaks after the last message says nothing', () => {
  const { stream, message, lost } = open();
  const ended = vi.fn();
  stream.onEnd(ended);
  message({ end: 'complete', message: '' });
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

test('what is typed goes in frames, no more of it than the host takes, and in order', () => {
  const { wire, stream, message } = open();
  const paste = new Uint8Array(3 * inputLimits.untaken).map((_, index) => index % 251);
  const sent = () => Buffer.concat(wire.sendInput.mock.calls.map(([bytes]) => bytes));
  stream.write(paste.subarray(0, 10));
  stream.write(paste.subarray(10));
  expect(sent()).toHaveLength(inputLimits.untaken);
  expect(Math.max(...wire.sendInput.mock.calls.map(([bytes]) => bytes.byteLength))).toBe(inputLimits.frame);
  expect(stream.waiting).toBe(2 * inputLimits.untaken);
  message({ taken: 100 });
  expect(sent()).toHaveLength(inputLimits.untaken + 100);
  for (let more = 0; more < 3; more += 1) message({ taken: inputLimits.untaken });
  expect(sent().equals(paste)).toBe(true);

  stream.write(new Uint8Array(2 * inputLimits.untaken));
  stream.dropWaiting();
  expect(stream.waiting).toBe(0);
});

test('hears who leads, also before it listens; tells its size', () => {
  const { wire, stream, message } = open();
  message({ lead: true });
  message({ lead: 'nonsense' });
  const heard = vi.fn();
  stream.onMessage(heard);
  expect(heard.mock.calls).toEqual([[{ lead: true }]]);
  stream.send({ size: { columns: 80, rows: 24 } });
  expect(wire.send).toHaveBeenCalledExactlyOnceWith({ size: { columns: 80, rows: 24 } });
});
