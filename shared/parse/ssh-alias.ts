import { isAddress } from './address.ts';

const MAX_ALIAS = 255;

// Letters and digits of any script and what names hold besides. Nothing that a shell, a URL or ssh's own [user@]host[:port] lists
// give a meaning to; OpenSSH refuses most of that as well (valid_hostname() of misc.c).
const ALIAS = /^[\p{L}\p{N}_.:+][\p{L}\p{N}_.:+%=-]*$/u;

/** True for what may be handed to ssh as a host: an address, or a name that the ssh configuration gives a meaning to. */
export function isAlias(text: string): boolean {
  return isAddress(text) || (text.length <= MAX_ALIAS && ALIAS.test(text));
}
