import { failure, type Failure, type FailureCode } from './failure.ts';

/** What a function that can fail in an expected way returns. Unexpected errors are still thrown. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** The result of having succeeded. */
export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** The result of having failed, with a code of the catalogue and the values that its text needs. */
export function fail(code: FailureCode, params: Record<string, string | number> = {}): Result<never> {
  return { ok: false, failure: failure(code, params) };
}
