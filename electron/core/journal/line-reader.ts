const LINE_FEED = 10;
/** What an object of JSON ends with. */
const CLOSING = 125;

/** Lines out of a stream of bytes. */
export interface LineReader {
  push(bytes: Uint8Array): void;
  /** Takes what is there of the next line for a whole one, where `accept` has taken it. What then comes of its line feed is an empty line. */
  offer(accept: (line: string) => boolean): void;
}

/** Calls back with each line as text. Of a longer one than `maxBytes` nothing is kept, and it is told by `onTooLong`. */
export function createLineReader(maxBytes: number, onLine: (line: string) => void, onTooLong: () => void): LineReader {
  let parts: Buffer[] = [];
  let length = 0;
  let isSkipping = false;

  const keep = (bytes: Buffer) => {
    length += bytes.length;
    if (length > maxBytes) {
      isSkipping = true;
      parts = [];
    } else if (bytes.length > 0) {
      // The bytes are a view of what is overwritten later.
      parts.push(Buffer.from(bytes));
    }
  };

  return {
    push(bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let from = 0;
      for (let end = buffer.indexOf(LINE_FEED); end !== -1; end = buffer.indexOf(LINE_FEED, from)) {
        if (length === 0 && !isSkipping) {
          if (end - from > maxBytes) onTooLong();
          else onLine(buffer.toString('utf8', from, end));
        } else {
          keep(buffer.subarray(from, end));
          if (isSkipping) onTooLong();
          else onLine(Buffer.concat(parts).toString('utf8'));
        }
        parts = [];
        length = 0;
        isSkipping = false;
        from = end + 1;
      }
      if (from < buffer.length && !isSkipping) keep(buffer.subarray(from));
    },
    offer(accept) {
      if (parts.length === 0 || parts.at(-1)?.at(-1) !== CLOSING || !accept(Buffer.concat(parts).toString('utf8')))
        return;
      parts = [];
      length = 0;
    },
  };
}
