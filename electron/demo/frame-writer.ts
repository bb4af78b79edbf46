/** Both output streams of one command on a simulated host. */
export interface Output {
  stdout(bytes: string | Uint8Array): void;
  stderr(text: string): void;
}

/** What one reader of a script printed and how it ended. */
export interface Printed {
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string;
  readonly code?: number;
}

/** Writes frames as `native/lib/frames.sh` does. */
export interface FrameWriter {
  frame(name: string, printed: Printed, args?: readonly string[]): void;
}

export function createFrameWriter(nonce: string, output: Output): FrameWriter {
  const mark = (words: string) => {
    const marker = `\n${nonce} ${words}\n`;
    output.stdout(marker);
    output.stderr(marker);
  };
  return {
    frame(name, { stdout = '', stderr = '', code = 0 }, args = []) {
      mark(['begin', name, ...args].join(' '));
      if (stdout.length > 0) output.stdout(stdout);
      if (stderr.length > 0) output.stderr(stderr);
      mark(`end ${name} ${String(code)}`);
    },
  };
}
