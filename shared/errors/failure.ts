import * as z from 'zod';
import { AuthAttempt } from '../model/auth-attempt.ts';
import { catalogue } from './catalogue.ts';

/** A code of the closed catalogue in `catalogue.ts`, such as `ssh.host-key-changed`. */
export type FailureCode = keyof typeof catalogue;

/**
 * What went wrong, as it crosses every border inside Berth: a code and the values its text needs.
 * Text and remedy are made at the edge by `describe()`. Params are plain text from hosts or files:
 * they are shown, never executed, and never hold a secret. `attempts`: of a refused login, what became of every way in.
 */
export const Failure = z.object({
  code: z.custom<FailureCode>((value) => typeof value === 'string' && Object.hasOwn(catalogue, value)),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  attempts: z.array(AuthAttempt).max(500).readonly().optional(),
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

  constructor(
    code: FailureCode,
    params: Record<string, string | number> = {},
    cause?: unknown,
    attempts?: Failure['attempts'],
  ) {
    super(code, { cause });
    this.failure = attempts === undefined ? failure(code, params) : { ...failure(code, params), attempts };
  }

  /** The same failure once more, for somebody else who runs into it. */
  static of({ code, params, attempts }: Failure, cause?: unknown): BerthError {
    return new BerthError(code, params, cause, attempts);
  }
}
