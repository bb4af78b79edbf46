const TILDE = 0x7e;
const DOT = 0x2e;
const LINE_ENDS: ReadonlySet<number> = new Set([0x0d, 0x0a]);

/** What is left of what was typed, and whether the way out was typed. */
export interface Typed {
  readonly bytes: Buffer;
  readonly hasLeft: boolean;
}

/** `~.` at the beginning of a line is the way out of a shell that answers no more, as with ssh; `~~` there types one tilde. */
export function createEscapeKeys(): (typed: Uint8Array) => Typed {
  let isLineStart = true;
  let isTilde = false;

  return (typed) => {
    const bytes: number[] = [];
    for (const byte of typed) {
      if (isTilde) {
        isTilde = false;
        if (byte === DOT) return { bytes: Buffer.from(bytes), hasLeft: true };
        bytes.push(TILDE);
        isLineStart = false;
        if (byte === TILDE) continue;
      } else if (isLineStart && byte === TILDE) {
        isTilde = true;
        continue;
      }
      bytes.push(byte);
      isLineStart = LINE_ENDS.has(byte);
    }
    return { bytes: Buffer.from(bytes), hasLeft: false };
  };
}
