import { join } from 'node:path';
import { cleanText } from '../../../shared/parse/text.ts';
import type { NotUnderstood } from '../../../shared/model/connection-path.ts';
import type { SshRoute, SshWish } from '../ssh/ssh-route.ts';
import { parseAlgorithmRule } from './algorithm-rule.ts';
import type { SshOptions } from './effective-options.ts';
import { expandPath, expandTokens, type TokenValues } from './expand-tokens.ts';
import type { KeyTraits } from './key-traits.ts';

/** What this workstation adds to the options of a host. */
export interface Workstation {
  readonly home: string;
  readonly user: string;
  readonly userId: number;
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly agentSocket: string | null;
  /** The key files of ssh's own, in its order. */
  readonly defaultKeyFiles: readonly string[];
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  keyTraits(path: string): Promise<KeyTraits>;
  hasKerberosTicket(): Promise<boolean>;
}

/** A route without its jumps, and the list of ProxyJump that leads to them; null: none. */
export interface SingleRoute {
  readonly route: SshRoute;
  readonly proxyJump: string | null;
}

/** Still in the list of some versions, and of no use to anybody. */
const DEAD_KEYS = /\/id_(?:dsa|xmss)$/;

/** What the built-in transport does in its own way; set to another value than ssh's, only ssh can do it. Keywords as ssh_config(5) writes them. */
const ONLY_OPENSSH = [
  ...['BindAddress', 'BindInterface', 'CheckHostIP', 'ConnectionAttempts', 'HostbasedAuthentication'],
  ...['KbdInteractiveAuthentication', 'KnownHostsCommand', 'LocalCommand', 'NoHostAuthenticationForLocalhost'],
  ...['PasswordAuthentication', 'PreferredAuthentications', 'PubkeyAuthentication', 'RevokedHostKeys'],
  ...['SecurityKeyProvider', 'VerifyHostKeyDNS'],
] as const;

/** Turns options into a route. `defaults`: what ssh says without any configuration; null: the options are set ones only. */
export async function routeFromOptions(
  wish: SshWish,
  options: SshOptions,
  defaults: SshOptions | null,
  notUnderstood: readonly NotUnderstood[],
  here: Workstation,
): Promise<SingleRoute> {
  const first = (keyword: string) => options.get(keyword)?.[0] ?? null;
  const isDefault = (keyword: string) => sameValues(options.get(keyword), defaults?.get(keyword));
  const needs: string[] = [];
  // What is as ssh would have it anyway is left to each transport.
  const set = (keyword: string) => (defaults !== null && isDefault(keyword) ? null : first(keyword));
  const rule = (keyword: string) => {
    const value = set(keyword);
    return value === null ? null : parseAlgorithmRule(value);
  };

  const address = first('hostname') ?? wish.address;
  const port = Number(first('port') ?? 22);
  const user = first('user') ?? here.user;
  const jumpText = orNull(first('proxyjump'));
  const hostKeyName = first('hostkeyalias')?.toLowerCase() ?? null;
  const tokens: TokenValues = {
    d: here.home,
    h: address,
    i: String(here.userId),
    k: hostKeyName ?? wish.address,
    L: here.name.replace(/\..*$/s, ''),
    l: here.name,
    n: wish.address,
    p: String(port),
    r: user,
    u: here.user,
  };
  const path = (text: string, keyword: string) => {
    const { text: expanded, unknown } = expandPath(text, tokens, here.env, here.home);
    needs.push(...unknown.map((token) => `${token} in ${keyword}`));
    return expanded;
  };

  const named = (options.get('identityfile') ?? []).filter((file) => file.toLowerCase() !== 'none');
  const keyFilesByDefault = wish.keyFile === null && (!options.has('identityfile') || isDefault('identityfile'));
  const keyFiles =
    wish.keyFile !== null
      ? [expandHome(wish.keyFile, here.home)]
      : keyFilesByDefault
        ? here.defaultKeyFiles
        : named.filter((file) => !DEAD_KEYS.test(file)).map((file) => path(file, 'IdentityFile'));

  const traits = await Promise.all(keyFiles.map((file) => here.keyTraits(file)));
  const certificateFiles = [
    ...(options.get('certificatefile') ?? []).filter(isSet).map((file) => path(file, 'CertificateFile')),
    ...keyFiles.filter((_, index) => traits[index]?.hasCertificate).map((file) => `${file}-cert.pub`),
  ];
  if (certificateFiles.length > 0) needs.push('a user certificate');
  for (const [index, file] of keyFiles.entries()) if (traits[index]?.isFido) needs.push(`a security key (${file})`);

  const proxyCommand = jumpText === null ? orNull(first('proxycommand')) : null;
  if (proxyCommand !== null) needs.push('ProxyCommand');
  const pkcs11 = orNull(first('pkcs11provider'));
  if (pkcs11 !== null) needs.push(`PKCS#11 provider ${cleanText(pkcs11, 200)}`);
  if (first('gssapiauthentication') === 'yes' && (await here.hasKerberosTicket())) needs.push('GSSAPI');
  for (const name of defaults === null ? [] : ONLY_OPENSSH) {
    const keyword = name.toLowerCase();
    if (options.has(keyword) && !isDefault(keyword)) needs.push(cleanText(`${name} ${first(keyword) ?? ''}`, 120));
  }

  const knownHosts = (keyword: string, usual: readonly string[]) =>
    !options.has(keyword) || isDefault(keyword)
      ? usual
      : (options.get(keyword) ?? []).filter(isSet).map((file) => path(file, keyword));

  const route: SshRoute = {
    wish: { address: wish.address, port: wish.port, user: wish.user, keyFile: wish.keyFile },
    address,
    port,
    user,
    hostKeyName,
    keyFiles,
    keyFilesByDefault,
    keyFilesOnly: wish.keyFile !== null || isYes(first('identitiesonly')),
    certificateFiles: [...new Set(certificateFiles)],
    agentSocket: agentSocketOf(first('identityagent'), here, (text) => path(text, 'IdentityAgent')),
    jumps: [],
    proxyCommand: proxyCommand === null ? null : expandTokens(proxyCommand, tokens).text,
    userKnownHosts: knownHosts('userknownhostsfile', here.userKnownHosts),
    globalKnownHosts: knownHosts('globalknownhostsfile', here.globalKnownHosts),
    strictHostKeyChecking: strictness(first('stricthostkeychecking')),
    connectTimeoutMs: milliseconds(first('connecttimeout')),
    addressFamily: family(first('addressfamily')),
    algorithms: {
      keyExchange: rule('kexalgorithms'),
      hostKey: rule('hostkeyalgorithms'),
      cipher: rule('ciphers'),
      mac: rule('macs'),
      userKey: rule('pubkeyacceptedalgorithms'),
    },
    minimumRsaBits: bits(set('requiredrsasize')),
    // Without a word about it, ssh does so unless the files of known hosts are others than its own, or DNS vouches for keys.
    updateHostKeys: isYes(
      first('updatehostkeys') ?? (options.has('userknownhostsfile') || options.has('verifyhostkeydns') ? 'no' : 'yes'),
    ),
    hashKnownHosts: isYes(first('hashknownhosts')),
    needsOpenSsh: [...new Set(needs)],
    resolvedBy: defaults === null ? 'built-in' : 'ssh -G',
    notUnderstood,
  };
  return { route, proxyJump: jumpText === null ? null : expandTokens(jumpText, tokens).text };
}

function sameValues(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a?.length === b?.length && (a ?? []).every((value, index) => value === b?.[index]);
}

/** A path as people write it in Berth: only `~/` means something. */
function expandHome(path: string, home: string): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

function isSet(value: string): boolean {
  return value.toLowerCase() !== 'none';
}

function orNull(value: string | null): string | null {
  return value !== null && isSet(value) ? value : null;
}

function isYes(value: string | null): boolean {
  return value === 'yes' || value === 'true';
}

function agentSocketOf(value: string | null, here: Workstation, path: (text: string) => string): string | null {
  if (value === null || value === 'SSH_AUTH_SOCK') return here.agentSocket;
  if (!isSet(value)) return null;
  const variable = /^\$(\w+)$/.exec(value)?.[1];
  return variable === undefined ? path(value) : (here.env[variable] ?? null);
}

function strictness(value: string | null): SshRoute['strictHostKeyChecking'] {
  switch (value?.toLowerCase()) {
    case 'yes':
    case 'true':
      return 'yes';
    case 'no':
    case 'off':
    case 'false':
      return 'no';
    case 'accept-new':
      return 'accept-new';
    default:
      return 'ask';
  }
}

function family(value: string | null): SshRoute['addressFamily'] {
  const name = value?.toLowerCase();
  return name === 'inet' || name === 'inet6' ? name : 'any';
}

function bits(value: string | null): number | null {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) : null;
}

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A time of ssh: `90`, `1m30s`; null for none and for what is no time. */
function milliseconds(value: string | null): number | null {
  if (value === null || !/^(?:\d+[smhdw]?)+$/i.test(value)) return null;
  let seconds = 0;
  for (const [, count = '', unit = ''] of value.matchAll(/(\d+)([smhdw]?)/gi)) {
    seconds += Number(count) * (SECONDS[unit.toLowerCase()] ?? 1);
  }
  return seconds > 0 ? seconds * 1000 : null;
}
