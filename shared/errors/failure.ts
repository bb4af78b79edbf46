import type { Failure } from '../model/failure.ts';
import { catalogue } from './catalogue.ts';

export type { Failure } from '../model/failure.ts';

/** A code of the closed catalogue in `catalogue.ts`, such as `ssh.host-key-changed`. */
export type FailureCode = keyof typeof catalogue;

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

/** Whether it is a Failure, for the page: it does without schemas until it needs them, and its core is no stranger. */
export function isFailure(value: unknown): value is Failure {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('params' in value)) return false;
  return (
    typeof value.code === 'string' &&
    Object.hasOwn(catalogue, value.code) &&
    typeof value.params === 'object' &&
    value.params !== null
  );
}
