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

/**
 * Where a host is reached, as known_hosts names it. `alias` (HostKeyAlias) is what its key stands under instead, on every port.
 */
export interface KnownHostPlace {
  readonly address: string;
  readonly port: number;
  readonly alias?: string | null | undefined;
}

/** The names that lines about a host may have: the proper one, and for another port than 22 the plain one, looked at second. */
export function namesOfKnownHost({
  address,
  port,
  alias,
}: KnownHostPlace): readonly [name: string, second: string | null] {
  if (typeof alias === 'string') return [alias.toLowerCase(), null];
  const name = knownHostName(address, port);
  const plain = knownHostName(address, SSH_PORT);
  return [name, name === plain ? null : plain];
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
 * - `@cert-authority` lines sign host certificates, and no plain key is ever matched by an authority, so that they say nothing
 *   here: see `hasCertificateAuthority`.
 */
export function judgeHostKey(
  entries: readonly KnownHostEntry[],
  host: KnownHostPlace,
  offered: OfferedKey,
  usableTypes: ReadonlySet<string>,
  hmac: HmacSha1,
): HostKeyVerdict {
  const [name, second] = namesOfKnownHost(host);
  const isOffered = (entry: KnownHostEntry) => entry.keyType === offered.type && entry.key === offered.key;
  const named = entries.filter((entry) => matchesKnownHost(entry.names, name, hmac));
  const plain = second === null ? [] : entries.filter((entry) => matchesKnownHost(entry.names, second, hmac));

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
export function knownKeyTypes(entries: readonly KnownHostEntry[], host: KnownHostPlace, hmac: HmacSha1): string[] {
  const [name, second] = namesOfKnownHost(host);
  const linesOf = (wanted: string) =>
    entries.filter((entry) => entry.marker === null && matchesKnownHost(entry.names, wanted, hmac));
  const named = linesOf(name);
  const found = named.length > 0 || second === null ? named : linesOf(second);
  return [...new Set(found.map((entry) => entry.keyType))];
}

/** Whether an authority is known that may sign the key of this host: then it may show a certificate, which has to be checked. */
export function hasCertificateAuthority(
  entries: readonly KnownHostEntry[],
  host: KnownHostPlace,
  hmac: HmacSha1,
): boolean {
  const names = namesOfKnownHost(host);
  return entries.some(
    ({ marker, names: about }) =>
      marker === 'cert-authority' && names.some((name) => name !== null && matchesKnownHost(about, name, hmac)),
  );
}

/** The line that makes a key known, without line feed. `hash` makes the base64 of a salt and of the HMAC, for a hashed name. */
export function formatKnownHost(
  host: KnownHostPlace,
  offered: OfferedKey,
  hash: ((name: string) => { readonly salt: string; readonly hash: string }) | null = null,
): string {
  const [name] = namesOfKnownHost(host);
  const hashed = hash?.(name);
  return `${hashed ? `|1|${hashed.salt}|${hashed.hash}` : name} ${offered.type} ${offered.key}`;
}

/**
 * A known_hosts file without the plain keys of a host; lines about others keep their bytes. Of a line with several names only this
 * one goes; patterns, and lines with a marker, stay, as do lines with a key that `isKept` wants. `removed` are the lines that were about the host, with their old numbers.
 */
export function withoutKnownHost(
  text: string,
  host: KnownHostPlace,
  hmac: HmacSha1,
  isKept: (line: KnownHostLine) => boolean = () => false,
): { readonly text: string; readonly removed: readonly KnownHostLine[] } {
  const [name] = namesOfKnownHost(host);
  const removed: KnownHostLine[] = [];
  const kept = text.split('\n').flatMap((raw, index) => {
    const line = parseLine(raw, index + 1);
    if (line?.marker !== null || !matchesKnownHost(line.names, name, hmac) || isKept(line)) return [raw];
    if (line.names.kind === 'hashed') {
      removed.push(line);
      return [];
    }
    const others = line.names.patterns.filter((pattern) => pattern.toLowerCase() !== name);
    if (others.length === line.names.patterns.length) return [raw];
    removed.push(line);
    // What is left may be negations alone, which match nobody.
    if (others.every((pattern) => pattern.startsWith('!'))) return [];
    return [raw.replace(/^(\s*)\S+/, (_field, indent: string) => `${indent}${others.join(',')}`)];
  });
  return { text: kept.join('\n'), removed };
}
