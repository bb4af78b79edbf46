/** Whoever sits at the terminal. Null stands for no answer: Ctrl-C, Ctrl-D. */
export interface Person {
  /** Asks on stderr and reads one line. */
  ask(question: string): Promise<string | null>;
  /** The same without an echo. */
  askSecret(question: string): Promise<string | null>;
}

/** Where a command writes and whom it can ask: the terminal, or what a test puts in its place. */
export interface Console {
  /** What was asked for: results. */
  out(text: string): void;
  /** Everything else: questions, warnings, failures. */
  err(text: string): void;
  /** Replaces the last line of the terminal; null takes it away. Does nothing where stderr is not a terminal. */
  progress(line: string | null): void;
  /** Whether `out` goes to a terminal, that understands colours. */
  readonly isOutTerminal: boolean;
  /** Null: there is nobody to ask. */
  readonly person: Person | null;
}

const ESC = '\u001b';
const ERASE_LINE = `\r${ESC}[2K`;

export interface ConsoleStreams {
  readonly stdout: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;
  readonly stderr: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;
  readonly person: Person | null;
}

/** A Console on the streams of a process. What is printed above a progress line pushes it down. */
export function createConsole({ stdout, stderr, person }: ConsoleStreams): Console {
  let shown: string | null = null;

  const aboveProgress = (write: () => void) => {
    if (shown !== null) stderr.write(ERASE_LINE);
    write();
    if (shown !== null) stderr.write(shown);
  };
  return {
    out: (text) => {
      aboveProgress(() => stdout.write(text));
    },
    err: (text) => {
      aboveProgress(() => stderr.write(text));
    },
    progress(line) {
      if (!stderr.isTTY) return;
      // One column less than there is: a full line would wrap, and could not be taken away again.
      const fitting = line === null ? null : line.slice(0, (stderr.columns || 80) - 1);
      if (fitting === shown) return;
      stderr.write(`${ERASE_LINE}${fitting ?? ''}`);
      shown = fitting;
    },
    isOutTerminal: stdout.isTTY,
    person,
  };
}
