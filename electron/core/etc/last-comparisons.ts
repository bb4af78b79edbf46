import { showPath } from '../../../shared/logic/etc-path.ts';
import type { EtcBlocker } from '../../../shared/model/etc.ts';
import type { EtcComparison, EtcPath, EtcSummary, EtcView } from '../../../shared/model/etc.ts';
import { withRules } from './comparison.ts';
import type { Said } from './kept-summaries.ts';

/** All entries of all comparisons that are held; the oldest comparisons go first. Some 200 MiB. */
const MAX_ENTRIES = 400_000;
/** Of a host no more places are told where the merge will fail. */
const MAX_BLOCKERS = 50;

/** The last comparison of each host and view, in memory, and what the fleet says of them. */
export interface LastComparisons {
  put(comparison: EtcComparison): void;
  get(hostId: string, view: EtcView): EtcComparison | null;
  /** Ids of hosts that have one. */
  hosts(): readonly string[];
  /** Applies other rules of noise. */
  judgeAgain(hostId: string, noiseOf: (path: EtcPath) => string | null): void;
  forget(hostId: string): void;
  /** What was said before this start, of hosts that have not been compared since. Returns their ids. */
  restore(before: ReadonlyMap<string, Said>): readonly string[];
  /** `stagedId`: of what is staged now, null for nothing. */
  summary(hostId: string, stagedId: string | null): EtcSummary | null;
  blockers(hostId: string, stagedId: string | null): readonly EtcBlocker[] | null;
}

/** `onSaid`: what is said of a host is new. */
export function createLastComparisons(onSaid: (hostId: string, said: Said) => void = () => undefined): LastComparisons {
  const held = new Map<string, EtcComparison>();
  const said = new Map<string, Said>();
  const keyOf = (hostId: string, view: EtcView) => `${view} ${hostId}`;

  function put(comparison: EtcComparison): void {
    const { hostId, view } = comparison;
    held.delete(keyOf(hostId, view));
    held.set(keyOf(hostId, view), comparison);
    let entries = 0;
    for (const { entries: each } of held.values()) entries += each.length;
    for (const [key, oldest] of held) {
      if (entries <= MAX_ENTRIES || oldest === comparison) break;
      entries -= oldest.entries.length;
      held.delete(key);
    }
    // The view of a rollback says nothing of what is staged, and not all of what was changed here.
    if (view === 'rollback') return;
    const saying = sayingOf(comparison, said.get(hostId));
    said.set(hostId, saying);
    onSaid(hostId, saying);
  }

  return {
    put,
    get: (hostId, view) => held.get(keyOf(hostId, view)) ?? null,
    hosts: () => [...new Set([...held.values()].map(({ hostId }) => hostId))],
    judgeAgain(hostId, noiseOf) {
      for (const view of ['rollback', 'drift', 'staged'] as const) {
        const comparison = held.get(keyOf(hostId, view));
        if (comparison) put(withRules(comparison, noiseOf));
      }
    },
    forget(hostId) {
      said.delete(hostId);
      for (const view of ['rollback', 'drift', 'staged'] as const) held.delete(keyOf(hostId, view));
    },
    restore(before) {
      const restored = [...before].filter(([hostId]) => !said.has(hostId));
      for (const [hostId, saying] of restored) said.set(hostId, saying);
      return restored.map(([hostId]) => hostId);
    },
    summary(hostId, stagedId) {
      const { summary, staged } = said.get(hostId) ?? {};
      if (!summary) return null;
      return stagedId !== null && staged === stagedId ? summary : { ...summary, masked: null, blockers: null };
    },
    blockers(hostId, stagedId) {
      const { staged, blockers } = said.get(hostId) ?? {};
      return blockers && stagedId !== null && staged === stagedId ? blockers : null;
    },
  };
}

/** The newest of both: drift alone says nothing new of what is staged. */
function sayingOf(comparison: EtcComparison, before: Said | undefined): Said {
  const { readAt: at, view, entries, counts, isTransient, target } = comparison;
  const drift = entries.filter(({ here, noise }) => here !== 'same' && noise === null).length;
  if (view === 'drift') {
    const { masked, blockers } = before?.summary ?? { masked: null, blockers: null };
    return {
      summary: { at, drift, masked, blockers, isTransient },
      staged: before?.staged ?? null,
      blockers: before?.blockers ?? [],
    };
  }
  // A rule that hides a path does not make the merge succeed.
  const failing = entries.filter(({ outcome }) => outcome === 'blocker');
  return {
    summary: { at, drift, masked: counts.masked, blockers: failing.length, isTransient },
    staged: target?.deployment ?? null,
    blockers: failing.slice(0, MAX_BLOCKERS).map(({ path, reason }) => ({ path: `/etc/${showPath(path)}`, reason })),
  };
}
