import * as z from 'zod';
import { catalogue } from './catalogue.ts';

/** A code of the closed catalogue in `catalogue.ts`, such as `ssh.host-key-changed`. */
export type FailureCode = keyof typeof catalogue;

/**
 * What went wrong, as it crosses every border inside Berth: a code and the values its text needs.
 * Text and remedy are made at the edge by `describe()`. Params are plain text from hosts or files:
 * they are shown, never executed, and never hold a secret.
 */
export const Failure = z.object({
  code: z.custom<FailureCode>((value) => typeof value === 'string' && Object.hasOwn(catalogue, value)),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Failure = z.infer<typeof Failure>;

/** Makes a Failure; the one way in which code states what went wrong. */
export function failure(code: FailureCode, params: Record<string, string | number> = {}): Failure {
  return { code, params };
}

/** A Failure on its way up the stack. `cause` keeps the original error for the log. */
export class BerthError extends Error {
  override readonly name = 'BerthError';
  readonly failure: Failure;

  constructor(code: FailureCode, params: Record<string, string | number> = {}, cause?: unknown) {
    super(code, { cause });
    this.failure = failure(code, params);
  }
}
