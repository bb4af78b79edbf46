import { ORPCError } from '@orpc/client';
import type { HostInputFailures } from '../../shared/logic/host-input.ts';
import { BerthError, failure, isFailure, type Failure } from '../../shared/errors/failure.ts';
import { describe } from '../../shared/errors/describe.ts';

/** The Failure in whatever a call to the core rejected with. What has none is a connection that broke in mid-call. */
export function failureOf(error: unknown): Failure {
  if (error instanceof BerthError) return error.failure;
  if (isRpcError(error)) {
    if (isFailure(error.data)) return error.data;
    const [field] = Object.values(fieldFailuresOf(error) ?? {});
    if (field) return field;
    return failure('internal', { logId: error.code });
  }
  return failure('connection.lost');
}

/** The failures at the fields of a form, when that is what the core rejected with; else null. */
export function fieldFailuresOf(error: unknown): HostInputFailures | null {
  if (!isRpcError(error) || error.code !== 'FIELDS') return null;
  const fields = typeof error.data === 'object' && error.data !== null && 'fields' in error.data && error.data.fields;
  if (typeof fields !== 'object' || fields === null) return null;
  return Object.values(fields).every(isFailure) ? fields : null;
}

/** A failure in one line: what is wrong, then what to do. */
export function failureText(reason: Failure): string {
  const { text, remedy } = describe(reason);
  return remedy === '' ? text : `${text} ${remedy}`;
}

function isRpcError(error: unknown): error is ORPCError<string, unknown> {
  return error instanceof ORPCError;
}
