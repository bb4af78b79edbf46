import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { journalLine, parseBootList, parseJournal } from '../../../shared/parse/journal.ts';

const BOOT = 'ab'.repeat(16);
const entry = (fields: object) =>
  JSON.stringify({ __REALTIME_TIMESTAMP: '1795282139259328', _BOOT_ID: BOOT, ...fields });
const bytes = (text: string) => [...new TextEncoder().encode(text)];

describe('entries of the journal', () => {
  it.each([
    ['a text', 'Finalizing', 'Finalizing'],
    ['bytes, as journalctl writes what has colours', bytes('\u001b[0;1;31merror:\u001b[0m caffè'), 'error: caffè'],
    ['bytes that are no UTF-8', [255, 254, 104, 105], 'ÿþhi'],
    ['what was left out for its size', null, ''],
    ['a field that stands there twice', ['first', 'second'], 'first'],
    ['one of these in bytes', [bytes('first'), 'second'], 'first'],
    ['an object', { not: 'a text' }, ''],
  ])('%s', (_, MESSAGE, text) => {
    const [read] = parseJournal(entry({ MESSAGE, PRIORITY: '3', _SYSTEMD_UNIT: 'x.service' }));
    expect(journalLine(read!)).toEqual({ at: 1795282139259, bootId: BOOT, unit: 'x.service', text, priority: 3 });
  });

  it('are told oldest first, and what is none of them is skipped', () => {
    const text = [
      entry({ MESSAGE: 'new', __REALTIME_TIMESTAMP: '3000' }),
      '-- No entries --',
      '{"MESSAGE":"cut in the mid',
      entry({ MESSAGE: 'without a boot', _BOOT_ID: 'x' }),
      entry({ MESSAGE: 'without a time', __REALTIME_TIMESTAMP: 'x' }),
      'null',
      '[]',
      entry({ MESSAGE: 'old', __REALTIME_TIMESTAMP: '2000' }),
    ].join('\n');
    expect(parseJournal(text).map((each) => each.field('MESSAGE'))).toEqual(['old', 'new']);
  });

  it('keep their order within a millisecond, and within a moment, also where the newest is first', () => {
    const at = (micros: number, MESSAGE: string) => entry({ MESSAGE, __REALTIME_TIMESTAMP: String(micros) });
    const lines = [at(5001, 'a'), at(5002, 'b'), at(5002, 'c'), at(9000, 'd')];
    for (const text of [lines, lines.toReversed()]) {
      expect(parseJournal(text.join('\n')).map((each) => each.field('MESSAGE'))).toEqual(['a', 'b', 'c', 'd']);
    }
  });

  it('are shown with the unit that systemd speaks of, cut and clean', () => {
    const [read] = parseJournal(
      entry({ MESSAGE: 'x'.repeat(100_000), UNIT: 'a.service', _SYSTEMD_UNIT: 'init.scope', PRIORITY: '99' }),
    );
    const line = journalLine(read!);
    expect(line).toMatchObject({ unit: 'a.service', priority: 6 });
    expect(line.text).toHaveLength(600);
  });

  it('never throw, whatever a host says', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.json()).map((lines) => lines.join('\n')),
        ),
        (text) => {
          parseJournal(text).map(journalLine);
          parseBootList(text);
        },
      ),
    );
  });
});

describe('the list of boots', () => {
  const [old, recent] = ['1', '2'].map((digit) => digit.repeat(32));
  const expected = [
    { id: old, firstAt: Date.UTC(2026, 10, 21, 17, 27, 24), lastAt: Date.UTC(2026, 10, 21, 17, 29) },
    { id: recent, firstAt: Date.UTC(2026, 10, 21, 17, 29, 4), lastAt: Date.UTC(2026, 10, 21, 17, 30, 2) },
  ];
  const json = expected.map(({ id, firstAt, lastAt }, index) => ({
    index: index - 1,
    boot_id: id,
    first_entry: firstAt * 1000,
    last_entry: lastAt * 1000,
  }));

  it('is read from JSON', () => {
    expect(parseBootList(`${JSON.stringify(json)}\n`)).toEqual(expected);
  });
  it('is read from what is left of JSON that was cut', () => {
    expect(parseBootList(JSON.stringify([...json, json[0]]).slice(0, -40))).toEqual(expected);
  });
  it.each([
    ['since systemd 254', ' '],
    ['before', '—'],
  ])('is read from the table %s', (_, dash) => {
    const table = ` -1 ${old} Sat 2026-11-21 17:27:24 UTC${dash}Sat 2026-11-21 17:29:00 UTC
  0 ${recent} Sat 2026-11-21 17:29:04 UTC${dash}Sat 2026-11-21 17:30:02 UTC
IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY`;
    expect(parseBootList(table)).toEqual(expected);
  });
});
