import { hostname, userInfo } from 'node:os';

/** Who runs Berth and where, for the history and as the default login name. */
export function thisComputer(): { readonly user: string; readonly workstation: string } {
  return { user: userName(), workstation: hostname().split('.')[0] ?? 'localhost' };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in passwd, as in some containers.
    return process.env['USER'] ?? 'unknown';
  }
}
