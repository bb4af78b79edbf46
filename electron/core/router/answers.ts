import { ORPCError, os } from '@orpc/server';
import { BerthError, failure } from '../../../shared/errors/failure.ts';
import type { Session } from '../sessions.ts';

/** What every answer of the core knows: who asks. */
export interface AnswerContext {
  readonly session: Session;
}

/** Every error leaves as a Failure; what has no code is logged. */
export const errorsAsFailures = os.$context<AnswerContext>().middleware(async ({ next, context }) => {
  try {
    return await next();
  } catch (error) {
    if (error instanceof ORPCError) throw error;
    const reason =
      error instanceof BerthError
        ? error.failure
        : failure('internal', { logId: context.session.core().log.error('rpc', 'A request failed', error) });
    throw new ORPCError('FAILURE', { status: 400, data: reason });
  }
});

/** A stream always has a signal over our transports; without one it would never be told to end. */
export function endOf(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal;
}
