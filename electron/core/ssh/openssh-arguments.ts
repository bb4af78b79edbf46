import { BerthError } from '../../../shared/errors/failure.ts';
import { expandHome } from './key-files.ts';
import { shellQuote } from './shell-quote.ts';
import type { SshPlace } from './ssh-connection.ts';

/** How OpenSSH's client is called here. */
export interface OpenSshProgram {
  /** By name or path. */
  readonly program: string;
  /** The configuration that it is told to read instead of the user's and the system's; null: those. */
  readonly configFile: string | null;
}

/** A host that says nothing for three of these is gone: found out within 30 s. */
const ALIVE_INTERVAL_S = 10;
const ALIVE_COUNT = 2;

/**
 * The arguments of an `ssh -M` to a place. Everything is as the configuration has it, but for what a connection of Berth's is: one
 * that carries commands alone, asks once and is over with this process. `via`: the control socket of the jump host before it.
 * `isKnownToUser`: a file of the user's has a key of the place.
 */
export function masterArguments(
  ssh: OpenSshProgram,
  place: SshPlace,
  controlPath: string,
  via: string | null,
  berthKnownHosts: string,
  isKnownToUser: boolean,
  timeoutMs: number,
): readonly string[] {
  const { wish, strictHostKeyChecking, userKnownHosts, updateHostKeys, connectTimeoutMs } = place.route;
  const keyFile = place.keyFile ?? wish.keyFile;
  // New keys go to the first file. What a configuration accepts unseen it keeps where ssh does, and so what UpdateHostKeys finds: it
  // takes the host out of the other files.
  const known =
    strictHostKeyChecking === 'accept-new' || (updateHostKeys && isKnownToUser)
      ? [...userKnownHosts, berthKnownHosts]
      : [berthKnownHosts, ...userKnownHosts];
  return [
    ...(ssh.configFile === null ? [] : ['-F', ssh.configFile]),
    ...['-M', '-N', '-T', '-a', '-x'],
    ...option('ControlPath', escapeTokens(controlPath, place)),
    ...option('ControlPersist', 'no'),
    ...option('BatchMode', 'no'),
    ...option('NumberOfPasswordPrompts', '1'),
    ...option('ServerAliveInterval', String(ALIVE_INTERVAL_S)),
    ...option('ServerAliveCountMax', String(ALIVE_COUNT)),
    ...option('ClearAllForwardings', 'yes'),
    ...option('RemoteCommand', 'none'),
    ...option('RequestTTY', 'no'),
    ...option('EscapeChar', 'none'),
    // Tells which keys and ways were tried.
    ...option('LogLevel', 'DEBUG1'),
    ...(connectTimeoutMs === null ? option('ConnectTimeout', String(Math.ceil(timeoutMs / 1000))) : []),
    // No key is ever taken unseen because a file says “any”.
    ...(strictHostKeyChecking === 'no' ? option('StrictHostKeyChecking', 'ask') : []),
    // Named, since ssh would not do it by itself with other files than its own; and `ask` would ask when nobody listens any more.
    ...option('UpdateHostKeys', updateHostKeys ? 'yes' : 'no'),
    ...option('UserKnownHostsFile', known.map((file) => quoteWord(escapeTokens(file, place))).join(' ')),
    ...(via === null ? [] : option('ProxyCommand', escapeTokens(proxyCommand(ssh, place, via), place))),
    ...(wish.port === null ? [] : ['-p', String(wish.port)]),
    ...(wish.user === null ? [] : ['-l', wish.user]),
    ...(keyFile === null
      ? []
      : [
          ...option('IdentitiesOnly', 'yes'),
          ...option('IdentityFile', quoteWord(escapeTokens(expandHome(keyFile), place))),
        ]),
    '--',
    wish.address,
  ];
}

/** The command that reaches a place over the open connection to the jump host before it, and over nothing else. */
function proxyCommand({ program }: OpenSshProgram, { address, port }: SshPlace, via: string): string {
  const words = [program, '-F', 'none', '-S', via, '-o', 'ProxyCommand=false', '-W', `[${address}]:${String(port)}`];
  // ssh has its shell `exec` it.
  return [...words, '--', 'jump'].map(shellQuote).join(' ');
}

function option(keyword: string, value: string): readonly string[] {
  return ['-o', `${keyword}=${value}`];
}

/** `%` begins a token in paths and commands. */
function escapeTokens(text: string, { address }: SshPlace): string {
  // `${NAME}` is expanded in some values, and cannot be written otherwise.
  if (!/\$\{|[\0\r\n]/.test(text)) return text.replaceAll('%', '%%');
  throw new BerthError('ssh.openssh-failed', {
    address,
    detail: 'a path with ${ or a line break cannot be handed to it',
  });
}

/** One word of a list in a configuration line. */
function quoteWord(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
