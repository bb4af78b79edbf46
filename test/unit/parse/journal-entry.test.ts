import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JournalDetails, JournalEntry } from '../../../shared/model/journal.ts';
import { parseEntryLine } from '../../../shared/parse/journal-entry.ts';
import { detailsOfExport, entryOfExport, parseExport } from '../../../shared/parse/journal-export.ts';

const CURSOR = 's=1;i=2;b=3;m=4;t=5;x=6';
const FRAME = {
  __CURSOR: CURSOR,
  __REALTIME_TIMESTAMP: '1772344800000123',
  __MONOTONIC_TIMESTAMP: '5000000',
  _BOOT_ID: 'a'.repeat(32),
};
const entry = (fields: Readonly<Record<string, unknown>>) => parseEntryLine(JSON.stringify({ ...FRAME, ...fields }));
const bytes = (text: string) => [...Buffer.from(text)];

describe('an entry of journalctl -o json', () => {
  it('is told with its unit, identifier and priority', () => {
    expect(
      entry({ MESSAGE: 'hello', PRIORITY: '3', SYSLOG_IDENTIFIER: 'web', _SYSTEMD_UNIT: 'web.service', _PID: '17' }),
    ).toEqual({
      ...{ cursor: CURSOR, realtimeUs: 1_772_344_800_000_123, monotonicUs: 5_000_000, bootId: 'a'.repeat(32) },
      ...{ priority: 3, identifier: 'web', unit: 'web.service', pid: 17, message: 'hello', cut: 0, binary: false },
    });
    expect(entry({ _TRANSPORT: 'kernel' })).toMatchObject({
      identifier: 'kernel',
      unit: null,
      priority: null,
      pid: null,
    });
    const manager = { _PID: '1', _SYSTEMD_UNIT: 'init.scope', UNIT: 'web.service' };
    expect(entry(manager)).toMatchObject({ unit: 'web.service' });
    // Anybody may say UNIT=: it counts only where the manager does.
    expect(entry({ ...manager, _PID: '17', _SYSTEMD_UNIT: 'evil.service' })).toMatchObject({ unit: 'evil.service' });
  });

  it.each([
    ['bytes that are text', bytes('größer'), { message: 'größer', binary: false, cut: 0 }],
    ['bytes that are none', [0xff, 0x41], { message: 'ÿA', binary: true, cut: 0 }],
    ['several values', ['first', 'second'], { message: 'first', binary: false }],
    ['several, of bytes', [bytes('ab'), 'second'], { message: 'ab' }],
    ['null: too large to be sent', null, { message: '', cut: null }],
    ['a long text', 'ä'.repeat(20_000), { message: 'ä'.repeat(16_384), cut: 2 * (20_000 - 16_384) }],
    ['a cut that would halve a pair', `${'a'.repeat(16_383)}😀b`, { message: 'a'.repeat(16_383), cut: 5 }],
    ['lines and tabs', 'a\r\n\tb\nc', { message: 'a\n\tb\nc' }],
    ['colours, a title and a bell', '\u001b[31mred\u001b[0m\u001b]0;x\u0007!\u0007', { message: 'red!\ufffd' }],
    ['what reorders text', 'a\u202eb', { message: 'a\ufffdb' }],
    ['nonsense', { a: 1 }, { message: '' }],
    ['a number', 7, { message: '7' }],
  ])('has a message: %s', (_, MESSAGE, expected) => {
    expect(entry({ MESSAGE })).toMatchObject(expected);
  });

  it.each([
    '',
    '-- No entries --',
    '{',
    '{}',
    'null',
    '[1]',
    '{"__CURSOR":"s=1"}',
    JSON.stringify({ ...FRAME, __REALTIME_TIMESTAMP: '-5' }),
  ])('is none in %j', (line) => {
    expect(parseEntryLine(line)).toBeNull();
  });

  it('is an entry or nothing, whatever comes', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant(null),
      fc.array(fc.integer({ min: -1, max: 300 })),
      fc.jsonValue(),
    );
    const name = fc.constantFrom(
      'MESSAGE',
      'PRIORITY',
      '_PID',
      'SYSLOG_IDENTIFIER',
      '_SYSTEMD_UNIT',
      'UNIT',
      '_BOOT_ID',
      '__CURSOR',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.nat(400), (fields, cut) => {
        const line = JSON.stringify({ ...FRAME, ...fields });
        for (const text of [line, line.slice(0, cut)]) {
          const parsed = parseEntryLine(text);
          if (parsed) expect(JournalEntry.parse(parsed).message).not.toMatch(/[\0-\x08\x0b-\x1f\x7f\u202e]/);
        }
      }),
    );
  });
  it('is not brought down by nesting', () => {
    expect(entry({ MESSAGE: 'x' })).not.toBeNull();
    const deep = JSON.stringify({ ...FRAME, MESSAGE: 0 }).replace(
      '"MESSAGE":0',
      `"MESSAGE":${'['.repeat(5000)}${']'.repeat(5000)}`,
    );
    expect(parseEntryLine(deep)).toMatchObject({ message: '' });
  });
});

/** As systemd writes it: what is not one line of text with its length. */
function exported(fields: readonly (readonly [string, Uint8Array])[]): Buffer {
  const parts = fields.map(([name, value]) => {
    const isLine = !value.includes(10) && [...value].every((byte) => byte >= 32 && byte < 127);
    if (isLine) return Buffer.concat([Buffer.from(`${name}=`), value, Buffer.from('\n')]);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(value.length));
    return Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from('\n')]);
  });
  return Buffer.concat([...parts, Buffer.from('\n')]);
}

describe('the journal export format', () => {
  const field = fc.tuple(fc.stringMatching(/^[A-Z_]{1,8}$/), fc.uint8Array({ maxLength: 40 }));

  it('is read as it was written, and cut anywhere as far as it goes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 5 }),
        fc.nat(),
        (entries, cut) => {
          const buffers = entries.map(exported);
          const all = Buffer.concat(buffers);
          const read = parseExport(all);
          expect(read.end).toBe(all.length);
          expect(read.entries.map((each) => each.map(({ name, value }) => [name, [...value]]))).toEqual(
            entries.map((each) => each.map(([name, value]) => [name, [...value]])),
          );
          const length = all.length === 0 ? 0 : cut % all.length;
          const some = parseExport(all.subarray(0, length));
          let whole = 0;
          for (let end = 0; end + (buffers[whole]?.length ?? Infinity) <= length; whole += 1)
            end += buffers[whole]?.length ?? 0;
          expect(some.entries).toHaveLength(whole);
        },
      ),
    );
  });

  it('gives all fields, repeated ones each, and says what is missing', () => {
    const buffer = exported([
      ['__CURSOR', Buffer.from(CURSOR)],
      ['__REALTIME_TIMESTAMP', Buffer.from('1772344800000123')],
      ['_BOOT_ID', Buffer.from('a'.repeat(32))],
      ['TAG', Buffer.from('two')],
      ['TAG', Buffer.from('one')],
      ['MESSAGE', Buffer.from([0xff, 10, 0x41])],
      ['BLOB', Buffer.alloc(100_000, 'x')],
      ['BYTES', Buffer.alloc(100_000, 0xff)],
    ]);
    const whole = parseExport(buffer);
    const details = JournalDetails.parse(detailsOfExport(CURSOR, whole.entries[0] ?? [], true));
    expect(details.fields.map(({ name }) => name)).toEqual([
      'BLOB',
      'BYTES',
      'MESSAGE',
      'TAG',
      'TAG',
      '_BOOT_ID',
      '__REALTIME_TIMESTAMP',
    ]);
    expect(details.fields.filter(({ name }) => name === 'TAG').map(({ value }) => value)).toEqual(['two', 'one']);
    expect(details.fields[0]).toMatchObject({ cut: 100_000 - 65_536, binary: false });
    expect(details.fields[2]).toMatchObject({ value: 'ÿ\nA', binary: true });
    expect(entryOfExport(whole.entries[0] ?? [])).toMatchObject({ cursor: CURSOR, message: 'ÿ\nA', binary: true });

    const part = parseExport(buffer.subarray(0, buffer.length - 50_000));
    const cut = detailsOfExport(CURSOR, part.rest, false);
    expect(cut.complete).toBe(false);
    const found = cut.fields.find(({ name }) => name === 'BYTES');
    expect((found?.value.length ?? 0) + (found?.cut ?? 0)).toBe(100_000);
    const line = parseExport(buffer.subarray(0, buffer.length - 150_000));
    expect(detailsOfExport(CURSOR, line.rest, false).fields[0]).toMatchObject({ name: 'BLOB', cut: 1 });
  });
});
