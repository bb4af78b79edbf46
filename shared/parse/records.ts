/** Cuts a stream into the records that stand before its separators, however the stream is cut. */
export interface Records {
  push(bytes: Uint8Array): void;
  /** The stream has ended: what stands behind the last separator is a record too, where there is something. */
  end(): void;
}

/** A longer record is told as null: names and links of a host have at most 4,096 bytes. */
const MAX_RECORD = 64 * 1024;

/**
 * `separator` in ASCII, of one or more characters that do not repeat its own beginning. `onRecord` gets a view, to be copied where it is
 * kept. Linear: every byte is looked at once, whatever the separator.
 */
export function createRecords(separator: string, onRecord: (bytes: Uint8Array | null) => void): Records {
  const marks = Uint8Array.from(separator, (character) => character.charCodeAt(0));
  const first = marks[0] ?? 0;
  let held: Uint8Array = new Uint8Array(0);
  /** Inside a record that is too long: only its end is looked for. */
  let isOverlong = false;

  function tell(record: Uint8Array): void {
    onRecord(isOverlong || record.length > MAX_RECORD ? null : record);
    isOverlong = false;
  }

  return {
    push(bytes) {
      const buffer = held.length === 0 ? bytes : join(held, bytes);
      let start = 0;
      let at = buffer.indexOf(first);
      while (at !== -1 && at + marks.length <= buffer.length) {
        if (isAt(buffer, at, marks)) {
          tell(buffer.subarray(start, at));
          start = at + marks.length;
          at = buffer.indexOf(first, start);
        } else {
          at = buffer.indexOf(first, at + 1);
        }
      }
      const rest = buffer.subarray(start);
      if (rest.length > MAX_RECORD) isOverlong = true;
      // Of what is too long only as much is held as may be the beginning of a separator.
      held = rest.slice(isOverlong ? Math.max(0, rest.length - marks.length + 1) : 0);
    },
    end() {
      if (held.length > 0 || isOverlong) tell(held);
      held = new Uint8Array(0);
    },
  };
}

function isAt(buffer: Uint8Array, at: number, marks: Uint8Array): boolean {
  for (let index = 1; index < marks.length; index += 1) {
    if (buffer[at + index] !== marks[index]) return false;
  }
  return true;
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
