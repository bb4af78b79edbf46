import type { EtcEntry, EtcPath, MissingAccounts } from '../model/etc.ts';

/** A file of accounts as the names in it, one a line; null: it is not there, or could not be read. */
export interface AccountTexts {
  readonly path: EtcPath;
  readonly base: string | null;
  readonly local: string | null;
  readonly target: string | null;
}

/** Whose names a file has (passwd(5), group(5), shadow(5), gshadow(5), subuid(5), subgid(5)). */
const NAMES: Readonly<Record<string, 'users' | 'groups'>> = {
  passwd: 'users',
  shadow: 'users',
  subuid: 'users',
  subgid: 'users',
  group: 'groups',
  gshadow: 'groups',
};

/**
 * Accounts of the new image that will be missing in a file of accounts: one that was changed here stays whole (reference 4.1), with
 * the accounts that it has now.
 */
export function missingAccounts(texts: readonly AccountTexts[], entries: readonly EtcEntry[]): MissingAccounts {
  const missing = { users: new Set<string>(), groups: new Set<string>() };
  const because: EtcPath[] = [];
  for (const { path, local, target } of texts) {
    const kind = NAMES[path];
    if (kind === undefined || !entries.some((entry) => entry.path === path && staysAsItIs(entry))) continue;
    const here = namesIn(local);
    const names = [...namesIn(target)].filter((name) => !here.has(name));
    if (names.length > 0) because.push(path);
    for (const name of names) missing[kind].add(name);
  }
  return { users: [...missing.users].sort(), groups: [...missing.groups].sort(), because };
}

/** A rollback brings its own file; what was deleted here stays deleted. */
function staysAsItIs({ outcome, result }: EtcEntry): boolean {
  return result === 'local' || (result === 'absent' && outcome !== 'removed' && outcome !== 'comes-back');
}

/** The names in a file, without comments and what NIS adds (`+`, `-`). */
function namesIn(text: string | null): Set<string> {
  const names = (text ?? '').split('\n').map((line) => (line.split(':', 1)[0] ?? '').trim());
  return new Set(names.filter((name) => name !== '' && !/^[#+-]/.test(name)));
}
