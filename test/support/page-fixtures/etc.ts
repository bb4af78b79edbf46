import { defaultEtcRules } from '../../../shared/logic/etc-noise.ts';
import { isSecretPath } from '../../../shared/logic/etc-secrets.ts';
import { ETC_OUTCOMES } from '../../../shared/logic/etc-words.ts';
import type {
  EtcComparison,
  EtcCounts,
  EtcEntry,
  EtcNode,
  EtcOutcome,
  EtcSide,
  EtcView,
} from '../../../shared/model/etc.ts';
import { booted, NOW, staged } from './hosts.ts';

/** A node of a fixture; a file of root’s unless told otherwise. */
export function nodeOf(differs: Partial<EtcNode> = {}): EtcNode {
  return {
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 12,
    link: null,
    hash: null,
    isReadable: true,
    label: 'system_u:object_r:etc_t:s0',
    xattrs: null,
    changedAt: NOW - 86_400_000,
    ...differs,
  };
}

/** An entry of a fixture: edited here, changed by the image, and so hidden. */
export function entryOf(path: string, differs: Partial<EtcEntry> = {}): EtcEntry {
  return {
    path,
    outcome: 'masked',
    here: 'content',
    there: 'content',
    base: nodeOf({ hash: 'b' }),
    local: nodeOf({ hash: 'l' }),
    target: nodeOf({ hash: 't' }),
    result: 'local',
    reason: 'Edited here, and the image changes it too.',
    toolWords: null,
    noise: null,
    isSecret: isSecretPath(path),
    ...differs,
  };
}

export function comparisonOf(entries: readonly EtcEntry[], differs: Partial<EtcComparison> = {}): EtcComparison {
  return {
    hostId: 'h1',
    view: 'staged',
    readAt: NOW - 60_000,
    durationMs: 412,
    backend: 'ostree',
    isTransient: false,
    isRoot: true,
    booted: { deployment: booted.id, version: booted.version, digest: null },
    target: { deployment: staged.id, version: staged.version, digest: null },
    scanned: { base: 900, local: 930, target: 905 },
    entries: [...entries],
    leftOut: 0,
    counts: countsOf(entries.filter(({ noise }) => noise === null)),
    hidden: countsOf(entries.filter(({ noise }) => noise !== null)),
    missingAccounts: { users: [], groups: [], because: [] },
    unreadable: { count: 0, paths: [] },
    changedMeanwhile: [],
    mounts: [],
    failures: [],
    ...differs,
  };
}

function countsOf(entries: readonly EtcEntry[]): EtcCounts {
  const count = (outcome: EtcOutcome) => entries.filter((entry) => entry.outcome === outcome).length;
  return Object.fromEntries(ETC_OUTCOMES.map((outcome) => [outcome, count(outcome)])) as EtcCounts;
}

/** The answer of `etc.compareHosts`. */
export interface HostsComparison {
  groups: { fingerprint: string; hostIds: string[]; drift: number }[];
  rows: { path: string; cells: (string | null)[] }[];
  notRead: { hostId: string; why: string }[];
}

/** What a piece of content is asked by. */
export interface ContentQuestion {
  readonly view: EtcView;
  readonly side: EtcSide;
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly reveal: boolean;
}

/** The answer of `etc.content` from whole bytes. */
export function pieceOf(bytes: Uint8Array, { offset, length }: ContentQuestion, node: EtcNode | null = null) {
  let text = '';
  for (const byte of bytes.subarray(offset, offset + length)) text += String.fromCharCode(byte);
  return { node, base64: btoa(text), offset, size: bytes.length };
}

export const fixtureRules = { defaults: defaultEtcRules, fleet: null, host: null };
