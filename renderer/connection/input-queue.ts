import { inputLimits } from '../../shared/model/stream-limits.ts';

/** What is typed or pasted, on its way to the host: at most `inputLimits.untaken` bytes of it are out of this page at a time. */
export interface InputQueue {
  push(bytes: Uint8Array): void;
  /** The host took so many more. */
  taken(bytes: number): void;
  /** Bytes that wait here. */
  readonly waiting: number;
  drop(): void;
}

export function createInputQueue(send: (bytes: Uint8Array) => void): InputQueue {
  let queue: Uint8Array[] = [];
  let waiting = 0;
  let untaken = 0;

  function sendMore(): void {
    for (let next = queue[0]; next && untaken < inputLimits.untaken; next = queue[0]) {
      const size = Math.min(next.byteLength, inputLimits.frame, inputLimits.untaken - untaken);
      if (size === next.byteLength) queue.shift();
      else queue[0] = next.subarray(size);
      waiting -= size;
      untaken += size;
      send(next.subarray(0, size));
    }
  }

  return {
    push(bytes) {
      if (bytes.byteLength === 0) return;
      queue.push(bytes);
      waiting += bytes.byteLength;
      sendMore();
    },
    taken(bytes) {
      untaken = Math.max(0, untaken - bytes);
      sendMore();
    },
    get waiting() {
      return waiting;
    },
    drop() {
      queue = [];
      waiting = 0;
    },
  };
}
