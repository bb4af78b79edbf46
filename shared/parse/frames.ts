/** One frame of a script's answer: what one reader printed to each stream, and its exit code. */
export interface ParsedFrame {
  readonly name: string;
  readonly args: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  /** -1 while `complete` is false. */
  readonly exitCode: number;
  /** False when the stream ended, or the next frame began, before this one's end was seen. */
  readonly complete: boolean;
}

export interface FrameHandlers {
  onBegin(name: string, args: readonly string[]): void;
  /** The bytes are a view of what was pushed: copy them to keep them. */
  onData(name: string, bytes: Uint8Array): void;
  /** Not called for a frame that is cut off by the end of the stream or by the next begin. */
  onEnd(name: string, exitCode: number): void;
  /** Bytes outside all frames: banners, noisy rc files, a motd that prints JSON. */
  onStray?(bytes: Uint8Array): void;
}

export interface FrameParser {
  push(bytes: Uint8Array): void;
  /** The stream has ended: what was held back is passed on as what it turned out to be, plain bytes. */
  end(): void;
}

/** The longest marker, in bytes from its first line feed to its last. A longer one is data. */
export const MAX_MARKER_BYTES = 4096;

const LINE_FEED = 10;
const BEGIN = /^begin ([\w./-]{1,200})((?: [\x21-\x7e]+)*)$/;
const END = /^end ([\w./-]{1,200}) (\d{1,3})$/;

type Marker =
  { kind: 'begin'; name: string; args: readonly string[] } | { kind: 'end'; name: string; exitCode: number };

/**
 * Finds the frames of `native/lib/frames.sh` in a stream of bytes:
 * `\n<nonce> begin <name>[ <arg>…]\n`, the bytes of the frame, `\n<nonce> end <name> <exit code>\n`.
 * The bytes of a frame are exact, whatever they are and however the stream is cut; at most one marker is held back.
 * An end that is not that of the open frame is data.
 */
export function createFrameParser(nonce: string, handlers: FrameHandlers): FrameParser {
  const prefix = Uint8Array.from(`\n${nonce} `, (character) => character.charCodeAt(0));
  let held: Uint8Array = new Uint8Array(0);
  let open: string | null = null;

  const pass = (bytes: Uint8Array) => {
    if (bytes.length === 0) return;
    if (open === null) handlers.onStray?.(bytes);
    else handlers.onData(open, bytes);
  };

  /** Acts on a marker; false where it is none, so that its bytes are data. */
  const take = (marker: Marker | null, before: Uint8Array): boolean => {
    if (marker === null || (marker.kind === 'end' && marker.name !== open)) return false;
    pass(before);
    if (marker.kind === 'begin') {
      open = marker.name;
      handlers.onBegin(marker.name, marker.args);
    } else {
      open = null;
      handlers.onEnd(marker.name, marker.exitCode);
    }
    return true;
  };

  return {
    push(bytes) {
      const buffer = held.length === 0 ? bytes : join(held, bytes);
      held = new Uint8Array(0);
      let start = 0;
      let at = buffer.indexOf(LINE_FEED);
      while (at !== -1) {
        const match = comparePrefix(buffer, at, prefix);
        if (match === 'partial') break;
        if (match === 'no') {
          at = buffer.indexOf(LINE_FEED, at + 1);
          continue;
        }
        const lineStart = at + prefix.length;
        const lineEnd = buffer.indexOf(LINE_FEED, lineStart);
        if (lineEnd === -1 && buffer.length - at < MAX_MARKER_BYTES) break;
        const fits = lineEnd !== -1 && lineEnd - at < MAX_MARKER_BYTES;
        if (fits && take(readMarker(buffer.subarray(lineStart, lineEnd)), buffer.subarray(start, at))) {
          start = lineEnd + 1;
          at = buffer.indexOf(LINE_FEED, start);
        } else {
          at = buffer.indexOf(LINE_FEED, lineStart);
        }
      }
      if (at === -1) {
        pass(buffer.subarray(start));
      } else {
        pass(buffer.subarray(start, at));
        held = buffer.slice(at);
      }
    },
    end() {
      pass(held);
      held = new Uint8Array(0);
    },
  };
}

function comparePrefix(buffer: Uint8Array, at: number, prefix: Uint8Array): 'yes' | 'no' | 'partial' {
  const available = Math.min(prefix.length, buffer.length - at);
  for (let index = 0; index < available; index += 1) {
    if (buffer[at + index] !== prefix[index]) return 'no';
  }
  return available === prefix.length ? 'yes' : 'partial';
}

function readMarker(line: Uint8Array): Marker | null {
  const text = Array.from(line, (byte) => String.fromCharCode(byte)).join('');
  const begin = BEGIN.exec(text);
  if (begin) return { kind: 'begin', name: begin[1] ?? '', args: (begin[2] ?? '').split(' ').filter(Boolean) };
  const end = END.exec(text);
  if (end) return { kind: 'end', name: end[1] ?? '', exitCode: Number(end[2]) };
  return null;
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
