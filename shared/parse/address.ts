import { fail, succeed, type Result } from '../errors/result.ts';
import { hostLimits } from '../model/host-limits.ts';

/**
 * Where to connect, as one would tell ssh. What is null was not said: the ssh configuration decides. `address` is a name (one of
 * that configuration, too) or an IP address, IPv6 without brackets.
 */
export interface Address {
  readonly user: string | null;
  readonly address: string;
  readonly port: number | null;
}

export const SSH_PORT = 22;

/** No honest address is longer; of a longer one nothing is quoted back. */
const MAX_INPUT = 1000;

// What OpenSSH refuses in user names, for they may end up in shells of others; and what cannot be told from host and port.
const BAD_IN_USER = /[\s\p{C}'"`;&<>|(){}$/:@?#[\]*!~]/u;

/**
 * Reads what a person types: `box`, `admin@box`, `box:2222`, `[2001:db8::1]:22`, `2001:db8::1`, `ssh://admin@box:2222`.
 * Names keep their case, which counts in the ssh configuration. Fails with `input.*`, and says which part is wrong.
 */
export function parseAddress(text: string): Result<Address> {
  const input = text.trim();
  if (input === '') return fail('input.address-empty');
  if (input.length > MAX_INPUT) return fail('input.text-too-long', { max: MAX_INPUT });
  if (/\p{Cc}/u.test(input)) return fail('input.control-characters');

  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(input);
  if (scheme && scheme[1]?.toLowerCase() !== 'ssh') return fail('input.scheme-unknown', { value: `${scheme[1]}://` });
  let rest = scheme ? input.slice(scheme[0].length) : input;

  // First of all, so that no part of a password is quoted back by another failure.
  if (/^[^@[]*:.*@/s.test(rest)) return fail('input.password-in-url');
  const space = /\s.*$/s.exec(rest);
  if (space) return fail('input.trailing-text', { value: space[0].trim() });
  if (scheme) {
    const tail = /[/?#].*$/s.exec(rest)?.[0] ?? '';
    if (tail !== '' && tail !== '/') return fail('input.trailing-text', { value: tail });
    rest = rest.slice(0, rest.length - tail.length);
  }

  const at = rest.lastIndexOf('@');
  // In a URL the zone of an IPv6 address has its percent sign encoded.
  const host = scheme ? rest.slice(at + 1).replace('%25', '%') : rest.slice(at + 1);
  const user = at === -1 ? succeed(null) : parseUser(rest.slice(0, at), scheme !== null);
  if (!user.ok) return user;
  const place = parsePlace(host);
  return place.ok ? succeed({ user: user.value, ...place.value }) : place;
}

/** The opposite of `parseAddress`: `admin@box`, `[2001:db8::1]:2222`; a port of 22 only where it was said. */
export function formatAddress({ user, address, port }: Address): string {
  const shownPort = port === null ? '' : `:${port}`;
  const host = address.includes(':') ? `[${address}]` : address;
  return `${user === null ? '' : `${user}@`}${host}${shownPort}`;
}

/** True for a name or an IP address that a host may have in the inventory. */
export function isAddress(text: string): boolean {
  return isIpv6(text) || isIpv4(text) || isName(text);
}

/** True for a user name that may be handed to ssh. */
export function isUserName(text: string): boolean {
  return (
    text !== '' &&
    text.length <= hostLimits.user &&
    !text.startsWith('-') &&
    !/\\$/.test(text) &&
    !BAD_IN_USER.test(text)
  );
}

function parseUser(text: string, encoded: boolean): Result<string> {
  let user = text;
  if (encoded) {
    try {
      user = decodeURIComponent(text);
    } catch {
      return fail('input.user-invalid', { value: text });
    }
    // An encoded colon is as much a password's as a plain one.
    if (user.includes(':')) return fail('input.password-in-url');
  }
  return isUserName(user) ? succeed(user) : fail('input.user-invalid', { value: user });
}

function parsePlace(text: string): Result<Omit<Address, 'user'>> {
  const bracketed = /^\[([^\]]*)\](.*)$/s.exec(text);
  if (bracketed) {
    const [, address = '', after = ''] = bracketed;
    if (!isIpv6(address)) return fail('input.address-invalid', { value: address });
    if (after !== '' && !after.startsWith(':')) return fail('input.trailing-text', { value: after });
    return withPort(address, after === '' ? null : after.slice(1));
  }
  if (isIpv6(text)) return withPort(text, null);
  const colon = text.indexOf(':');
  const address = colon === -1 ? text : text.slice(0, colon);
  if (address === '') return fail('input.address-empty');
  if (!isIpv4(address) && !isName(address)) return fail('input.address-invalid', { value: address });
  // Two colons or more, and no IPv6 address: say that, and not that the port is wrong.
  if (colon !== text.lastIndexOf(':')) return fail('input.address-invalid', { value: text });
  return withPort(address, colon === -1 ? null : text.slice(colon + 1));
}

function withPort(address: string, port: string | null): Result<Omit<Address, 'user'>> {
  if (port === null) return succeed({ address, port: null });
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65535) return fail('input.port-invalid', { value: port });
  return succeed({ address, port: number });
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** A DNS name, or one of the ssh configuration: labels of letters, digits, dashes, underscores; a final dot is fine. */
function isName(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  if (text.length > 253 || labels.every((label) => /^\d+$/.test(label))) return false;
  return labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));
}

function isIpv6(text: string): boolean {
  const [address = '', zone, ...more] = text.split('%');
  if (more.length > 0 || (zone !== undefined && !/^[\w.-]{1,32}$/.test(zone))) return false;
  const halves = address.split('::');
  if (halves.length > 2 || !address.includes(':')) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1) ?? '';
  const endsInIpv4 = last.includes('.') && isIpv4(last) && (groups.at(-1)?.length ?? 0) > 0;
  const hex = endsInIpv4 ? all.slice(0, -1) : all;
  if (!hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const width = hex.length + (endsInIpv4 ? 2 : 0);
  return halves.length === 2 ? width <= 7 : width === 8;
}
