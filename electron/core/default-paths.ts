import { homedir, userInfo } from 'node:os';
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
  /** The ssh configuration; left out where none is read, as in the demo. */
  readonly config?: SshConfigFiles | undefined;
}

/** Where ssh looks for its configuration, and ssh itself. */
export interface SshConfigFiles {
  readonly userFile: string;
  readonly systemFile: string | null;
  /** What relative names in an Include of the system's file are below. */
  readonly systemFolder: string;
  /** OpenSSH's client, by name or path; null: it is not to be asked. */
  readonly program: string | null;
  /**
   * Whether ssh finds `userFile` by itself. It looks into the home of the account, whatever HOME says: where HOME is another folder,
   * ssh is told the file, and then reads no other.
   */
  readonly isUsual: boolean;
}

export function defaultSshFiles(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): SshFiles {
  const folder = join(homedir(), '.ssh');
  return {
    userKnownHosts: join(folder, 'known_hosts'),
    systemKnownHosts: platform === 'win32' ? [] : ['/etc/ssh/ssh_known_hosts'],
    // In the order in which ssh tries them.
    defaultKeyFiles: ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'].map((name) =>
      join(folder, name),
    ),
    agentSocket: env['SSH_AUTH_SOCK'] ?? (platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : null),
    config: {
      userFile: join(folder, 'config'),
      ...systemConfig(platform, env),
      program: 'ssh',
      isUsual: homedir() === userInfo().homedir,
    },
  };
}

function systemConfig(platform: NodeJS.Platform, env: NodeJS.ProcessEnv) {
  const systemFolder = platform === 'win32' ? join(env['ProgramData'] ?? 'C:\\ProgramData', 'ssh') : '/etc/ssh';
  return { systemFile: join(systemFolder, 'ssh_config'), systemFolder };
}
