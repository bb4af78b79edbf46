import { createFrameParser, type ParsedFrame } from '../../../shared/parse/frames.ts';

type Callback = void | Promise<void>;

/**
 * For answers that are long or that do not end: told of each frame as it comes. They are called one after another, and
 * nothing more is read from the host while a returned promise is pending.
 */
export interface FrameCallbacks {
  readonly onFrameBegin?: ((name: string, args: readonly string[]) => Callback) | undefined;
  /** Given, the stdout of frames is handed over instead of collected. */
  readonly onFrameData?: ((name: string, bytes: Uint8Array) => Callback) | undefined;
  readonly onFrameEnd?: ((name: string, exitCode: number) => Callback) | undefined;
}

/** One stream's part of a frame. */
interface StreamFrame {
  readonly name: string;
  readonly args: readonly string[];
  text: string;
  exitCode: number;
  complete: boolean;
}

/** The frames of one stream of a script. */
export interface FrameCollector {
  /** Returns a promise when a callback wants the host to wait. */
  push(bytes: Uint8Array): Promise<void> | null;
  end(): Promise<void>;
  frames(): readonly StreamFrame[];
  stray(): string;
}

/** More of one frame is dropped: the longest honest answer (a status with many deployments) is far below. */
const MAX_FRAME_BYTES = 4 * 1024 * 1024;
/** More of one stream is dropped, and of frames that are streamed only so many are listed: a host may go on for ever. */
const MAX_STREAM_BYTES = 16 * 1024 * 1024;
const MAX_FRAMES = 10_000;
const MAX_STRAY_BYTES = 64 * 1024;

export function createFrameCollector(nonce: string, callbacks: FrameCallbacks): FrameCollector {
  const frames: { frame: StreamFrame; text: BoundedText }[] = [];
  const stray = createBoundedText(MAX_STRAY_BYTES);
  let room = MAX_STREAM_BYTES;
  let open: { frame: StreamFrame; text: BoundedText } | null = null;
  let queue: (() => Callback)[] = [];

  const parser = createFrameParser(nonce, {
    onBegin(name, args) {
      open = {
        frame: { name, args, text: '', exitCode: -1, complete: false },
        text: createBoundedText(Math.min(MAX_FRAME_BYTES, room)),
      };
      if (frames.length < MAX_FRAMES) frames.push(open);
      const { onFrameBegin } = callbacks;
      if (onFrameBegin) queue.push(() => onFrameBegin(name, args));
    },
    onData(name, bytes) {
      const { onFrameData } = callbacks;
      if (onFrameData) queue.push(() => onFrameData(name, bytes));
      else room -= open?.text.add(bytes) ?? 0;
    },
    onEnd(name, exitCode) {
      if (open) Object.assign(open.frame, { exitCode, complete: true });
      const { onFrameEnd } = callbacks;
      if (onFrameEnd) queue.push(() => onFrameEnd(name, exitCode));
    },
    onStray: (bytes) => void stray.add(bytes),
  });

  function runQueue(): Promise<void> | null {
    const calls = queue;
    queue = [];
    for (const [index, call] of calls.entries()) {
      const busy = call();
      if (busy) return busy.then(() => runInOrder(calls.slice(index + 1)));
    }
    return null;
  }

  return {
    push(bytes) {
      parser.push(bytes);
      return runQueue();
    },
    async end() {
      parser.end();
      await runQueue();
    },
    frames: () => frames.map(({ frame, text }) => ({ ...frame, text: text.toString() })),
    stray: () => stray.toString(),
  };
}

async function runInOrder(calls: readonly (() => Callback)[]): Promise<void> {
  for (const call of calls) await call();
}

/**
 * The frames of a script from its two streams. Both streams hold the same frames in the same order; what is wrong with
 * stderr (a cut, noise) costs only the words of that frame.
 */
export function joinStreams(stdout: readonly StreamFrame[], stderr: readonly StreamFrame[]): ParsedFrame[] {
  return stdout.map(({ name, args, text, exitCode, complete }, index) => {
    const twin = stderr[index];
    return { name, args, stdout: text, stderr: twin?.name === name ? twin.text : '', exitCode, complete };
  });
}

interface BoundedText {
  /** Keeps what there is room for, and returns how many bytes that was. */
  add(bytes: Uint8Array): number;
  toString(): string;
}

/** One buffer that grows, not a list of pieces: a host may send single bytes, and each piece would take a hundred. */
function createBoundedText(maxBytes: number): BoundedText {
  let buffer = new Uint8Array(0);
  let length = 0;
  return {
    add(bytes) {
      const kept = bytes.subarray(0, maxBytes - length);
      if (length + kept.length > buffer.length) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(2 * buffer.length, length + kept.length)));
        larger.set(buffer);
        buffer = larger;
      }
      buffer.set(kept, length);
      length += kept.length;
      return kept.length;
    },
    toString: () => Buffer.from(buffer.buffer, 0, length).toString('utf8'),
  };
}
