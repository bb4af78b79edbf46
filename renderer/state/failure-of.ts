import { ORPCError } from '@orpc/client';
import { BerthError, Failure, failure } from '../../shared/errors/failure.ts';
import { describe } from '../../shared/errors/describe.ts';

/** The Failure in whatever a call to the core rejected with. What has none is a connection that broke in mid-call. */
export function failureOf(error: unknown): Failure {
  if (error instanceof BerthError) return error.failure;
  if (error instanceof ORPCError) {
    const told = Failure.safeParse(error.data);
    if (told.success) return told.data;
    return failure('internal', { logId: error.code });
  }
  return failure('connection.lost');
}

/** A failure in one line: what is wrong, then what to do. */
export function failureText(reason: Failure): string {
  const { text, remedy } = describe(reason);
  return remedy === '' ? text : `${text} ${remedy}`;
}
