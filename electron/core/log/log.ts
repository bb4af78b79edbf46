/**
 * The log of the core: JSON lines, one writer. Every call names an id that stands in the sources exactly once, so that a line
 * leads to its place. Values are plain data; never a secret, never the content of a prompt.
 */
export interface Log {
  info(id: string, message: string, values?: Record<string, unknown>): void;
  warn(id: string, message: string, values?: Record<string, unknown>): void;
  /** Writes the error with its stack and returns the id of the line, for `internal {logId}`. */
  error(id: string, message: string, error: unknown, values?: Record<string, unknown>): string;
}
