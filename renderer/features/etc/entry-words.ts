import { etcOutcomeWords } from '../../../shared/logic/etc-words.ts';
import type { EtcChange, EtcEntry, EtcNode, EtcOutcome, EtcSide, EtcView } from '../../../shared/model/etc.ts';
import type { ListGroup } from './list-lines.ts';
import type { Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';

interface OutcomeLook {
  /** On a label; the heading of its group is in `etcOutcomeWords`. */
  readonly short: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

export const outcomeLooks: Readonly<Record<EtcOutcome, OutcomeLook>> = {
  blocker: { short: 'Blocks the update', icon: 'ban', tone: 'danger' },
  masked: { short: 'Image change hidden', icon: 'eye-slash', tone: 'warn' },
  lost: { short: 'Will be lost', icon: 'trash', tone: 'warn' },
  unknown: { short: 'Not known', icon: 'question-circle', tone: 'warn' },
  'left-behind': { short: 'Left behind', icon: 'undo', tone: 'warn' },
  'comes-back': { short: 'Comes back', icon: 'history', tone: 'update' },
  differs: { short: 'Differs', icon: 'exchange-alt', tone: 'warn' },
  kept: { short: 'Kept local', icon: 'user-edit', tone: 'muted' },
  'kept-deleted': { short: 'Stays deleted', icon: 'minus', tone: 'muted' },
  orphan: { short: 'Gone from the image', icon: 'user-edit', tone: 'muted' },
  'merged-directory': { short: 'Directory of both', icon: 'layer-group', tone: 'muted' },
  converged: { short: 'Same in both', icon: 'equals', tone: 'ok' },
  arrives: { short: 'Arrives', icon: 'arrow-circle-down', tone: 'update' },
  removed: { short: 'Goes with the image', icon: 'minus', tone: 'update' },
};

/** How a group looks: as its outcome, or as what somebody has looked at and wants so. */
export function groupLook(group: ListGroup): {
  readonly title: string;
  readonly hint: string;
  readonly icon: IconName;
  readonly tone: Tone;
} {
  return group === 'wanted'
    ? {
        title: 'Kept as it is',
        hint: 'Wanted like this, until one of the versions changes again.',
        icon: 'check',
        tone: 'ok',
      }
    : { ...etcOutcomeWords[group], ...outcomeLooks[group] };
}

/** Groups that begin closed: nothing is to be decided there. */
export const CLOSED_AT_FIRST: readonly ListGroup[] = [
  'arrives',
  'removed',
  'converged',
  'comes-back',
  'merged-directory',
  'wanted',
];

const TYPE_WORDS: Readonly<Record<EtcNode['type'], string>> = {
  file: 'file',
  directory: 'directory',
  symlink: 'symbolic link',
  fifo: 'FIFO',
  socket: 'socket',
  block: 'block device',
  character: 'character device',
  other: 'unusual file',
};

/** A type in words: `symbolic link`. */
export function typeWord(node: EtcNode): string {
  return TYPE_WORDS[node.type];
}

const CHANGE_WORDS: Readonly<Record<EtcChange, string>> = {
  same: 'same',
  added: 'added',
  deleted: 'deleted',
  content: 'edited',
  metadata: 'mode or owner',
  type: 'other type',
  attributes: 'attributes',
};

/** What stands behind a path in the list, in at most three words. */
export function entryWord(entry: EtcEntry): string {
  const { outcome, here, there, base, local, target } = entry;
  if (outcome === 'blocker')
    return local ? `${local.type === 'symlink' ? 'link' : TYPE_WORDS[local.type]} here` : 'deleted here';
  if (outcome === 'arrives' || outcome === 'removed') return there === null ? '' : wordOf(there, base, target);
  if (outcome === 'comes-back') return local ? 'edited there' : 'only there';
  if (outcome === 'differs' && here === 'same') return 'other version';
  if (outcome === 'masked' && here === 'deleted') return 'deleted here';
  if (outcome === 'lost' && here === 'metadata' && local) return `mode ${modeText(local.mode)}`;
  return wordOf(here, base, local);
}

function wordOf(change: EtcChange, before: EtcNode | null, after: EtcNode | null): string {
  if (change === 'metadata' && before && after) {
    const owner = before.uid !== after.uid || before.gid !== after.gid;
    if (before.mode === after.mode) return 'owner only';
    return owner ? 'mode and owner' : 'mode only';
  }
  if (change === 'type' && after) return `now a ${after.type === 'symlink' ? 'link' : TYPE_WORDS[after.type]}`;
  return CHANGE_WORDS[change];
}

/** `0644`; `1777` where more than permissions is set. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** `root:root`, `0:48`: names of others than root are the host's own business. */
export function ownerText({ uid, gid }: EtcNode): string {
  return `${uid === 0 ? 'root' : String(uid)}:${gid === 0 ? 'root' : String(gid)}`;
}

/** The type out of a label: `etc_t` of `system_u:object_r:etc_t:s0`. */
export function labelText(label: string | null): string | null {
  return label === null ? null : (label.split(':')[2] ?? label);
}

/** A size with every digit: `1,089 B`. */
export function sizeText(bytes: number): string {
  return `${String(bytes).replace(/\B(?=(\d{3})+$)/g, ',')} B`;
}

/** A part of the line below the head of a column; `differs`: not as the base has it. */
export interface MetaPart {
  readonly text: string;
  readonly differs: boolean;
}

/** Mode, owner, label and size of a version, each told apart from the base's. */
export function metaParts(node: EtcNode, base: EtcNode | null): readonly MetaPart[] {
  const label = labelText(node.label);
  const link = node.type === 'symlink';
  return [
    ...(node.type === 'file' ? [] : [{ text: typeWord(node), differs: base !== null && base.type !== node.type }]),
    // The mode of a link says nothing.
    ...(link ? [] : [{ text: modeText(node.mode), differs: base !== null && base.mode !== node.mode }]),
    { text: ownerText(node), differs: base !== null && (base.uid !== node.uid || base.gid !== node.gid) },
    ...(label === null
      ? []
      : [{ text: label, differs: base !== null && base.label !== null && base.label !== node.label }]),
    ...(node.type === 'file' ? [{ text: sizeText(node.size), differs: false }] : []),
  ];
}

/** What of type, mode, owner and attributes is not the same in all versions that are there, in a sentence. */
export function metadataSentence(nodes: readonly (EtcNode | null)[]): string {
  const there = nodes.filter((node) => node !== null);
  if (there.length < 2) return '';
  const differs = (of: (node: EtcNode) => string | null) => new Set(there.map(of)).size > 1;
  const names = [
    ...(differs(({ type }) => type) ? ['type'] : []),
    ...(differs(({ type, mode }) => (type === 'symlink' ? '' : modeText(mode))) ? ['mode'] : []),
    ...(differs(ownerText) ? ['owner'] : []),
    ...(there.every(({ label }) => label !== null) && differs(({ label }) => label) ? ['SELinux label'] : []),
    ...(there.every(({ xattrs }) => xattrs !== null) && differs(({ xattrs }) => xattrs) ? ['extended attributes'] : []),
  ];
  if (names.length === 0) return 'Type, mode and owner are equal.';
  const text = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}` : (names[0] ?? '');
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)} ${names.length > 1 ? 'differ' : 'differs'}.`;
}

/** The head of a column. */
export function sideTitle(side: EtcSide, view: EtcView): string {
  if (side === 'base') return 'Image now';
  if (side === 'local') return 'This host';
  return view === 'rollback' ? 'Rollback’s /etc' : 'New image';
}

/** A long path in little room: middle folders go, the first and the file name stay. */
export function shortenPath(path: string, most: number): string {
  if (path.length <= most) return path;
  const parts = path.split('/');
  const [first = ''] = parts;
  const last = path.endsWith('/') ? `${parts.at(-2) ?? ''}/` : (parts.at(-1) ?? '');
  return parts.length > 2 && `${first}/…/${last}`.length < path.length ? `${first}/…/${last}` : path;
}
