import type { EtcEntry, EtcNode, EtcOutcome, EtcPath, EtcView } from '../model/etc.ts';
import { showPath } from './etc-path.ts';
import { isOlder } from './tool-version.ts';

/** How groups of paths are called, the most urgent first; `hint` says what it means. */
export const etcOutcomeWords: Readonly<Record<EtcOutcome, { readonly title: string; readonly hint: string }>> = {
  blocker: { title: 'Blockers', hint: 'The merge fails at these, and the whole update with it.' },
  masked: {
    title: 'Image change hidden by your edit',
    hint: 'The image changes these too. Your version stays, whole.',
  },
  lost: { title: 'Will be lost', hint: 'Changed here, and not carried over.' },
  unknown: { title: 'Not known', hint: 'A version of these could not be read.' },
  'left-behind': { title: 'Left behind', hint: 'Edits of here that the /etc of the rollback does not have.' },
  'comes-back': { title: 'Comes back', hint: 'Only in the /etc of the rollback.' },
  differs: { title: 'Differs', hint: 'Otherwise in the /etc of the rollback.' },
  kept: { title: 'Kept local', hint: 'Changed or added here; the image leaves them alone.' },
  'kept-deleted': { title: 'Stays deleted', hint: 'Deleted here, and not brought back.' },
  orphan: { title: 'Kept, gone from the image', hint: 'The image has these no longer; yours stay.' },
  'merged-directory': { title: 'Directories of both', hint: 'Added here and by the image, with the contents of both.' },
  converged: {
    title: 'Same change in both',
    hint: 'Changed here as the image changes them. They follow the image again.',
  },
  arrives: { title: 'Arrives with the image', hint: 'Not changed here: the image’s version comes.' },
  removed: { title: 'Goes with the image', hint: 'Not changed here, and no longer in the image.' },
};

/** Outcomes in the order of a list: what needs somebody first. */
export const ETC_OUTCOMES = Object.keys(etcOutcomeWords) as readonly EtcOutcome[];

type Facts = Omit<EtcEntry, 'reason' | 'noise' | 'isSecret'>;

/** What a sentence needs to know besides the path itself. `inTheWay`: what the new image has in the place of a directory above it. */
export interface EtcCircumstances {
  readonly view: EtcView;
  readonly backend: 'ostree' | 'composefs';
  readonly isTransient: boolean;
  readonly inTheWay: EtcPath | null;
  /** What the host's bootc says of its version; null or left out: not known. */
  readonly bootcVersion?: string | null;
}

/** What becomes of a path and why, in one sentence. */
export function etcReason(facts: Facts, circumstances: EtcCircumstances): string {
  return sentences[facts.outcome](facts, circumstances);
}

const KINDS: Readonly<Record<EtcNode['type'], string>> = {
  file: 'a file',
  directory: 'a directory',
  symlink: 'a link',
  fifo: 'a FIFO',
  socket: 'a socket',
  block: 'a block device',
  character: 'a character device',
  other: 'no ordinary file',
};

const kindOf = (node: EtcNode | null) => (node === null ? 'not there' : KINDS[node.type]);
const thing = (node: EtcNode | null) =>
  node === null ? 'file' : node.type === 'symlink' ? 'link' : node.type === 'directory' ? 'directory' : 'file';
const isSpecial = (node: EtcNode | null) => node !== null && !['file', 'directory', 'symlink'].includes(node.type);

const sentences: Readonly<Record<EtcOutcome, (facts: Facts, circumstances: EtcCircumstances) => string>> = {
  blocker: blockerReason,
  masked: maskedReason,
  lost: lostReason,
  kept: ({ here, local, there }, { view }) => {
    if (here === 'added') return `Added here; ${view === 'drift' ? 'the image does not have it' : 'it stays'}.`;
    const edits: Partial<Record<typeof here, string>> = {
      metadata: 'Mode or owner were changed here',
      type: `It is ${kindOf(local)} here`,
      attributes: 'Its label or attributes were changed here',
    };
    const what = edits[here] ?? 'Edited here';
    return there === null ? `${what}.` : `${what}, and the image leaves it alone: it stays.`;
  },
  'kept-deleted': ({ there }) =>
    there === null ? 'Deleted here.' : 'Deleted here, and the image leaves it alone: it stays deleted.',
  orphan: ({ here, local }) =>
    here === 'same'
      ? 'The new image no longer has it; it stays because of what was changed in its directory here.'
      : `The new image no longer has it; the ${thing(local)} of this host stays.`,
  'merged-directory': () =>
    'Added here and by the new image: it gets the contents of both, with the mode of this host.',
  converged: ({ target }) =>
    target === null
      ? 'Deleted here, and no longer in the new image either.'
      : 'The new image brings the same change: the path follows the image again.',
  arrives: ({ there }) =>
    there === 'added'
      ? 'New in the image, and not here: it arrives.'
      : 'Not changed here: the new image’s version arrives.',
  removed: (_, { view }) =>
    view === 'rollback'
      ? 'Not changed here; the /etc of the rollback does not have it.'
      : 'Not changed here, and no longer in the new image: it goes.',
  'left-behind': ({ target }) =>
    target === null
      ? 'Only here: a rollback merges nothing, so that its /etc does not have it.'
      : 'Edited here: a rollback merges nothing, so that its /etc has the image’s version.',
  'comes-back': ({ here }) =>
    here === 'deleted'
      ? 'Deleted here; the /etc of the rollback still has it.'
      : 'Only in the /etc of the rollback: it comes back.',
  differs: () => 'The /etc of the rollback has another version, which stands there after it.',
  unknown: unknownReason,
};

function blockerReason(
  { base, local, target }: Facts,
  { inTheWay, backend, bootcVersion = null }: EtcCircumstances,
): string {
  if (isSpecial(local))
    return `It is ${kindOf(local)} in a directory that is copied, which this version of ostree cannot do.`;
  const ends = backend === 'composefs' ? composefsEnds(bootcVersion) : 'the update is dropped at shutdown';
  if (inTheWay !== null) {
    return `It was changed here, and /etc/${showPath(inTheWay)}, its directory, is no directory in the new image: ${ends}.`;
  }
  if (base !== null && local !== null && base.type !== local.type && target?.type === base.type) {
    return `It is ${kindOf(local)} here and ${kindOf(target)} in the image, which the merge cannot join: ${ends}.`;
  }
  return `It is ${kindOf(local)} here and ${kindOf(target)} in the new image, which the merge cannot join: ${ends}.`;
}

/** bootc looks for it as it stages since 1.16.4 (reference 4.3). */
function composefsEnds(bootcVersion: string | null): string {
  return bootcVersion !== null && isOlder(bootcVersion, [1, 16, 4])
    ? 'this bootc stages the update all the same, and drops it at shutdown without a word'
    : 'bootc refuses to stage such an update, and drops one at shutdown that was staged before';
}

function maskedReason({ here, there, base, local, target }: Facts): string {
  if (local === null) {
    if (base === null)
      return 'New in the image, inside a directory that was deleted or replaced here: it does not arrive.';
    return 'Deleted here: it stays deleted, and the image’s change does not arrive.';
  }
  if (here === 'same') {
    return 'Something in this directory was changed here: it keeps the mode and owner of this host, not those of the new image.';
  }
  if (here === 'added') return `Added here and by the new image: the ${thing(local)} of this host stays.`;
  if (local.type !== target?.type) {
    return `It is ${kindOf(local)} here and ${kindOf(target)} in the new image: what is here stays.`;
  }
  if (here === 'metadata' && there === 'content') {
    return 'Only mode or owner were changed here, and with them the old content stays: the image’s change does not arrive.';
  }
  return `The ${thing(local)} of this host stays, whole: the image’s change does not arrive.`;
}

function lostReason({ path, here, local, target, result }: Facts, { isTransient }: EtcCircumstances): string {
  if (isTransient) return '/etc is transient on this host: the change is gone at the next boot.';
  if (result === null) return 'Through a link in the new image something else of this host is put in its place.';
  if (path === '.updated') return 'Removed at each update, so that systemd looks at the new /etc.';
  if (isSpecial(local)) return `It is ${kindOf(local)}, which the merge leaves out.`;
  if (here === 'attributes') return 'Only its label or attributes were changed here, which the merge does not look at.';
  if (here === 'metadata' && local?.type === 'directory') {
    return 'Only mode or owner of the directory were changed here: without a change inside they are not carried over.';
  }
  if (local?.type === 'directory' || here === 'added')
    return 'A directory took the place of a file here, and what is inside is not carried over.';
  return target === null
    ? 'The change is not carried over.'
    : 'The change is not carried over: the new image’s version comes.';
}

function unknownReason({ local, base, target, result }: Facts, { inTheWay }: EtcCircumstances): string {
  if (inTheWay !== null) {
    return `/etc/${showPath(inTheWay)} is a link out of /etc in the new image: what the merge finds there, only the host knows.`;
  }
  const isUnread = [base, local, target].some((node) => node !== null && !node.isReadable);
  const why = isUnread ? 'A version of it could not be read' : 'The content of a version of it is not known';
  return result === 'local'
    ? `${why}: it stays, and whether the image changes it cannot be told.`
    : `${why}: whether it was changed cannot be told.`;
}
