import type { EtcPath } from '../model/etc.ts';
import { ERRNO_WORDS, isMiss, openDirectory, type EtcRoot, type Miss } from './etc-tree.ts';

/**
 * Why a change cannot be carried over. `fails`: the merge ends there, `words` are the tool's own, null where they are not known.
 * `unsure`: it depends on what is outside of /etc, where a link of the new image leads.
 */
export interface MergeProblem {
  readonly kind: 'fails' | 'unsure';
  readonly words: string | null;
}

/** A merged tree, and what could not be merged, by the path of the change. */
export interface Merged {
  readonly root: EtcRoot;
  readonly problems: ReadonlyMap<EtcPath, MergeProblem>;
}

/** Folders at the root of a host: what else an absolute link names is not there. */
const ROOT_FOLDERS = new Set(
  'bin boot dev etc home lib lib64 media mnt opt ostree proc root run sbin srv sys sysroot tmp usr var'.split(' '),
);
/** Those in which nothing can be written. */
const READ_ONLY = new Set('bin lib lib64 proc sbin sys usr'.split(' '));

/** What comes of a system call on a path that leads nowhere. Absolute links are followed on the host as it runs, not in the new image. */
export function failureOf(miss: Miss, call: string, running: EtcRoot): MergeProblem {
  if (miss.errno !== 'outside') return { kind: 'fails', words: `${call}: ${ERRNO_WORDS[miss.errno]}` };
  const parts = miss.rest.filter((part) => part !== '' && part !== '.');
  const [first = '', ...rest] = parts;
  if (!miss.link.startsWith('/')) return { kind: 'unsure', words: null };
  if (!ROOT_FOLDERS.has(first)) return { kind: 'fails', words: `${call}: ${ERRNO_WORDS.ENOENT}` };
  if (READ_ONLY.has(first)) return { kind: 'fails', words: null };
  const found = first === 'etc' ? openDirectory(running, rest.join('/')) : null;
  return found !== null && isMiss(found) && found.errno !== 'outside'
    ? failureOf(found, call, running)
    : { kind: 'unsure', words: null };
}
