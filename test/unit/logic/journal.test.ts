import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUnits } from '../../../shared/logic/journal-compare.ts';
import { isoMicros, journalWords, microsWord, wholeJournal } from '../../../shared/logic/journal-filter.ts';
import { entryText, utcMicros } from '../../../shared/logic/journal-lines.ts';
import { readMoment } from '../../../shared/logic/moment.ts';
import { JournalFilter } from '../../../shared/model/journal-filter.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';

const entry = (message: string, differs: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{ cursor: 's=1', realtimeUs: 1_772_344_800_000_123, monotonicUs: 5_000_000, bootId: 'a'.repeat(32) },
  ...{ priority: 6, identifier: 'web', unit: 'web.service', pid: 17, message, cut: 0, binary: false },
  ...differs,
});

describe('a filter as words for journalctl', () => {
  it('is one word a value', () => {
    expect(
      journalWords({
        ...{ boot: { offset: -1 }, units: ['a.service'], priority: 4, identifiers: ['b'], kernel: true },
        ...{ since: '2026-03-01T06:00:00.5Z', until: '2026-03-01T08:00:00.000001+01:00' },
        text: { value: 'a.b*[c]', regex: false, matchCase: true },
        match: [{ field: '_PID', value: '1' }],
      }),
    ).toEqual([
      ...['--boot=-1', '--unit=a.service', '--identifier=b', '--priority=0..4', '--dmesg'],
      ...['--since=@1772344800.500000', '--until=@1772348400.000001'],
      ...['--grep=a\\.b\\*\\[c\\]', '--case-sensitive=yes', '_PID=1'],
    ]);
  });

  it('has no word that journalctl could take for another option, whatever a page sends', () => {
    const options =
      /^--(?:boot|unit|identifier|priority|dmesg|since|until|grep|case-sensitive)(?:=|$)|^[A-Z_][A-Z0-9_]{0,63}=/;
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    const raw = fc.record({
      boot: fc.oneof(fc.constantFrom('all', 'current'), fc.record({ id: text }), fc.record({ offset: fc.integer() })),
      units: fc.array(text, { maxLength: 3 }),
      priority: fc.oneof(fc.constant(null), fc.integer({ min: -3, max: 10 })),
      identifiers: fc.array(text, { maxLength: 3 }),
      since: fc.oneof(fc.constant(null), text, fc.constant('2026-03-01T06:00:00Z')),
      until: fc.constant(null),
      kernel: fc.boolean(),
      text: fc.oneof(fc.constant(null), fc.record({ value: text, regex: fc.boolean(), matchCase: fc.boolean() })),
      match: fc.array(fc.record({ field: fc.oneof(text, fc.constant('MESSAGE')), value: text }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(raw, (given) => {
        const filter = JournalFilter.safeParse(given);
        if (!filter.success) return;
        for (const word of journalWords(filter.data)) {
          expect(word).toMatch(options);
          expect(word).not.toMatch(/[\0\n\r]/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('knows microseconds', () => {
    expect(isoMicros('2026-03-01T06:00:00.000123Z')).toBe(1_772_344_800_000_123);
    expect(microsWord(1_772_344_800_000_123)).toBe('@1772344800.000123');
    expect(utcMicros(1_772_344_800_000_123)).toBe('2026-03-01T06:00:00.000123Z');
    expect(journalWords(wholeJournal)).toEqual([]);
  });
});

it('an entry as text has host, identifier and process, and its lines below each other', () => {
  expect(entryText(entry('one\ntwo'), 'box', 'now')).toBe('now box web[17]: one\n                 two');
  expect(entryText(entry('x', { cut: 12, pid: null, identifier: '' }), 'box', 'now')).toBe(
    'now box unknown: x [12 bytes more]',
  );
});

describe('two boots beside each other', () => {
  it('are compared by what is said but for numbers, unit by unit, the worst that only one has first', () => {
    const good = [
      entry('listening on port 80 after 17 ms'),
      entry('fine', { unit: 'db.service' }),
      entry('gone', { unit: 'old.service' }),
    ];
    const bad = [
      entry('listening on port 80 after 912 ms'),
      entry('cannot bind: 0x7ffe12ab34cd', { priority: 3, monotonicUs: 7_000_000 }),
      entry('cannot bind: 0x7ffe99999999', { priority: 2 }),
      entry('fine', { unit: 'db.service' }),
      entry('new here', { unit: 'new.service' }),
    ];
    const units = compareUnits(bad, good);
    expect(units.map(({ unit, in: where }) => `${unit} ${where}`)).toEqual([
      ...['web.service both', 'new.service bad', 'old.service good', 'db.service both'],
    ]);
    expect(units[0]).toMatchObject({ worst: 2, common: 1, good: [] });
    expect(units[0]?.bad).toEqual([
      { text: 'cannot bind: 0x7ffe12ab34cd', priority: 2, count: 2, firstMs: 2000, cursor: 's=1', only: true },
    ]);
    expect(units[2]?.good).toMatchObject([{ text: 'gone', only: true }]);
    expect(units[3]).toMatchObject({ bad: [], good: [], common: 1 });
  });
});

describe('a moment as it is typed', () => {
  const now = new Date(2026, 10, 21, 12, 30).getTime();
  it.each([
    ['now', now],
    ['90s', now - 90_000],
    ['-2h', now - 7_200_000],
    ['3 d ago', now - 3 * 86_400_000],
    ['today', new Date(2026, 10, 21).getTime()],
    ['yesterday', new Date(2026, 10, 20).getTime()],
    ['9:05', new Date(2026, 10, 21, 9, 5).getTime()],
    ['2026-11-01', new Date(2026, 10, 1).getTime()],
    ['2026-11-01 14:30', new Date(2026, 10, 1, 14, 30).getTime()],
    ['2026-11-01T14:30:05Z', Date.UTC(2026, 10, 1, 14, 30, 5)],
    ['25:00', null],
    ['soon', null],
    ['2026-13-45', null],
    ['', null],
  ])('%j', (text, at) => {
    expect(readMoment(text, now)).toBe(at);
  });
});
