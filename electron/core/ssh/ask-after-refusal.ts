import { BerthError } from '../../../shared/errors/failure.ts';
import type { SshTransport } from './ssh-connection.ts';

/**
 * A remembered password was refused and is forgotten: where a person waits for the connection, he is asked for another one, at a new
 * connection. Nothing is offered by itself then, see `SecretStore`, and where nobody may be asked the failure stands.
 */
export function askAfterRefusal(transport: SshTransport): SshTransport {
  return {
    ...transport,
    async connect(target, signal, manners) {
      try {
        return await transport.connect(target, signal, manners);
      } catch (error) {
        const isRefused = error instanceof BerthError && error.failure.code === 'auth.remembered-refused';
        if (!isRefused || signal.aborted || manners?.mayAsk() === false) throw error;
        return transport.connect(target, signal, manners);
      }
    },
  };
}
