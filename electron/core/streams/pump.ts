import { streamLimits, type StreamWindow } from '../../../shared/model/stream-limits.ts';
import type { BytePort } from '../../transport/byte-port.ts';

/**
 * Sends a source to a port under flow control: stops pulling while more than `window.highWater` bytes are
 * unacknowledged, and goes on below `lowWater`. Nothing is buffered here but the chunk in hand. Resolves when the source
 * has ended, has failed (the port is told `describeError`), or the page has gone (the source is closed by `return()`).
 */
export async function pumpToPort(
  source: AsyncIterable<Uint8Array>,
  port: BytePort,
  describeError: (error: unknown) => string,
  window: StreamWindow = streamLimits,
): Promise<void> {
  let unacknowledged = 0;
  let closed = false;
  let wake: (() => void) | null = null;
  let leave: (() => void) | null = null;
  const iterator = source[Symbol.asyncIterator]();

  port.onAck((bytes) => {
    unacknowledged = Math.max(0, unacknowledged - bytes);
    if (unacknowledged < window.lowWater) wake?.();
  });
  port.onClose(() => {
    closed = true;
    wake?.();
    leave?.();
  });

  /** Not a race against one promise for the page's end: until that end it would keep every chunk of every race alive. */
  function nextUnlessGone(): Promise<IteratorResult<Uint8Array> | null> {
    return new Promise((resolve, reject) => {
      leave = () => resolve(null);
      iterator.next().then(resolve, reject);
    });
  }

  try {
    for (;;) {
      if (unacknowledged > window.highWater && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
      if (closed) return;
      const next = await nextUnlessGone();
      if (!next) return;
      if (next.done) {
        port.end({ end: 'complete', message: '' });
        return;
      }
      unacknowledged += next.value.byteLength;
      port.send(next.value);
    }
  } catch (error) {
    port.end({ end: 'failed', message: describeError(error) });
  } finally {
    // Not awaited: a source that waits for its next byte answers `return()` only then.
    void iterator.return?.()?.catch(() => undefined);
  }
}
