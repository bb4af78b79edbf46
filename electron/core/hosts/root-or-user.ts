import { BerthError } from '../../../shared/errors/failure.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import type { SshConnection } from '../ssh/ssh-connection.ts';
import type { HostAccess } from './host-access.ts';

/** Connections whose root was refused for scripts: rules of sudo may allow single commands only. */
const refused = new WeakSet<SshConnection>();

/**
 * Runs something on a host as root where that can be had, else as the login user (`root` null). How root is had must be among the facts. Rejects
 * with `privilege.password-wrong` where that is: it is a matter for whoever gave it.
 */
export async function asRootOrUser<T>(
  hosts: Pick<HostAccess, 'rootAccess'>,
  connection: SshConnection,
  run: (root: RootAccess | null) => Promise<T>,
): Promise<T> {
  const root = hosts.rootAccess(connection.target.hostId);
  if (root.kind === 'none' || refused.has(connection)) return run(null);
  try {
    return await run(root);
  } catch (error) {
    const isRefused = error instanceof BerthError && error.failure.code.startsWith('privilege.');
    if (!isRefused || error.failure.code === 'privilege.password-wrong') throw error;
    if (root.kind !== 'sudo-password') refused.add(connection);
    return run(null);
  }
}
