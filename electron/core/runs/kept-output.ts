import { createHash } from 'node:crypto';
import type { RunText } from '../../../shared/model/run.ts';

/** Of what is kept, so much is the beginning; the rest is the end. */
const HEAD_SHARE = 0.75;
/** Small pieces of the end are joined, so that a host that prints letter by letter costs no object for each. */
const MAX_PIECES = 64;

/** A stream of a command: its beginning, its end, and a hash over all of it. Never more than `limit` bytes (and as much again for a moment). */
export interface KeptOutput {
  push(bytes: Uint8Array): void;
  /** All bytes that came. */
  readonly bytes: number;
  /** Bytes that are held. */
  readonly kept: number;
  /** The first bytes. */
  start(bytes: number): string;
  text(): RunText;
  /** Hexadecimal; of what came so far. */
  hash(): string;
}

export function createKeptOutput(limit: number): KeptOutput {
  const headLimit = Math.floor(limit * HEAD_SHARE);
  const tailLimit = limit - headLimit;
  const hash = createHash('sha256');
  let bytes = 0;
  const head: Buffer[] = [];
  let headBytes = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;

  function pushTail(rest: Buffer): void {
    tail.push(rest.subarray(Math.max(0, rest.length - tailLimit)));
    tailBytes += tail.at(-1)?.length ?? 0;
    for (let [first] = tail; first && tailBytes - first.length >= tailLimit; [first] = tail) {
      tail.shift();
      tailBytes -= first.length;
    }
    if (tail.length > MAX_PIECES) {
      tail = [Buffer.concat(tail).subarray(-tailLimit)];
      tailBytes = tail[0]?.length ?? 0;
    }
  }

  return {
    push(given) {
      // A copy: what was given is a view of what the parser goes on with.
      const piece = Buffer.from(given);
      hash.update(piece);
      bytes += piece.length;
      const room = headLimit - headBytes;
      if (room > 0) {
        head.push(piece.subarray(0, room));
        headBytes += Math.min(room, piece.length);
      }
      if (piece.length > room) pushTail(piece.subarray(Math.max(0, room)));
    },
    get bytes() {
      return bytes;
    },
    get kept() {
      return headBytes + tailBytes;
    },
    start(most) {
      const pieces: Buffer[] = [];
      let length = 0;
      for (const piece of head) {
        if (length >= most) break;
        pieces.push(piece.subarray(0, most - length));
        length += piece.length;
      }
      return Buffer.concat(pieces).toString('utf8');
    },
    text() {
      const end = Buffer.concat(tail).subarray(-tailLimit);
      const cut = bytes - headBytes - end.length;
      if (cut === 0) return { text: Buffer.concat([...head, end]).toString('utf8'), cut: 0, tail: '' };
      return { text: Buffer.concat(head).toString('utf8'), cut, tail: end.toString('utf8') };
    },
    hash: () => hash.copy().digest('hex'),
  };
}
