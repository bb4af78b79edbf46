/** Keys that interrupt what runs, and how the terminal's line of the host echoes each, after it has thrown away what was to be printed. */
const ECHOES: ReadonlyMap<number, string> = new Map([
  [0x03, '^C'],
  [0x1a, '^Z'],
  [0x1c, '^\\'],
]);
/** A key, or a few that were typed at once; a paste that happens to end so is none. */
const LONGEST_KEY = 8;
/** Without an echo, what comes last may be the prompt: so much is kept of it. */
const TAIL_BYTES = 4096;
/** Whoever prints on after an interrupt for so long does not care for it. */
export const DROP_LIMITS = { bytes: 64 * 1024 * 1024, quietMs: 40, longestMs: 1_000 } as const;

/** Modes of the terminal that hold also when the sequence that sets them was dropped. */
const LASTING_MODES: ReadonlySet<string> = new Set(
  [1, 7, 25, 47, 1000, 1002, 1003, 1004, 1006, 1016, 1047, 1049, 2004].map(String),
);
const MODE_SEQUENCE = /\x1b\[\?([\d;]{1,64})([hl])/g;
const LONGEST_SEQUENCE = 70;

/** The echo of the interrupt that these bytes are; null when they are none. */
export function interruptEcho(typed: Uint8Array): string | null {
  if (typed.byteLength > LONGEST_KEY) return null;
  return ECHOES.get(typed.at(-1) ?? 0) ?? null;
}

/** What is left when a drop is over. */
export interface DropEnd {
  readonly dropped: number;
  /** Sets the modes that were set in what was dropped. */
  readonly modes: string;
  /** What is shown again. */
  readonly rest: Buffer;
}

/** Drops the backlog of a flood after an interrupt, until its echo comes, or the host falls quiet. */
export interface InterruptDrop {
  /** Takes what the host printed. Not null: the drop is over. */
  push(chunk: Buffer): DropEnd | null;
  /** The host is quiet, or too much time has passed. */
  end(): DropEnd;
}

export function createInterruptDrop(echo: string): InterruptDrop {
  const marker = Buffer.from(echo);
  const modes = new Map<string, string>();
  let dropped = 0;
  let tail: Buffer = Buffer.alloc(0);

  /** Forgets bytes, but for what they set. */
  function drop(bytes: Buffer): void {
    dropped += bytes.length;
    if (!bytes.includes(0x1b)) return;
    for (const [, numbers = '', final = ''] of bytes.toString('latin1').matchAll(MODE_SEQUENCE)) {
      for (const mode of numbers.split(';')) {
        if (!LASTING_MODES.has(mode)) continue;
        // In the order of what came last.
        modes.delete(mode);
        modes.set(mode, final);
      }
    }
  }

  const finish = (rest: Buffer): DropEnd => ({
    dropped,
    modes: [...modes].map(([mode, final]) => `\x1b[?${mode}${final}`).join(''),
    rest,
  });

  return {
    push(chunk) {
      const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
      const at = bytes.indexOf(marker);
      if (at >= 0) {
        drop(bytes.subarray(0, at));
        return finish(bytes.subarray(at));
      }
      // What is kept also covers a marker, or a sequence, that is cut here.
      const keep = Math.max(TAIL_BYTES, LONGEST_SEQUENCE);
      const from = Math.max(0, bytes.length - keep);
      drop(bytes.subarray(0, from));
      // A copy: a view would hold all that it was cut from.
      tail = Buffer.from(bytes.subarray(from));
      return dropped > DROP_LIMITS.bytes ? this.end() : null;
    },
    end() {
      // The line that was being printed: where nothing is echoed, the prompt.
      const from = tail.lastIndexOf(0x0a) + 1;
      drop(tail.subarray(0, from));
      return finish(tail.subarray(from));
    },
  };
}
