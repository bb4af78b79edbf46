import { missingAccounts } from '../../../shared/logic/etc-accounts.ts';
import { compareEtc } from '../../../shared/logic/etc-merge.ts';
import { comparePaths } from '../../../shared/logic/etc-path.ts';
import {
  EtcOutcome,
  MAX_ETC_ENTRIES,
  type EtcComparison,
  type EtcCounts,
  type EtcEntry,
  type EtcPath,
  type EtcRules,
  type EtcView,
} from '../../../shared/model/etc.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { EtcScan } from '../../../shared/parse/etc.ts';
import type { TreeFolders } from './tree-folders.ts';

/** Files whose content could not be read are named up to this many. */
const NAMED = 100;
/** Of paths that changed while they were read, and of mounts, no more are told. */
const LISTED = 1000;

/** Files of accounts, of which only the names of the accounts are read (passwd(5), shadow(5), subuid(5)). */
const ACCOUNT_FILES = ['passwd', 'group', 'shadow', 'gshadow', 'subuid', 'subgid'] as const;

export interface ComparisonInput {
  readonly hostId: string;
  readonly view: EtcView;
  readonly folders: TreeFolders;
  readonly scan: EtcScan;
  readonly rules: EtcRules;
  /** What the host's ostree says of its version; left out: not known. */
  readonly ostreeVersion?: string | null;
  readonly bootcVersion?: string | null;
  readonly startedAt: number;
  readonly readAt: number;
}

/** What a scan comes to. Rejects with BerthError `etc.tree-unreadable` where one of the trees is missing. */
export function toComparison(input: ComparisonInput): EtcComparison {
  const { hostId, view, folders, scan, rules, startedAt, readAt, ostreeVersion = null, bootcVersion = null } = input;
  const { base, local, target } = scan.trees;
  if (!base || !local || (folders.target !== '' && !target)) {
    throw BerthError.of(scan.failures[0] ?? failure('etc.no-answer', { detail: 'a tree is missing' }));
  }
  const { backend, versions } = folders;
  const isTransient = isLostAtReboot(scan, backend);
  const entries = compareEtc({ base, local, target, view, backend, isTransient, rules, ostreeVersion, bootcVersion });
  const accounts = ACCOUNT_FILES.map((path) => ({
    path,
    base: scan.accounts.base.get(path) ?? null,
    local: scan.accounts.local.get(path) ?? null,
    target: scan.accounts.target.get(path) ?? null,
  }));
  return {
    hostId,
    view,
    readAt,
    durationMs: readAt - startedAt,
    backend,
    isTransient,
    isRoot: scan.isRoot,
    booted: versions.booted,
    target: versions.target,
    scanned: { base: base.size, local: local.size, target: target?.size ?? 0 },
    ...listed(entries),
    missingAccounts: missingAccounts(accounts, entries),
    unreadable: { count: scan.unreadable.length, paths: scan.unreadable.toSorted(comparePaths).slice(0, NAMED) },
    changedMeanwhile: scan.changedMeanwhile.toSorted(comparePaths).slice(0, LISTED),
    mounts: [...new Set(scan.mounts.map(({ path }) => path))].filter((path) => path !== '').slice(0, LISTED),
    failures: [...scan.failures],
  };
}

/**
 * Whether edits vanish at each reboot (reference 4.7): with ostree an overlay on /etc is one for a boot; with composefs it is where its
 * upper folder is not kept.
 */
function isLostAtReboot({ mounts }: EtcScan, backend: TreeFolders['backend']): boolean {
  const overlay = mounts.findLast(({ path, type }) => path === '' && type === 'overlay');
  if (!overlay) return false;
  return backend === 'ostree' || overlay.source.startsWith('transient') || /\bupperdir=\/run\//.test(overlay.options);
}

/** The entries that are told, with the counts of all. */
function listed(all: readonly EtcEntry[]): Pick<EtcComparison, 'entries' | 'leftOut' | 'counts' | 'hidden'> {
  const entries =
    all.length <= MAX_ETC_ENTRIES
      ? [...all]
      : // What is noise goes first.
        [...all.filter(({ noise }) => noise === null), ...all.filter(({ noise }) => noise !== null)]
          .slice(0, MAX_ETC_ENTRIES)
          .sort((a, b) => comparePaths(a.path, b.path));
  return { entries, leftOut: all.length - entries.length, ...countsOf(all) };
}

/** How many paths have each outcome, those hidden as noise apart. */
export function countsOf(entries: readonly EtcEntry[]): { readonly counts: EtcCounts; readonly hidden: EtcCounts } {
  const counts = noCounts();
  const hidden = noCounts();
  for (const { outcome, noise } of entries) (noise === null ? counts : hidden)[outcome] += 1;
  return { counts, hidden };
}

function noCounts(): EtcCounts {
  return Object.fromEntries(EtcOutcome.options.map((outcome) => [outcome, 0])) as EtcCounts;
}

/** The same comparison under other rules of what is noise. */
export function withRules(comparison: EtcComparison, noiseOf: (path: EtcPath) => string | null): EtcComparison {
  // What blocks an update is never noise.
  const noise = ({ outcome, path }: EtcEntry) => (outcome === 'blocker' ? null : noiseOf(path));
  const entries = comparison.entries.map((entry) => ({ ...entry, noise: noise(entry) }));
  return { ...comparison, entries, ...countsOf(entries) };
}
