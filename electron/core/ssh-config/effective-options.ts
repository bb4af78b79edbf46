import { isIP } from 'node:net';
import type { NotUnderstood } from '../../../shared/model/connection-path.ts';
import type { ConfigLine } from '../../../shared/parse/ssh-config-lines.ts';
import { splitMatchWords } from '../../../shared/parse/ssh-config-lines.ts';
import { matchesHostLine, matchesPatternList } from '../../../shared/parse/ssh-config-patterns.ts';
import type { SshWish } from '../ssh/ssh-route.ts';
import type { ConfigFile } from './config-files.ts';
import { expandTokens } from './expand-tokens.ts';

/** Values by keyword in lower case, as `ssh -G` prints them: usually one, several of keywords that add up. */
export type SshOptions = ReadonlyMap<string, readonly string[]>;

export interface EffectiveOptions {
  readonly options: SshOptions;
  readonly notUnderstood: readonly NotUnderstood[];
}

/** The first value of each of these counts. What follows the keyword counts as a whole for those marked `line`. */
const FIRST: Readonly<Record<string, 'word' | 'words' | 'line'>> = {
  addressfamily: 'word',
  ciphers: 'word',
  connecttimeout: 'word',
  globalknownhostsfile: 'words',
  hashknownhosts: 'word',
  hostkeyalgorithms: 'word',
  hostkeyalias: 'word',
  hostname: 'word',
  identitiesonly: 'word',
  identityagent: 'word',
  kexalgorithms: 'word',
  macs: 'word',
  port: 'word',
  proxycommand: 'line',
  proxyjump: 'line',
  pubkeyacceptedalgorithms: 'word',
  requiredrsasize: 'word',
  stricthostkeychecking: 'word',
  updatehostkeys: 'word',
  user: 'word',
  userknownhostsfile: 'words',
};
/** The names that some keywords had before, which ssh still takes. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  pubkeyacceptedkeytypes: 'pubkeyacceptedalgorithms',
  rsaminsize: 'requiredrsasize',
};
/** These add up. */
const ALL: ReadonlySet<string> = new Set(['identityfile', 'certificatefile']);
/** What changes nothing of how Berth reaches a host: forwarding, the terminal, what is logged and kept, other connections. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
  (
    'addkeystoagent batchmode casignaturealgorithms clearallforwardings compression controlmaster controlpath controlpersist dynamicforward ' +
    'enableescapecommandline escapechar exitonforwardfailure fingerprinthash forkafterauthentication forwardagent forwardx11 ' +
    'forwardx11timeout forwardx11trusted gatewayports gssapidelegatecredentials gssapikexalgorithms ignoreunknown ipqos ' +
    'localforward loglevel logverbose numberofpasswordprompts permitremoteopen rekeylimit remotecommand remoteforward ' +
    'requesttty sendenv serveralivecountmax serveraliveinterval sessiontype setenv stdinnull streamlocalbindmask ' +
    'streamlocalbindunlink syslogfacility tag tcpkeepalive tunnel tunneldevice visualhostkey xauthlocation'
  ).split(' '),
);

/**
 * Resolves a wish by an own subset of readconf.c, for machines without ssh: Host, Match all, host, originalhost, user and localuser,
 * Include, and the keywords above. Everything else that could matter is told in `notUnderstood`.
 */
export function effectiveOptions(
  roots: readonly ConfigFile[],
  wish: Pick<SshWish, 'address' | 'port' | 'user'>,
  localUser: string,
  given: SshOptions = new Map(),
): EffectiveOptions {
  const options = new Map<string, readonly string[]>(given);
  if (wish.port !== null) options.set('port', [String(wish.port)]);
  if (wish.user !== null) options.set('user', [wish.user]);
  const notUnderstood = new Map<string, NotUnderstood>();

  function read(file: ConfigFile, active: boolean): void {
    let here = active;
    for (const line of file.lines) {
      // A file that is included twice says nothing new the second time.
      const note = (what: string) =>
        void notUnderstood.set(`${line.line} ${what} ${file.path}`, { what, file: file.path, line: line.line });
      if (line.keyword === 'host') here = active && matchesHostLine(wish.address, line.words);
      else if (line.keyword === 'match') here = active && matches(line.rest, note);
      else if (line.keyword === 'include') {
        for (const included of file.includes.get(line.line) ?? []) read(included, here);
      } else if (here) take(line, note);
    }
  }

  function take({ keyword: written, words, rest }: ConfigLine, note: (what: string) => void): void {
    const [word = ''] = words;
    const keyword = OLD_NAMES[written] ?? written;
    if (ALL.has(keyword)) {
      const before = options.get(keyword) ?? [];
      if (!before.includes(word)) options.set(keyword, [...before, word]);
      return;
    }
    const kind = FIRST[keyword];
    if (kind === undefined) {
      if (!WITHOUT_EFFECT.has(keyword)) note(keyword);
      return;
    }
    if (options.has(keyword) || isKeptOut(keyword)) return;
    // Alone among its like it is no value: a later one still counts.
    if (keyword === 'connecttimeout' && word.toLowerCase() === 'none') return;
    options.set(keyword, kind === 'words' ? words : [kind === 'line' ? rest.replace(/^[ \t=]+/, '') : word]);
  }

  /** Of ProxyJump and ProxyCommand the first keeps the other out; `ProxyJump none`, however, keeps out later ones of its own only. */
  function isKeptOut(keyword: string): boolean {
    if (keyword === 'proxyjump') return options.has('proxycommand');
    return keyword === 'proxycommand' && (options.get('proxyjump')?.[0] ?? 'none').toLowerCase() !== 'none';
  }

  /** Whether a Match line applies. Criteria that only ssh can judge count as not met, and are noted. */
  function matches(rest: string, note: (what: string) => void): boolean {
    const words = splitMatchWords(rest);
    let isMet = words.length > 0;
    for (let at = 0; at < words.length; at += 1) {
      const criterion = words[at]?.toLowerCase() ?? '';
      const isNegated = criterion.startsWith('!');
      const name = isNegated ? criterion.slice(1) : criterion;
      if (name === 'all') {
        isMet &&= !isNegated;
        continue;
      }
      const subject = subjectOf(name);
      if (subject === null) {
        note(`Match ${name}`);
        return false;
      }
      at += 1;
      const fits = matchesPatternList(
        subject,
        name === 'user' || name === 'localuser' ? (words[at] ?? '') : (words[at] ?? '').toLowerCase(),
      );
      isMet &&= fits !== isNegated;
    }
    return isMet;
  }

  function subjectOf(criterion: string): string | null {
    switch (criterion) {
      case 'host':
        return hostNameOf(options, wish.address).toLowerCase();
      case 'originalhost':
        return wish.address.toLowerCase();
      case 'user':
        return options.get('user')?.[0] ?? localUser;
      case 'localuser':
        return localUser;
      default:
        return null;
    }
  }

  for (const root of roots) read(root, true);
  const hostName = hostNameOf(options, wish.address);
  options.set('hostname', [isIP(hostName.replace(/%.*$/s, '')) ? hostName : hostName.toLowerCase()]);
  if (!options.has('user')) options.set('user', [localUser]);
  if (!options.has('port')) options.set('port', ['22']);
  return { options, notUnderstood: [...notUnderstood.values()] };
}

function hostNameOf(options: SshOptions, address: string): string {
  const hostName = options.get('hostname')?.[0];
  return hostName === undefined ? address : expandTokens(hostName, { h: address }).text;
}
