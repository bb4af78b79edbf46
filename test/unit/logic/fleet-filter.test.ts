import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filterRows,
  matches,
  parseFilter,
  removeTerm,
  termState,
  toggleTerm,
} from '../../../shared/logic/fleet-filter.ts';
import { filterKeys } from '../../../shared/logic/fleet-filter-terms.ts';
import { readTerms, termFor, writeTerm } from '../../../shared/logic/fleet-filter-text.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { DAY, HOUR, NOW, row } from './fixtures.ts';

const passes = (filter: string, overrides: Partial<FleetRow> = {}) => matches(row(overrides), parseFilter(filter), NOW);
const etc: NonNullable<FleetRow['etc']> = { at: NOW, drift: 6, masked: 2, blockers: 0, isTransient: false };
const booted = (overrides: Partial<NonNullable<FleetRow['booted']>>) => ({
  booted: { ...(row().booted ?? { image: null, version: null, digest: null, timestamp: null }), ...overrides },
});

describe('the filter language', () => {
  const cases: readonly [string, Partial<FleetRow>, boolean][] = [
    ['', {}, true],
    ['   ', {}, true],
    ['web-03', {}, true],
    ['WEB-03', {}, true],
    ['10.20.4', {}, true],
    ['prod', {}, true],
    ['acme/web', {}, true],
    ['2.14', {}, true],
    ['db', {}, false],
    ['web prod', {}, true],
    ['web db', {}, false],
    ['-web', {}, false],
    ['-db', {}, true],
    ['-', {}, true],
    ['"web-03"', {}, true],
    ['"web 03"', {}, false],
    ['Berlin', {}, false],
    ['tag:prod', {}, true],
    ['tag:PROD', {}, true],
    ['TAG:prod', {}, true],
    ['tag:edge,prod', {}, true],
    ['tag:edge,lab', {}, false],
    ['tag:pro', {}, false],
    ['tag:pro*', {}, true],
    ['tag:p.od', {}, false],
    ['-tag:lab', {}, true],
    ['-tag:lab,prod', {}, false],
    ['group:berlin', {}, true],
    ['group:"Berlin West"', { group: 'Berlin West' }, true],
    ['group:none', { group: null }, true],
    ['group:none', {}, false],
    ['image:quay.io/acme/web:stable', {}, true],
    ['image:acme/web', {}, true],
    ['image:web', {}, true],
    ['image:web:stable', {}, true],
    ['image:we', {}, false],
    ['image:eb', {}, false],
    ['image:quay.io/*', {}, true],
    ['image:web', booted({ image: 'quay.io/acme/web@sha256:00' }), true],
    ['image:none', booted({ image: null }), true],
    ['image:none', { booted: null }, true],
    ['image:none', {}, false],
    ['version:2.14.0', {}, true],
    ['version:2.14', {}, true],
    ['version:2', {}, true],
    ['version:2.1', {}, false],
    ['version:2.1*', {}, true],
    ['version:2.15,2.14', {}, true],
    ['version:2', { booted: null }, false],
    ['state:no-update-known', {}, true],
    ['state:staged,up-to-date', {}, false],
    ['update:yes', {}, false],
    ['update:yes', { update: { version: '2', digest: 'sha256:2' } }, true],
    ['update:no', {}, true],
    ['staged:yes', { staged: true }, true],
    ['staged:yes', {}, false],
    ['staged:no', {}, true],
    ['rollback:queued', { rollbackQueued: true }, true],
    ['rollback:queued', {}, false],
    ['rollback:no', {}, true],
    ['health:good', {}, true],
    ['health:bad', {}, false],
    ['health:bad', { failedUnits: 1 }, true],
    ['health:bad', { fallback: true, failedUnits: null }, true],
    ['health:unknown', { failedUnits: null }, true],
    ['health:bad,unknown', {}, false],
    ['etc:blocked', {}, false],
    ['etc:blocked', { etc: { ...etc, blockers: 1 } }, true],
    ['etc:masked', { etc }, true],
    ['etc:masked', { etc: { ...etc, masked: null } }, false],
    ['etc:transient', { etc: { ...etc, isTransient: true } }, true],
    ['etc:unknown', {}, true],
    ['etc:unknown', { etc }, false],
    ['drift:>0', { etc }, true],
    ['drift:>6', { etc }, false],
    ['drift:6,>100', { etc }, true],
    ['drift:<7', { etc }, true],
    ['drift:<7', {}, false],
    ['backend:ostree', {}, true],
    ['backend:rpm-ostree', {}, false],
    ['backend:packages,composefs', { backend: 'composefs' }, true],
    ['backend:unknown', { backend: null }, true],
    ['os:rhel', {}, true],
    ['os:"RHEL 10"', {}, true],
    ['os:debian', {}, false],
    ['os:rhel', { os: null }, false],
    ['digest:322e31342e30', {}, true],
    ['digest:sha256:322e', {}, true],
    ['digest:@322e', {}, true],
    ['digest:4444', {}, false],
    ['age:>7d', {}, true],
    ['age:<7d', {}, false],
    ['age:<7d,>14d', {}, true],
    ['age:>7d', { booted: null }, false],
    ['seen:>1h', { factsReadAt: NOW - 3 * HOUR }, true],
    ['seen:<1h', {}, true],
    ['seen:>10min', { factsReadAt: NOW - DAY }, true],
    ['seen:>1h', { factsReadAt: null }, false],
    ['name:web-03.ber', {}, true],
    ['name:web-*', {}, true],
    ['name:web', {}, false],
    ['address:10.20.*', {}, true],
    ['connected', {}, true],
    ['connected', { connection: 'idle' }, false],
    ['-connected', { connection: 'idle' }, true],
    ['offline', { connection: 'idle' }, true],
    ['offline', {}, false],
    ['unreachable', { connection: 'waiting' }, true],
    ['unreachable', { connection: 'failed' }, true],
    ['unreachable', { connection: 'idle' }, false],
    ['"offline"', { connection: 'idle' }, false],
    ['"offline"', { name: 'offline-01' }, true],
    ['tag:prod -tag:lab update:yes offline', {}, false],
  ];
  it.each(cases)('%j on %j: %s', (filter, overrides, expected) => {
    expect(passes(filter, overrides)).toBe(expected);
    expect(parseFilter(filter).problems).toEqual([]);
  });

  it.each([
    ['colour:yes', 'There is no filter “colour:”. Put a text with a colon in quotes.'],
    ['drift:yes', '“yes” is not a number: write >5, <5 or 5.'],
    ['-constructor:x', 'There is no filter “constructor:”. Put a text with a colon in quotes.'],
    ['state:broken', 'There is no state “broken”.'],
    ['update:maybe', '“maybe” is none of yes, no.'],
    ['health:toString', '“toString” is none of good, bad, unknown.'],
    ['seen:yesterday', '“yesterday” is not an age: write >3h or <30d (s, min, h, d, w, y).'],
  ])('%s is reported and lets nothing pass', (filter, message) => {
    expect(parseFilter(filter).problems).toEqual([{ term: filter, message }]);
    expect(passes(filter)).toBe(false);
  });

  it('reports a key without a value, which asks for nothing yet', () => {
    expect(parseFilter('tag:').problems).toEqual([{ term: 'tag:', message: '“tag:” needs a value.' }]);
    expect(passes('tag:')).toBe(true);
  });

  it('finds text with a colon in quotes', () => {
    expect(passes('"web:stable"')).toBe(true);
    expect(parseFilter('"web:stable"').problems).toEqual([]);
  });

  it('never throws and never lets a problem pass more than it should', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const filter = parseFilter(text);
        expect(typeof matches(row(), filter, NOW)).toBe('boolean');
      }),
    );
    const piece = fc.constantFrom(...filterKeys, ':', '"', '\\', ',', '-', ' ', '*', '>3h', 'prod', '(', '[', '$');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const filter = parseFilter(pieces.join(''));
        expect(typeof matches(row(), filter, NOW)).toBe('boolean');
      }),
    );
  });

  it('writes terms that read as the same terms', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const terms = readTerms(text).map(({ key, values, exclude, quoted }) => ({ key, values, exclude, quoted }));
        const again = readTerms(readTerms(text).map(writeTerm).join(' '));
        expect(again.map(({ key, values, exclude, quoted }) => ({ key, values, exclude, quoted }))).toEqual(terms);
      }),
    );
  });

  it('quotes values so that they come back whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (value) => {
        const [term, ...more] = readTerms(termFor('group', value));
        expect(more).toEqual([]);
        expect(term).toMatchObject({ key: 'group', values: [value], exclude: false });
      }),
    );
  });

  it('filters 5,000 rows within a few frames', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => row({ id: String(index), name: `web-${index}.ber` }));
    const filter = parseFilter('web-49 tag:prod,edge -tag:lab image:acme/* version:2.14 seen:<1h');
    filterRows(rows, filter, NOW);
    const started = performance.now();
    const found = filterRows(rows, filter, NOW);
    expect(performance.now() - started).toBeLessThan(50);
    expect(found).toHaveLength(111);
  });
});

describe('toggleTerm', () => {
  it.each([
    ['', 'tag:prod', 'set', 'tag:prod'],
    ['web update:yes', 'tag:prod', 'set', 'tag:prod'],
    ['web tag:prod', 'tag:prod', 'set', 'web'],
    ['tag:prod', 'tag:prod', 'set', ''],
    ['tag:prod,edge', 'tag:edge', 'set', 'tag:prod'],
    ['tag:prod', 'tag:edge', 'add', 'tag:prod,edge'],
    ['web  tag:prod', 'update:yes', 'add', 'web tag:prod update:yes'],
    ['tag:prod,edge', 'tag:EDGE', 'add', 'tag:prod'],
    ['-tag:lab', 'tag:lab', 'add', 'tag:lab'],
    ['tag:prod,edge', 'tag:lab', 'exclude', 'tag:prod,edge -tag:lab'],
    ['tag:prod,lab', 'tag:lab', 'exclude', 'tag:prod -tag:lab'],
    ['-tag:lab', 'tag:dev', 'exclude', '-tag:lab,dev'],
    ['-tag:lab,dev', 'tag:lab', 'exclude', '-tag:dev'],
    ['tag:', 'tag:prod', 'add', 'tag: tag:prod'],
    ['connected', 'connected', 'set', ''],
    ['web', 'connected', 'add', 'web connected'],
    ['web', 'connected', 'exclude', 'web -connected'],
    ['connected', 'unreachable', 'set', 'unreachable'],
    ['"connected"', 'connected', 'add', '"connected" connected'],
    ['web', '', 'set', 'web'],
  ] as const)('%j, %s, %s gives %j', (text, term, mode, expected) => {
    expect(toggleTerm(text, term, mode)).toBe(expected);
  });

  const values = fc.array(fc.constantFrom('prod', 'edge', 'lab', 'db'), { minLength: 1, maxLength: 3 });
  const filterText = fc
    .array(
      fc.oneof(
        fc.constantFrom('web', '-db', 'connected', 'update:yes', '"two words"'),
        fc.tuple(fc.constantFrom('', '-'), values).map(([sign, list]) => `${sign}tag:${list.join(',')}`),
      ),
      { maxLength: 4 },
    )
    .map((terms) => terms.join(' '));

  it('turns a term on, and off again', () => {
    fc.assert(
      fc.property(
        filterText,
        fc.constantFrom('tag:prod', 'offline', 'group:"A B"'),
        fc.constantFrom('add', 'exclude'),
        (text, term, mode) => {
          fc.pre(termState(parseFilter(text), term) === null);
          const on = toggleTerm(text, term, mode);
          expect(termState(parseFilter(on), term)).toBe(mode === 'add' ? 'include' : 'exclude');
          const off = toggleTerm(on, term, mode);
          expect(parseFilter(off).terms.map(writeTerm)).toEqual(parseFilter(text).terms.map(writeTerm));
        },
      ),
    );
  });

  it('never asks for a term and its opposite', () => {
    fc.assert(
      fc.property(filterText, fc.constantFrom('set', 'add', 'exclude'), (text, mode) => {
        const { terms } = parseFilter(toggleTerm(text, 'tag:prod', mode));
        const signs = new Set(
          terms.filter(({ key, values: list }) => key === 'tag' && list.includes('prod')).map(({ exclude }) => exclude),
        );
        expect(signs.size).toBeLessThan(2);
      }),
    );
  });

  it('tells how a filter stands to a term', () => {
    const filter = parseFilter('tag:prod,edge -tag:lab "offline"');
    expect(['tag:edge', 'tag:lab', 'tag:db', 'offline', ''].map((term) => termState(filter, term))).toEqual([
      'include',
      'exclude',
      null,
      null,
      null,
    ]);
  });

  it('takes a chip out', () => {
    expect(removeTerm(parseFilter('web tag:prod -tag:lab'), 1)).toBe('web -tag:lab');
  });
});
