import type { Failure } from '../../../shared/errors/failure.ts';
import type { ConnectionState } from '../../../shared/model/connection.ts';

/** The question that a connection which Berth opened by itself did not ask; null where there is none. */
export function openQuestion(connection: ConnectionState): Failure | null {
  if (connection.kind !== 'failed') return null;
  const { code } = connection.failure;
  return code === 'ssh.host-key-unknown' || code === 'auth.answer-needed' ? connection.failure : null;
}
