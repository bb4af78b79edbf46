import type { FleetRow } from '../model/fleet.ts';
import { isEtcBlocked, isUnhealthy, isUnreachable } from './fleet-filter-terms.ts';
import { termFor } from './fleet-filter-text.ts';
import { compareNatural } from './fleet-sort.ts';
import { shortDigest } from './format.ts';

/** A headline figure: how many hosts `term` lets pass. `of` only where the whole is said as well. */
export interface Figure {
  readonly id: 'connected' | 'updates' | 'staged' | 'rollback' | 'etc' | 'unhealthy' | 'unreachable';
  readonly label: string;
  readonly count: number;
  readonly of: number | null;
  readonly term: string;
}

/** The headline figures of all rows, in the order in which they are shown. */
export function figures(rows: Iterable<FleetRow>): readonly Figure[] {
  const counts = { all: 0, connected: 0, updates: 0, staged: 0, rollback: 0, etc: 0, unhealthy: 0, unreachable: 0 };
  for (const row of rows) {
    counts.all += 1;
    if (row.connection === 'connected') counts.connected += 1;
    if (row.update !== null) counts.updates += 1;
    if (row.staged) counts.staged += 1;
    if (row.rollbackQueued) counts.rollback += 1;
    if (isEtcBlocked(row)) counts.etc += 1;
    if (isUnhealthy(row)) counts.unhealthy += 1;
    if (isUnreachable(row)) counts.unreachable += 1;
  }
  const figure = (id: Figure['id'], label: string, term: string): Figure => {
    return { id, label, count: counts[id], of: id === 'connected' ? counts.all : null, term };
  };
  return [
    figure('connected', 'Connected', 'connected'),
    figure('updates', 'Updates found', 'update:yes'),
    figure('staged', 'Waiting for reboot', 'staged:yes'),
    figure('rollback', 'Rollback queued', 'rollback:queued'),
    figure('etc', '/etc blockers', 'etc:blocked'),
    figure('unhealthy', 'Unhealthy', 'health:bad'),
    figure('unreachable', 'Unreachable', 'unreachable'),
  ];
}

/** Digits of a digest in a filter: enough that no two images of a fleet share them, short enough to be read. */
const DIGEST_DIGITS = 12;

/** One digest of an image among the hosts that run it. `label` is its version, else its short digest; `rank` 0 is the newest. */
export interface SpreadSegment {
  readonly label: string;
  readonly digest: string;
  readonly count: number;
  readonly rank: number;
  readonly term: string;
}

/** One image and what runs of it, newest first. `image` null: all hosts that run no container image that is known. */
export interface Spread {
  readonly image: string | null;
  readonly count: number;
  readonly term: string;
  readonly segments: readonly SpreadSegment[];
}

/** Which digests run where: the most used image first, hosts without an image last. */
export function spread(rows: Iterable<FleetRow>): readonly Spread[] {
  const images = new Map<string, Map<string, FleetRow[]>>();
  let without = 0;
  for (const row of rows) {
    const { image, digest } = row.booted ?? {};
    // An ostree checksum has no algorithm before it: its origin is a branch and no image.
    if (!image || !digest?.includes(':')) {
      without += 1;
      continue;
    }
    const digests = images.get(image) ?? new Map<string, FleetRow[]>();
    images.set(image, digests);
    const same = digests.get(digest);
    if (same) same.push(row);
    else digests.set(digest, [row]);
  }
  const spreads = [...images].map(([image, digests]): Spread => {
    const found = [...digests].map(([digest, same]) => ({ digest, ...newest(same), count: same.length }));
    found.sort((a, b) => b.timestamp - a.timestamp || compareNatural(b.label, a.label));
    return {
      image,
      count: found.reduce((sum, { count }) => sum + count, 0),
      term: termFor('image', image),
      segments: found.map(({ digest, label, count }, rank) => {
        return {
          label,
          digest,
          count,
          rank,
          term: termFor('digest', digest.slice(digest.indexOf(':') + 1).slice(0, DIGEST_DIGITS)),
        };
      }),
    };
  });
  spreads.sort((a, b) => b.count - a.count || compareNatural(a.image ?? '', b.image ?? ''));
  if (without > 0) spreads.push({ image: null, count: without, term: 'image:none', segments: [] });
  return spreads;
}

/** How the hosts of one digest call it, and when it was built, as far as one of them knows. */
function newest(rows: readonly FleetRow[]): { readonly label: string; readonly timestamp: number } {
  let version: string | null = null;
  let timestamp = 0;
  for (const { booted } of rows) {
    version ??= booted?.version ?? null;
    timestamp = Math.max(timestamp, booted?.timestamp ?? 0);
  }
  return { label: version ?? `@${shortDigest(rows[0]?.booted?.digest ?? '', 'table')}`, timestamp };
}

/** A group or a tag, how many hosts are in it, and the term that filters by it. */
export interface Bucket {
  readonly label: string;
  readonly count: number;
  readonly term: string;
}

/** The groups by name, then the hosts without one. Empty when no host has a group. */
export function groups(rows: Iterable<FleetRow>): readonly Bucket[] {
  const counts = new Map<string, number>();
  let without = 0;
  for (const { group } of rows) {
    if (group === null) without += 1;
    else counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const found = buckets(counts, 'group').sort((a, b) => compareNatural(a.label, b.label));
  if (found.length > 0 && without > 0) found.push({ label: 'No group', count: without, term: 'group:none' });
  return found;
}

/** The tags, the most used first. */
export function tags(rows: Iterable<FleetRow>): readonly Bucket[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const tag of row.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return buckets(counts, 'tag').sort((a, b) => b.count - a.count || compareNatural(a.label, b.label));
}

function buckets(counts: ReadonlyMap<string, number>, key: 'group' | 'tag'): Bucket[] {
  return [...counts].map(([label, count]) => ({ label, count, term: termFor(key, label) }));
}
