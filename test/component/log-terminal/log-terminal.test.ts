import { expect, test, vi } from 'vitest';
import { countLines, createLogTerminal, type LogStream } from '../../../renderer/log-terminal/log-terminal.ts';
import type { StreamEnd } from '../../../shared/model/stream.ts';

/** A stream that a test feeds. */
function createStream() {
  let onBytes: (bytes: Uint8Array, parsed: () => void) => void = () => undefined;
  let onEnd: (end: StreamEnd) => void = () => undefined;
  const close = vi.fn();
  let parsed = 0;
  const stream: LogStream = {
    onBytes: (listener) => (onBytes = listener),
    onEnd: (listener) => (onEnd = listener),
    close,
  };
  return {
    stream,
    close,
    parsed: () => parsed,
    send(text: string) {
      const bytes = new TextEncoder().encode(text);
      onBytes(bytes, () => (parsed += bytes.byteLength));
    },
    end: (end: StreamEnd) => onEnd(end),
  };
}

test('bytes are acknowledged when they have been parsed, each once', async () => {
  const terminal = createLogTerminal('Log');
  const source = createStream();
  terminal.show(source.stream);
  source.send('one\r\n');
  source.send('two\r\nthree');
  await vi.waitFor(() => expect(source.parsed()).toBe(15));
  await vi.waitFor(() => expect(terminal.state().lines).toBe(2));
  expect(terminal.state().phase).toBe('streaming');
  terminal.dispose();
});

test('the end is told after the last bytes, and why a stream broke off', async () => {
  const terminal = createLogTerminal('Log');
  const source = createStream();
  terminal.show(source.stream);
  source.send('last words\r\n');
  source.end({ end: 'failed', message: 'The log is gone' });
  await vi.waitFor(() => expect(terminal.state().phase).toBe('failed'));
  expect(terminal.state()).toMatchObject({ lines: 1, message: 'The log is gone' });
  terminal.dispose();
});

test('another stream begins anew: the old one is closed, and what it still sends is acknowledged but not shown', async () => {
  const terminal = createLogTerminal('Log');
  const [first, second] = [createStream(), createStream()];
  terminal.show(first.stream);
  first.send('old\r\nold\r\n');
  terminal.show(second.stream);
  expect(first.close).toHaveBeenCalledOnce();
  first.send('late\r\n');
  first.end({ end: 'complete', message: '' });
  second.send('new\r\n');
  await vi.waitFor(() => expect(terminal.state().lines).toBe(1));
  expect(first.parsed()).toBeGreaterThanOrEqual(6);
  expect(terminal.state().phase).toBe('streaming');
  terminal.dispose();
  expect(second.close).toHaveBeenCalledOnce();
});

test('listeners hear of changes until they leave', async () => {
  const terminal = createLogTerminal('Log');
  const source = createStream();
  const listener = vi.fn();
  const stop = terminal.subscribe(listener);
  terminal.show(source.stream);
  source.send('one\r\n');
  await vi.waitFor(() => expect(terminal.state().lines).toBe(1));
  const heard = listener.mock.calls.length;
  expect(heard).toBeGreaterThan(0);
  stop();
  source.end({ end: 'complete', message: '' });
  await vi.waitFor(() => expect(terminal.state().phase).toBe('complete'));
  expect(listener.mock.calls.length).toBe(heard);
  terminal.dispose();
});

test('lines are counted by their ends', () => {
  const count = (text: string) => countLines(new TextEncoder().encode(text));
  expect(count('')).toBe(0);
  expect(count('no end')).toBe(0);
  expect(count('\n\n\r\nä\n')).toBe(4);
});
