import type { TerminalSize } from '../../../shared/model/terminal-size.ts';

/** A terminal that is asked for on a host. */
export interface ShellRequest extends TerminalSize {
  /** `TERM` on the host. */
  readonly term: string;
  /** Run instead of the login shell, through it; built with `shellQuote` from constant words and quoted arguments. */
  readonly command?: string | undefined;
}

/** The host gives no terminal, beside which the connection goes on. */
export class PtyRefused extends Error {
  constructor(cause?: unknown) {
    super('The host gives no terminal', { cause });
  }
}

const IUTF8 = 42;
const INPUT_SPEED = 128;
const OUTPUT_SPEED = 129;
const END = 0;
const BAUD = 38_400;

/**
 * What is asked of the terminal's line (RFC 4254, 8; RFC 8160): the erase key takes characters of UTF-8, not bytes; the rest is the host's
 * choice.
 */
export const LINE_MODES: Buffer = Buffer.concat([
  mode(IUTF8, 1),
  mode(INPUT_SPEED, BAUD),
  mode(OUTPUT_SPEED, BAUD),
  Buffer.from([END]),
]);

function mode(opcode: number, value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(opcode);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}
