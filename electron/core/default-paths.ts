import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Berth keeps its own files: XDG on Linux, the usual places elsewhere. */
export function defaultDataDir(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const home = homedir();
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Berth');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Berth');
  // The XDG specification says that relative paths are to be ignored.
  const dataHome = env['XDG_DATA_HOME'];
  return join(dataHome?.startsWith('/') ? dataHome : join(home, '.local', 'share'), 'berth');
}

/** The files of this user that ssh would use as well. */
export interface SshFiles {
  readonly userKnownHosts: string;
  readonly systemKnownHosts: readonly string[];
  readonly defaultKeyFiles: readonly string[];
  readonly agentSocket: string | null;
}

export function defaultSshFiles(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): SshFiles {
  const folder = join(homedir(), '.ssh');
  return {
    userKnownHosts: join(folder, 'known_hosts'),
    systemKnownHosts: platform === 'win32' ? [] : ['/etc/ssh/ssh_known_hosts'],
    defaultKeyFiles: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(folder, name)),
    agentSocket: env['SSH_AUTH_SOCK'] ?? (platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : null),
  };
}
