import ssh2, {
  type Algorithms,
  type CipherAlgorithm,
  type KexAlgorithm,
  type MacAlgorithm,
  type ServerHostKeyAlgorithm,
} from 'ssh2';
import { matchesPattern } from '../../../shared/parse/ssh-config-patterns.ts';
import type { AcceptedKeys } from './identities.ts';
import { readKeyBlob } from './key-blob.ts';
import { showAlgorithms } from './kex-init.ts';
import type { AlgorithmRule, RouteAlgorithms, SshRoute } from './ssh-route.ts';

/** What can be offered, best first. `usual`: without being asked for; `also`: where the configuration names it. */
interface Offer {
  readonly keyword: string;
  readonly usual: readonly string[];
  readonly also: readonly string[];
}

/** No SHA-1 in what a host or a user proves itself with, as in OpenSSH; ssh2's own lists elsewhere. */
const OFFERS: Readonly<Record<keyof RouteAlgorithms, Offer>> = {
  keyExchange: {
    keyword: 'KexAlgorithms',
    usual: [
      ...['curve25519-sha256@libssh.org', 'curve25519-sha256'],
      ...['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521', 'diffie-hellman-group-exchange-sha256'],
      ...['diffie-hellman-group14-sha256', 'diffie-hellman-group15-sha512', 'diffie-hellman-group16-sha512'],
      ...['diffie-hellman-group17-sha512', 'diffie-hellman-group18-sha512'],
    ],
    also: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  },
  hostKey: {
    keyword: 'HostKeyAlgorithms',
    usual: [
      ...['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
      ...['rsa-sha2-512', 'rsa-sha2-256'],
    ],
    also: ['ssh-rsa'],
  },
  cipher: {
    keyword: 'Ciphers',
    usual: [
      ...['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
      'chacha20-poly1305@openssh.com',
    ],
    also: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  },
  mac: {
    keyword: 'MACs',
    usual: [
      ...['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha1-etm@openssh.com'],
      ...['hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha1'],
    ],
    also: ['hmac-md5', 'hmac-sha1-96', 'hmac-md5-96'],
  },
  userKey: {
    keyword: 'PubkeyAcceptedAlgorithms',
    usual: [
      ...['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
      ...['rsa-sha2-512', 'rsa-sha2-256'],
    ],
    also: [],
  },
};

/** What ssh2 calls the lists. Those of keys are known to work wherever it runs. */
const SSH2_LISTS = { keyExchange: 'kex', cipher: 'cipher', mac: 'hmac' } as const;

const LISTS = Object.keys(OFFERS) as (keyof RouteAlgorithms)[];
const able = new Map<keyof RouteAlgorithms, ReadonlySet<string>>();

/** What of an offer this machine can do: ciphers and hashes depend on the library that Node or Electron was built with. */
function ableTo(list: keyof RouteAlgorithms): ReadonlySet<string> {
  const known = able.get(list);
  if (known) return known;
  const { usual, also } = OFFERS[list];
  const names = [...usual, ...also];
  const found = new Set(
    list === 'hostKey' || list === 'userKey' ? names : names.filter((name) => doesSsh2(SSH2_LISTS[list], name)),
  );
  able.set(list, found);
  return found;
}

/** ssh2 tells nobody what it can do, but refuses what it cannot before it looks at the (missing) user name. */
function doesSsh2(list: 'kex' | 'cipher' | 'hmac', name: string): boolean {
  try {
    new ssh2.Client().connect({ algorithms: { [list]: [name] } });
  } catch (error) {
    return !(error instanceof Error && error.message.startsWith('Unsupported algorithm'));
  }
  return true;
}

/** The names of a list that may be offered, in the order of the configuration; null: it says nothing about the list. */
export function offered(list: keyof RouteAlgorithms, { algorithms }: Pick<SshRoute, 'algorithms'>): string[] | null {
  const rule = algorithms[list];
  return rule && [...new Set(applied(rule, OFFERS[list]))].filter((name) => ableTo(list).has(name));
}

function applied({ how, names }: AlgorithmRule, { usual, also }: Offer): readonly string[] {
  const meant = names.flatMap((pattern) => [...usual, ...also].filter((name) => matchesPattern(name, pattern)));
  switch (how) {
    case 'only':
      return meant;
    case 'append':
      return [...usual, ...meant];
    case 'prepend':
      return [...meant, ...usual];
    case 'remove':
      return usual.filter((name) => !meant.includes(name));
  }
}

/** The lists that the configuration sets and of which nothing can be done here, in words, each with what could be. */
export function lackingAlgorithms(route: Pick<SshRoute, 'algorithms'>): readonly string[] {
  return LISTS.flatMap((list) => {
    const rule = route.algorithms[list];
    if (!rule || offered(list, route)?.length !== 0) return [];
    const theirs = showAlgorithms(rule.names);
    return [`${OFFERS[list].keyword} ${theirs} (the built-in transport has ${showAlgorithms([...ableTo(list)])})`];
  });
}

/** The host key algorithms to be offered, those of known types first: a host is asked for the key that can be checked, as OpenSSH does. */
export function hostKeyAlgorithms(
  route: Pick<SshRoute, 'algorithms'>,
  knownTypes: readonly string[],
): ServerHostKeyAlgorithm[] {
  const names = offered('hostKey', route) ?? OFFERS.hostKey.usual;
  const isKnown = (name: string) => knownTypes.includes(keyTypeOfAlgorithm(name));
  return [...names.filter(isKnown), ...names.filter((name) => !isKnown(name))] as ServerHostKeyAlgorithm[];
}

/** The type of key that an algorithm needs: RSA signs in several ways. */
export function keyTypeOfAlgorithm(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;
}

/** The rest of the lists as ssh2 takes them; what the configuration says nothing about is ssh2's own. */
export function ssh2Algorithms(route: Pick<SshRoute, 'algorithms'>): Algorithms {
  const [kex, cipher, hmac] = [offered('keyExchange', route), offered('cipher', route), offered('mac', route)];
  // What ssh2 has said that it can do.
  return {
    ...(kex && { kex: kex as KexAlgorithm[] }),
    ...(cipher && { cipher: cipher as CipherAlgorithm[] }),
    ...(hmac && { hmac: hmac as MacAlgorithm[] }),
  };
}

/** Which keys of the user may be offered. ssh2 might choose any way for RSA: an explicit list pins it to the first of its own. */
export function acceptedKeys(route: Pick<SshRoute, 'algorithms' | 'minimumRsaBits'>): AcceptedKeys {
  const names = offered('userKey', route);
  return (blob) => {
    const { type, rsaBits } = readKeyBlob(blob);
    const minimum = route.minimumRsaBits;
    if (minimum !== null && rsaBits !== null && rsaBits < minimum) {
      return { refusal: `RequiredRSASize is ${String(minimum)}, and it has ${String(rsaBits)} bits` };
    }
    const rsa = names?.find((name) => name === 'rsa-sha2-512' || name === 'rsa-sha2-256');
    const isAccepted = names === null || (type === 'ssh-rsa' ? rsa !== undefined : names.includes(type));
    return isAccepted
      ? { algorithm: type === 'ssh-rsa' ? rsa : undefined }
      : { refusal: `PubkeyAcceptedAlgorithms is without ${type}` };
  };
}
