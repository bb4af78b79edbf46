import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { pumpToPort } from '../../../../electron/core/streams/pump.ts';
import type { BytePort } from '../../../../electron/transport/byte-port.ts';
import type { StreamEnd } from '../../../../shared/model/stream.ts';
import { streamLimits } from '../../../../shared/model/stream-limits.ts';

const CHUNK = 16 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A port that records, and acknowledges only when the test says so. */
function recordingPort() {
  let ack: (bytes: number) => void = () => undefined;
  let close: () => void = () => undefined;
  const state = { sent: 0, ends: [] as StreamEnd[] };
  const port: BytePort = {
    send: (bytes) => {
      state.sent += bytes.byteLength;
    },
    end: (end) => {
      state.ends.push(end);
    },
    onAck: (listener) => {
      ack = listener;
    },
    onClose: (listener) => {
      close = listener;
    },
    tell: () => undefined,
    onInput: () => undefined,
    onSize: () => undefined,
  };
  return { port, state, ack: (bytes: number) => ack(bytes), close: () => close() };
}

async function* chunks(count: number, pulled: { count: number; closed: boolean }) {
  try {
    for (let index = 0; index < count; index += 1) {
      pulled.count += 1;
      yield new Uint8Array(CHUNK);
    }
  } finally {
    pulled.closed = true;
  }
}

describe('pumpToPort', () => {
  it('stops pulling above the high-water mark and goes on once the page has parsed enough', async () => {
    const { port, state, ack } = recordingPort();
    const pulled = { count: 0, closed: false };
    const total = (2 * streamLimits.highWater) / CHUNK;
    const done = pumpToPort(chunks(total, pulled), port, String);

    await vi.waitFor(() => expect(state.sent).toBeGreaterThan(streamLimits.highWater));
    const atRest = state.sent;
    expect(atRest).toBe(streamLimits.highWater + CHUNK);

    // Acknowledged down to the low-water mark, but not below: still at rest.
    ack(atRest - streamLimits.lowWater);
    await Promise.resolve();
    expect(state.sent).toBe(atRest);

    ack(1);
    await vi.waitFor(() => expect(state.sent).toBeGreaterThan(atRest));
    await vi.waitFor(() => {
      ack(state.sent);
      expect(state.sent).toBe(total * CHUNK);
    });
    await done;
    expect(state.ends).toEqual([{ end: 'complete', message: '' }]);
    expect(pulled.closed).toBe(true);
  });

  it('closes the source when the page goes while the pump is at rest', async () => {
    const { port, state, close } = recordingPort();
    const pulled = { count: 0, closed: false };
    const done = pumpToPort(chunks(1000, pulled), port, String);
    await vi.waitFor(() => expect(state.sent).toBeGreaterThan(streamLimits.highWater));
    close();
    await done;
    await vi.waitFor(() => expect(pulled.closed).toBe(true));
    expect(state.ends).toEqual([]);
  });

  it('does not wait for a silent source once the page has gone', async () => {
    const { port, close } = recordingPort();
    const silent: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    };
    const done = pumpToPort(silent, port, String);
    close();
    await done;
  });

  it('lets go of every chunk that was sent', { timeout: 60_000 }, async () => {
    const { port, ack } = recordingPort();
    const held = new Set<WeakRef<Uint8Array>>();
    const total = 2_000;
    let most = 0;
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < total; index += 1) {
        const chunk = new Uint8Array(CHUNK);
        held.add(new WeakRef(chunk));
        ack(CHUNK);
        // A turn of the event loop, after which a WeakRef may lose what it refers to.
        await new Promise((resolve) => setImmediate(resolve));
        if (index % 500 === 499) {
          collectGarbage();
          most = Math.max(most, [...held].filter((ref) => ref.deref() !== undefined).length);
        }
        yield chunk;
      }
    }
    await pumpToPort(large(), port, String);
    expect(held.size).toBe(total);
    expect(most).toBeLessThan(50);
  });

  it('tells the page when the source fails', async () => {
    const { port, state } = recordingPort();
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1);
      throw new Error('disk gone');
    }
    await pumpToPort(failing(), port, (error) => (error as Error).message);
    expect(state.ends).toEqual([{ end: 'failed', message: 'disk gone' }]);
  });
});
