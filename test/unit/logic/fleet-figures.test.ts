import { describe, expect, it } from 'vitest';
import { figures, groups, spread, tags } from '../../../shared/logic/fleet-figures.ts';
import { filterRows, parseFilter } from '../../../shared/logic/fleet-filter.ts';
import type { EtcSummary } from '../../../shared/model/etc.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { DAY, digestFor, NOW, row } from './fixtures.ts';

const runs = (image: string | null, version: string | null, overrides: Partial<FleetRow> = {}, age = 20) =>
  row({
    booted: { image, version, digest: digestFor(`r${version}${image}`), timestamp: NOW - age * DAY },
    ...overrides,
  });

const summary = (overrides: Partial<EtcSummary>): EtcSummary => {
  return { at: NOW, drift: 6, masked: 0, blockers: 0, isTransient: false, ...overrides };
};

const fleet: readonly FleetRow[] = [
  runs('quay.io/acme/web:stable', '2.15.0', { tags: ['prod', 'web'] }, 3),
  runs('quay.io/acme/web:stable', '2.14.0', { tags: ['prod'], update: { version: '2.15.0', digest: 'sha256:1' } }),
  runs('quay.io/acme/web:stable', '2.14.0', {
    group: 'Edge',
    staged: true,
    connection: 'waiting',
    tags: [],
    etc: summary({ blockers: 3 }),
  }),
  runs('quay.io/acme/db:stable', '7.4.1', { group: null, rollbackQueued: true, failedUnits: 2, tags: ['db', 'prod'] }),
  row({ id: 'x', booted: null, connection: 'idle', tags: [], failedUnits: null }),
  row({
    booted: { image: 'fedora:coreos/stable', version: '42', digest: 'abcdef', timestamp: null },
    fallback: true,
    tags: ['prod'],
    connection: 'failed',
  }),
];

describe('figures', () => {
  it('counts, in the words of the page', () => {
    expect(figures(fleet).map(({ label, count, of }) => [label, count, of])).toEqual([
      ['Connected', 3, 6],
      ['Updates found', 1, null],
      ['Waiting for reboot', 1, null],
      ['Rollback queued', 1, null],
      ['/etc blockers', 1, null],
      ['Unhealthy', 2, null],
      ['Unreachable', 2, null],
    ]);
    expect(figures([]).map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('spread', () => {
  it('puts the most used image first, the newest digest first, hosts without an image last', () => {
    expect(
      spread(fleet).map(({ image, count, segments }) => [
        image,
        count,
        segments.map((one) => [one.label, one.count, one.rank]),
      ]),
    ).toEqual([
      [
        'quay.io/acme/web:stable',
        3,
        [
          ['2.15.0', 1, 0],
          ['2.14.0', 2, 1],
        ],
      ],
      ['quay.io/acme/db:stable', 1, [['7.4.1', 1, 0]]],
      [null, 2, []],
    ]);
  });

  it('keeps two digests of one version apart, and orders versions as numbers where there is no time', () => {
    const image = 'quay.io/acme/web:stable';
    const booted = (version: string | null, digest: string) =>
      row({ booted: { image, version, digest, timestamp: null } });
    const rows = [
      booted('2.9', 'sha256:aa'),
      booted('2.10', 'sha256:bb'),
      booted('2.10', 'sha256:cc'),
      booted(null, 'sha256:0123456789'),
    ];
    const [found] = spread(rows);
    expect(found?.segments.map(({ label }) => label)).toEqual(['2.10', '2.10', '2.9', '@012345']);
  });
});

describe('groups and tags', () => {
  it('lists groups by name and the rest last', () => {
    expect(groups(fleet).map(({ label, count }) => [label, count])).toEqual([
      ['Berlin', 4],
      ['Edge', 1],
      ['No group', 1],
    ]);
    expect(groups([row({ group: null })])).toEqual([]);
  });

  it('lists tags by use', () => {
    expect(tags(fleet).map(({ label, count }) => [label, count])).toEqual([
      ['prod', 4],
      ['db', 1],
      ['web', 1],
    ]);
  });
});

it('every term lets exactly the counted hosts pass', () => {
  const odd = row({ group: 'Rack 7, left "B"', tags: ['ünïcode'] });
  const rows = [...fleet, odd];
  const counted = [
    ...figures(rows),
    ...spread(rows),
    ...spread(rows).flatMap(({ segments }) => segments),
    ...groups(rows),
    ...tags(rows),
  ];
  for (const { term, count } of counted) {
    const filter = parseFilter(term);
    expect(filter.problems, term).toEqual([]);
    if (term === 'image:none') continue;
    expect(filterRows(rows, filter, NOW), term).toHaveLength(count);
  }
});
