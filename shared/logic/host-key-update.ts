import {
  matchesKnownHost,
  namesOfKnownHost,
  type HmacSha1,
  type KnownHostEntry,
  type KnownHostPlace,
  type OfferedKey,
} from '../parse/known-hosts.ts';

/** What a host that was told apart by a known key has said of its other keys. */
export interface HeldKeys {
  /** The key that the connection was made with. */
  readonly trusted: OfferedKey;
  /** Every key that the host has proven to hold on that connection. */
  readonly held: readonly OfferedKey[];
  /** The types that it could have proven. */
  readonly usableTypes: ReadonlySet<string>;
}

/** What to change in known_hosts: keys to add, and lines to remove. */
export interface HostKeyUpdate {
  readonly add: readonly OfferedKey[];
  readonly remove: readonly KnownHostEntry[];
}

/** More keys than this no honest host has. */
const MAX_KEYS = 20;
const NOTHING: HostKeyUpdate = { add: [], remove: [] };

/**
 * UpdateHostKeys as OpenSSH does it (clientloop.c, client_input_hostkeys): keys that the host holds and that nobody knows are added,
 * and lines with keys that it holds no longer are removed. Nothing at all is changed where the trusted key is not known from
 * `files` (those that may be written), an authority vouches for the host, a line about it names others too, or a key to
 * be removed is known under another name. A revoked key is never added.
 */
export function planHostKeyUpdate(
  entries: readonly KnownHostEntry[],
  host: KnownHostPlace,
  { trusted, held, usableTypes }: HeldKeys,
  files: ReadonlySet<string>,
  hmac: HmacSha1,
): HostKeyUpdate {
  const names = namesOfKnownHost(host).filter((name) => name !== null);
  const [name = ''] = names;
  const about = entries.filter((entry) => names.some((one) => matchesKnownHost(entry.names, one, hmac)));
  const named = about.filter((entry) => matchesKnownHost(entry.names, name, hmac));
  const lines = named.filter(({ marker, file }) => marker === null && files.has(file));
  const isVouchedFor = about.some(({ marker }) => marker === 'cert-authority');
  const knows = (list: readonly OfferedKey[], { key }: { readonly key: string }) => list.some((one) => one.key === key);
  const known = lines.map(({ keyType: type, key }) => ({ type, key }));
  if (isVouchedFor || held.length > MAX_KEYS || !knows(known, trusted) || !knows(held, trusted)) return NOTHING;

  const isRevoked = ({ key }: OfferedKey) => about.some((line) => line.marker === 'revoked' && line.key === key);
  const add = held.filter((key) => usableTypes.has(key.type) && !knows(known, key) && !isRevoked(key));
  const remove = lines.filter((line) => usableTypes.has(line.keyType) && !knows(held, line));
  const isElsewhere = entries.some(
    (entry) => entry.marker === null && !named.includes(entry) && remove.some(({ key }) => key === entry.key),
  );
  return isElsewhere || lines.some(namesOthers) ? NOTHING : { add, remove };
}

function namesOthers({ names }: KnownHostEntry): boolean {
  return names.kind === 'patterns' && (names.patterns.length > 1 || names.patterns.some((name) => /[*?!]/.test(name)));
}
