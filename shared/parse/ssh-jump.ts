import { isAlias } from './ssh-alias.ts';
import { isUserName } from './address.ts';

/** One hop of ProxyJump as it is written. Null: what the configuration of the hop says. */
export interface Jump {
  readonly address: string;
  readonly port: number | null;
  readonly user: string | null;
}

/**
 * Reads the value of ProxyJump: `[user@]host[:port]` or `ssh://[user@]host[:port]`, separated by commas, in the order of the way.
 * Null when a hop is not understood, or could not be handed to ssh.
 */
export function parseJumps(text: string): readonly Jump[] | null {
  const jumps = text.split(',').map((hop) => parseJump(hop.trim()));
  return jumps.every((jump) => jump !== null) ? jumps : null;
}

function parseJump(text: string): Jump | null {
  const isUri = /^ssh:\/\//i.test(text);
  const plain = isUri ? text.slice('ssh://'.length).replace(/\/$/, '') : text;
  const at = plain.lastIndexOf('@');
  const user = at === -1 ? null : decoded(plain.slice(0, at), isUri);
  const [, bracketed, name = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(plain.slice(at + 1)) ?? [];
  const address = bracketed ?? name;
  const number = port === undefined ? null : Number(port);
  if (!isAlias(address) || (user !== null && !isUserName(user))) return null;
  if (number !== null && (number < 1 || number > 65535)) return null;
  return { address, port: number, user };
}

function decoded(user: string, isUri: boolean): string {
  try {
    // What follows a semicolon are parameters of the connection, which ssh reads over as well.
    return isUri ? decodeURIComponent(user.replace(/;.*$/s, '')) : user;
  } catch {
    return '';
  }
}
