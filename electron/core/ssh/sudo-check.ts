import { randomBytes } from 'node:crypto';
import type { RootAccess } from './root-access.ts';
import { openShell } from './root-shell.ts';
import type { SshConnection } from './ssh-connection.ts';

/**
 * Checks on the host whether sudo starts a shell, by starting one that does nothing. Rejects with `privilege.*` or `ssh.*`;
 * a wrong password counts as one attempt there.
 */
export async function checkSudo(connection: SshConnection, root: RootAccess): Promise<void> {
  const over = new AbortController();
  try {
    const nonce = randomBytes(16).toString('hex');
    const { channel } = await openShell(connection, root, 'sudo-check', nonce, [], over.signal);
    channel.stdin.end();
    channel.stdout.resume();
    channel.stderr.resume();
    await channel.exit;
  } finally {
    over.abort();
  }
}
