import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNatural, groupRows, sortColumns, sortRows, type Grouping } from '../../../shared/logic/fleet-sort.ts';
import { DAY, NOW, row } from './fixtures.ts';

const named = (...names: string[]) => names.map((name) => row({ id: name, name }));

describe('sortRows', () => {
  it('orders names as people do', () => {
    const names = sortRows(named('web-10', 'Web-2', 'db-1'), { column: 'name', direction: 'ascending' }).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['db-1', 'Web-2', 'web-10']);
    expect(compareNatural('2.9.1', '2.10.0')).toBeLessThan(0);
  });

  it('puts the worst state and the youngest image first', () => {
    const [bad, good] = [
      row({ name: 'bad', condition: { code: 'unreachable', text: '', percent: null }, booted: null }),
      row({ name: 'good', condition: { code: 'up-to-date', text: '', percent: null } }),
    ];
    const old = row({ name: 'old', booted: { image: null, version: null, digest: null, timestamp: NOW - 90 * DAY } });
    const names = (column: 'state' | 'age', direction: 'ascending' | 'descending') =>
      sortRows([good, bad, old], { column, direction }).map(({ name }) => name);
    expect(names('state', 'ascending')[0]).toBe('bad');
    expect(names('age', 'ascending')).toEqual(['good', 'old', 'bad']);
    expect(names('age', 'descending')).toEqual(['old', 'good', 'bad']);
  });

  it('sorts by health: fallback, then most failed units', () => {
    const rows = [
      row({ name: 'a' }),
      row({ name: 'b', failedUnits: 3 }),
      row({ name: 'c', fallback: true }),
      row({ name: 'd', failedUnits: null }),
    ];
    expect(sortRows(rows, { column: 'health', direction: 'ascending' }).map(({ name }) => name)).toEqual([
      'c',
      'b',
      'a',
      'd',
    ]);
  });

  it('keeps all rows, the unknown last in both directions', () => {
    const rows = fc.array(
      fc
        .record({ name: fc.string({ maxLength: 3 }), version: fc.option(fc.constantFrom('1', '2', '10')) })
        .map(({ name, version }) =>
          row({ name, booted: version === null ? null : { image: null, version, digest: null, timestamp: null } }),
        ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom(...sortColumns),
        fc.constantFrom('ascending', 'descending'),
        (input, column, direction) => {
          const sorted = sortRows(input, { column, direction });
          expect(new Set(sorted)).toEqual(new Set(input));
          if (column !== 'version') return;
          const unknown = sorted.map(({ booted }) => booted === null);
          expect(unknown.lastIndexOf(false)).toBeLessThan(unknown.includes(true) ? unknown.indexOf(true) : Infinity);
        },
      ),
    );
  });
});

describe('groupRows', () => {
  const rows = [
    row({ name: 'a', group: 'Edge', tags: ['x', 'y'] }),
    row({
      name: 'b',
      group: null,
      tags: [],
      condition: { code: 'unreachable', text: 'Unreachable for 3 h', percent: null },
    }),
    row({ name: 'c', group: 'Berlin', tags: ['y'], booted: null, backend: null }),
  ];
  const by = (grouping: Grouping) =>
    groupRows(rows, grouping).map(({ label, rows: members }) => [label, members.map(({ name }) => name).join('')]);

  it.each([
    ['none', [['', 'abc']]],
    [
      'group',
      [
        ['Berlin', 'c'],
        ['Edge', 'a'],
        ['None', 'b'],
      ],
    ],
    [
      'tag',
      [
        ['x', 'a'],
        ['y', 'ac'],
        ['None', 'b'],
      ],
    ],
    [
      'state',
      [
        ['No update known', 'ac'],
        ['Unreachable', 'b'],
      ],
    ],
    [
      'image',
      [
        ['quay.io/acme/web:stable', 'ab'],
        ['None', 'c'],
      ],
    ],
    [
      'version',
      [
        ['2.14.0', 'ab'],
        ['None', 'c'],
      ],
    ],
    [
      'backend',
      [
        ['ostree', 'ab'],
        ['None', 'c'],
      ],
    ],
  ] as const)('by %s', (grouping, expected) => expect(by(grouping)).toEqual(expected));
});
