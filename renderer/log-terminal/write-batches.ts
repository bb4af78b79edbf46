/** A flood is drawn at most so often, ms: every write of a terminal ends in a frame, and frames cost more than parsing. */
const BATCH_MS = 50;
/** A batch is not made longer than this, bytes, so that parsing one stays within what the eye takes for at once. */
const BATCH_BYTES = 1024 * 1024;

interface Piece {
  readonly bytes: Uint8Array;
  readonly parsed: () => void;
}

/** Pieces of a stream on their way into a terminal, gathered while they come fast. What comes after a rest is written at once. */
export interface WriteBatches {
  /** `parsed` is called once the terminal has parsed the piece. */
  push(bytes: Uint8Array, parsed: () => void): void;
  /** Writes what is left, then calls `done`. */
  end(done: () => void): void;
  /** Forgets what is left. */
  dispose(): void;
}

/** `write` parses one batch at a time and then calls back, as xterm's does. */
export function createWriteBatches(write: (bytes: Uint8Array, parsed: () => void) => void): WriteBatches {
  let gathered: Piece[] = [];
  let size = 0;
  let writing = false;
  let nextAt = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let whenEmpty: (() => void) | null = null;
  let disposed = false;

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    const batch = gathered;
    gathered = [];
    size = 0;
    writing = true;
    nextAt = performance.now() + BATCH_MS;
    write(joined(batch), () => {
      writing = false;
      for (const { parsed } of batch) parsed();
      next();
    });
  }

  function next(): void {
    if (writing || disposed) return;
    if (gathered.length === 0) {
      whenEmpty?.();
      whenEmpty = null;
      return;
    }
    const wait = nextAt - performance.now();
    if (wait <= 0 || size >= BATCH_BYTES || whenEmpty) flush();
    else timer ??= setTimeout(flush, wait);
  }

  return {
    push(bytes, parsed) {
      gathered.push({ bytes, parsed });
      size += bytes.byteLength;
      next();
    },
    end(done) {
      whenEmpty = done;
      next();
    },
    dispose() {
      disposed = true;
      if (timer) clearTimeout(timer);
      gathered = [];
    },
  };
}

function joined(pieces: readonly Piece[]): Uint8Array {
  const [only] = pieces;
  if (only && pieces.length === 1) return only.bytes;
  const all = new Uint8Array(pieces.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  let at = 0;
  for (const { bytes } of pieces) {
    all.set(bytes, at);
    at += bytes.byteLength;
  }
  return all;
}
