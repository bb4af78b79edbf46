/** Whom a line of known_hosts is about: patterns in clear, or one name as the base64 of a salt and of its HMAC-SHA1. */
export type KnownHostNames =
  | { readonly kind: 'patterns'; readonly patterns: readonly string[] }
  | { readonly kind: 'hashed'; readonly salt: string; readonly hash: string };

/** A line of a known_hosts file that OpenSSH would use. `line` counts from 1; `key` is base64 without padding changes. */
export interface KnownHostLine {
  readonly line: number;
  readonly marker: 'revoked' | 'cert-authority' | null;
  readonly names: KnownHostNames;
  readonly keyType: string;
  readonly key: string;
}

/** A line together with the file it is from, as a decision needs it. */
export interface KnownHostEntry extends KnownHostLine {
  readonly file: string;
}

/** Base64 of HMAC-SHA1 with a base64 key: given by the caller, since this code is pure. */
export type HmacSha1 = (saltBase64: string, text: string) => string;

/** A key that a host offers: its type as in known_hosts (`ssh-ed25519`) and its base64. */
export interface OfferedKey {
  readonly type: string;
  readonly key: string;
}

/** What known_hosts says about an offered key. */
export type HostKeyVerdict =
  | { readonly kind: 'known'; readonly entry: KnownHostEntry }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly entry: KnownHostEntry }
  | { readonly kind: 'revoked'; readonly entry: KnownHostEntry };

const SSH_PORT = 22;
/** More than any real file has; a bound for hostile ones. */
const MAX_LINES = 200_000;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Above this many characters a host field or a key is no honest one. */
const MAX_FIELD = 16_384;

/**
 * Reads a known_hosts file (sshd(8), “SSH_KNOWN_HOSTS FILE FORMAT”). Comments, empty and broken lines are left out,
 * as OpenSSH does.
 */
export function parseKnownHosts(text: string): KnownHostLine[] {
  const lines: KnownHostLine[] = [];
  for (const [index, raw] of text.split('\n', MAX_LINES).entries()) {
    const parsed = parseLine(raw, index + 1);
    if (parsed) lines.push(parsed);
  }
  return lines;
}

function parseLine(raw: string, line: number): KnownHostLine | null {
  const fields = raw.trim().split(/[ \t]+/, 5);
  let first = fields[0] ?? '';
  if (first === '' || first.startsWith('#')) return null;
  let marker: KnownHostLine['marker'] = null;
  if (first.startsWith('@')) {
    if (first !== '@revoked' && first !== '@cert-authority') return null;
    marker = first === '@revoked' ? 'revoked' : 'cert-authority';
    fields.shift();
    first = fields[0] ?? '';
  }
  const [, keyType = '', key = ''] = fields;
  const names = parseNames(first);
  if (!names || key.length > MAX_FIELD || !BASE64.test(key) || key.length % 4 !== 0) return null;
  // The key blob begins with its own type: a line whose two types differ is broken.
  if (keyType === '' || blobType(key) !== keyType) return null;
  return { line, marker, names, keyType, key };
}

function parseNames(field: string): KnownHostNames | null {
  if (field === '' || field.length > MAX_FIELD || field.startsWith('@')) return null;
  if (!field.startsWith('|')) return { kind: 'patterns', patterns: field.split(',').filter(Boolean) };
  const [, version, salt = '', hash = '', ...more] = field.split('|');
  if (version !== '1' || more.length > 0 || !BASE64.test(salt) || !BASE64.test(hash)) return null;
  return { kind: 'hashed', salt, hash };
}

/** The type that an SSH key blob (base64) names itself; null when it is not one. */
function blobType(base64: string): string | null {
  // 4 bytes of length, then the name: 96 characters hold the longest name there is (sk certificates).
  let binary: string;
  try {
    binary = decodeBase64(base64.slice(0, 96));
  } catch {
    return null;
  }
  const byte = (index: number) => binary.charCodeAt(index);
  const length = byte(0) * 0x1000000 + byte(1) * 0x10000 + byte(2) * 0x100 + byte(3);
  return length > 0 && length <= binary.length - 4 ? binary.slice(4, 4 + length) : null;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 to a binary string; this folder has no `atob` and no Buffer. */
function decodeBase64(base64: string): string {
  let bits = 0;
  let held = 0;
  let binary = '';
  for (const character of base64.replace(/=+$/, '')) {
    bits = ((bits << 6) | ALPHABET.indexOf(character)) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      binary += String.fromCharCode((bits >> held) & 0xff);
    }
  }
  return binary;
}

/** The name under which known_hosts keeps a host: plain on port 22, `[host]:port` elsewhere, in lower case. */
export function knownHostName(address: string, port: number): string {
  const name = address.toLowerCase();
  return port === SSH_PORT ? name : `[${name}]:${port}`;
}

/** True when a line is about `name` (from `knownHostName`). A negated pattern that matches excludes the whole line. */
export function matchesKnownHost(names: KnownHostNames, name: string, hmac: HmacSha1): boolean {
  if (names.kind === 'hashed') return hmac(names.salt, name) === names.hash;
  let matched = false;
  for (const pattern of names.patterns) {
    const negated = pattern.startsWith('!');
    if (!matchesPattern(name, (negated ? pattern.slice(1) : pattern).toLowerCase())) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** `*` is any run of characters, `?` any one. Linear in practice: only the last `*` is ever tried again. */
function matchesPattern(text: string, pattern: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = pattern[position];
    if (wanted === '*') {
      star = position;
      resume = at;
      position += 1;
    } else if (wanted === '?' || wanted === text[at]) {
      at += 1;
      position += 1;
    } else if (star !== -1) {
      position = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[position] === '*') position += 1;
  return position === pattern.length;
}

/**
 * What the known lines, of all files in order of precedence, say about a key that a host offers. As OpenSSH decides, and
 * in doubt more strictly:
 * - a `@revoked` line with this key refuses it, under `[host]:port` as well as under the plain name;
 * - a line with this very key makes it known; on another port than 22 also a line of the plain name (OpenSSH looks
 *   there second, quietly: a differing key there is no change);
 * - a line with another key of a type that could have been asked for (`usableTypes`) makes it changed, even if the types
 *   differ: known types are asked for first, so that the host does not have that key any more;
 * - `@cert-authority` lines sign host certificates. Berth's transport cannot ask for those, and no plain key is ever
 *   matched by an authority, so that they say nothing here.
 */
export function judgeHostKey(
  entries: readonly KnownHostEntry[],
  host: { readonly address: string; readonly port: number },
  offered: OfferedKey,
  usableTypes: ReadonlySet<string>,
  hmac: HmacSha1,
): HostKeyVerdict {
  const name = knownHostName(host.address, host.port);
  const plainName = knownHostName(host.address, SSH_PORT);
  const isOffered = (entry: KnownHostEntry) => entry.keyType === offered.type && entry.key === offered.key;
  const named = entries.filter((entry) => matchesKnownHost(entry.names, name, hmac));
  const plain = name === plainName ? [] : entries.filter((entry) => matchesKnownHost(entry.names, plainName, hmac));

  const revoked = [...named, ...plain].find((entry) => entry.marker === 'revoked' && isOffered(entry));
  if (revoked) return { kind: 'revoked', entry: revoked };
  const known = [...named, ...plain].find((entry) => entry.marker === null && isOffered(entry));
  if (known) return { kind: 'known', entry: known };
  // The one of the same type tells a reader more.
  const others = named.filter((entry) => entry.marker === null && usableTypes.has(entry.keyType));
  const changed = others.find((entry) => entry.keyType === offered.type) ?? others[0];
  return changed ? { kind: 'changed', entry: changed } : { kind: 'unknown' };
}

/** The types of the keys known for a host, in file order, each once: those to ask the host for first. */
export function knownKeyTypes(
  entries: readonly KnownHostEntry[],
  host: { readonly address: string; readonly port: number },
  hmac: HmacSha1,
): string[] {
  const typesOf = (name: string) =>
    entries.filter((entry) => entry.marker === null && matchesKnownHost(entry.names, name, hmac));
  const named = typesOf(knownHostName(host.address, host.port));
  const found = named.length > 0 ? named : typesOf(knownHostName(host.address, SSH_PORT));
  return [...new Set(found.map((entry) => entry.keyType))];
}

/** The line that makes a key known, without line feed. */
export function formatKnownHost(address: string, port: number, offered: OfferedKey): string {
  return `${knownHostName(address, port)} ${offered.type} ${offered.key}`;
}
