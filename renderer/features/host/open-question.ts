import type { Failure, FailureCode } from '../../../shared/errors/failure.ts';
import type { ConnectionState } from '../../../shared/model/connection.ts';

const QUESTIONS: ReadonlySet<FailureCode> = new Set([
  'ssh.host-key-unknown',
  'auth.answer-needed',
  'ssh.host-key-refused',
  'auth.prompt-cancelled',
]);

/**
 * The question that keeps Berth from a host: not asked, because nobody asked for the host, or not answered. Null where
 * something is wrong.
 */
export function openQuestion(connection: ConnectionState): Failure | null {
  if (connection.kind !== 'failed') return null;
  return QUESTIONS.has(connection.failure.code) ? connection.failure : null;
}
