import type { EtcPath, EtcRules } from '../model/etc.ts';

/**
 * What differs on every host and says nothing about it (reference 4.4): identity, caches, state that daemons keep in /etc, and which
 * units are enabled.
 */
export const defaultEtcRules: EtcRules = {
  hidden: [
    'machine-id',
    '.updated',
    '.pwd.lock',
    'adjtime',
    'hostname',
    'resolv.conf',
    'locale.conf',
    'passwd-',
    'group-',
    'shadow-',
    'gshadow-',
    'subuid*',
    'subgid*',
    'ssh/ssh_host_*',
    'lvm/archive/',
    'lvm/backup/',
    'lvm/devices/',
    'selinux/*/active/',
    'NetworkManager/system-connections/',
    'systemd/system/*.wants/',
    'udev/hwdb.bin',
    'ld.so.cache',
    'pki/ca-trust/extracted/',
    'rhsm/',
    'insights-client/',
    'crypto-policies/state/',
    'ostree/auth.json',
    'motd.d/boot-status',
  ],
};

/** The rules of a host: its own, else the fleet's, else the defaults; each replaces what is above it whole. */
export function effectiveRules(fleet: EtcRules | null, host: EtcRules | null): EtcRules {
  return host ?? fleet ?? defaultEtcRules;
}

/**
 * Finds the first pattern that a path matches, null when none does. `*` is anything but a slash, `**` anything; a pattern that ends in
 * `/` is that directory with all below it.
 */
export function noiseMatcher(rules: EtcRules): (path: EtcPath) => string | null {
  const tests = rules.hidden.map((pattern) => ({ pattern, matches: matcherOf(pattern) }));
  return (path) => tests.find(({ matches }) => matches(path))?.pattern ?? null;
}

function matcherOf(pattern: string): (path: EtcPath) => boolean {
  const plain = pattern.replace(/^\/+/, '');
  if (!plain.includes('*')) {
    if (!plain.endsWith('/')) return (path) => path === plain;
    const directory = plain.slice(0, -1);
    return (path) => path.startsWith(plain) || path === directory;
  }
  const expression = new RegExp(`^${sourceOf(plain)}$`, 's');
  return (path) => expression.test(path);
}

/** A pattern as the source of a regular expression. */
function sourceOf(pattern: string): string {
  const isTree = pattern.endsWith('/');
  const parts = (isTree ? pattern.slice(0, -1) : pattern).split(/(\*+)/);
  const source = parts.map((part) => {
    if (part.startsWith('**')) return '.*';
    return part === '*' ? '[^/]*' : part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return isTree ? `${source.join('')}(?:\\/.*)?` : source.join('');
}
