import { describe, expect, it } from 'vitest';
import { JournalFilter } from '../../../shared/model/journal-filter.ts';
import { canFilterBy, readJournalTerms, withFieldValue, withJournalTerm } from '../../../shared/logic/journal-terms.ts';
import { journalJump } from '../../../shared/logic/journal-jump.ts';
import { journalClock } from '../../../shared/logic/journal-time.ts';
import { shortHostNames } from '../../../shared/logic/short-host-names.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const read = (text: string) => {
  const { filter, problems } = readJournalTerms(text, NOW);
  expect(JournalFilter.safeParse(filter).success).toBe(true);
  return { filter, problems: problems.map(({ term }) => term) };
};

describe('a filter of a journal', () => {
  it('says what journalctl takes', () => {
    const { filter, problems } = read(
      'unit:sshd,nginx* prio:err id:sudo boot:-1 since:2h kernel:yes _PID=812 COMM="a b"',
    );
    expect(problems).toEqual([]);
    expect(filter).toEqual({
      boot: { offset: -1 },
      units: ['sshd', 'nginx*'],
      priority: 3,
      identifiers: ['sudo'],
      since: '2026-11-21T10:00:00.000Z',
      until: null,
      kernel: true,
      text: null,
      match: [
        { field: '_PID', value: '812' },
        { field: 'COMM', value: 'a b' },
      ],
    });
  });

  it('looks for a word as it is, for several with one pattern', () => {
    expect(read('a.b').filter.text).toEqual({ value: 'a.b', regex: false, matchCase: false });
    expect(read('"two words" case:yes').filter.text).toEqual({ value: 'two words', regex: false, matchCase: true });
    expect(read('re:^a.*z$').filter.text).toEqual({ value: '^a.*z$', regex: true, matchCase: false });
    const several = read('refused a*b -sshd').filter.text;
    expect(several).toEqual({
      value: String.raw`(?s)^(?=.*refused)(?=.*a\*b)(?!.*sshd)`,
      regex: true,
      matchCase: false,
    });
    // JavaScript has no (?s), but the flag.
    const pattern = new RegExp(several?.value.replace('(?s)', '') ?? '', 's');
    expect(pattern.test('x a*b\nwas refused')).toBe(true);
    expect(pattern.test('a*b refused by sshd')).toBe(false);
  });

  it.each([
    'prio:loud',
    'boot:first',
    'since:soon',
    'since:25:00',
    'since:2026-13-40',
    'kernel:maybe',
    '-unit:sshd',
    '-_PID=1',
    'nothing:x',
    'unit:"a b"',
  ])('%s is told to be wrong', (text) => {
    expect(read(text).problems).toEqual([text]);
  });

  it('takes times of this computer and with a zone', () => {
    expect(read('since:2026-11-20T08:30:00Z').filter.since).toBe('2026-11-20T08:30:00.000Z');
    expect(read('until:2026-11-20').filter.until).toBe(new Date(2026, 10, 20).toISOString());
    expect(new Date(read('since:14:30').filter.since ?? 0).getHours()).toBe(14);
  });

  it('is changed by menus and by values of fields, so that it is read as meant', () => {
    expect(withJournalTerm('a prio:err unit:x', 'prio', 'warning')).toBe('a unit:x prio:warning');
    expect(withJournalTerm('a prio:err', 'prio', null)).toBe('a');
    expect(read(withJournalTerm('unit:x a', 'id', ['b c', 'd,e'])).filter).toMatchObject({
      units: ['x'],
      identifiers: ['b c', 'd,e'],
    });
    expect(withJournalTerm('unit:x a', 'unit', [])).toBe('a');
    const value = `it's "a\\b" c`;
    expect(read(withFieldValue('', '_CMDLINE', value)).filter.match).toEqual([{ field: '_CMDLINE', value }]);
    expect(read(withFieldValue('', 'SYSLOG_IDENTIFIER', 'a b')).filter.identifiers).toEqual(['a b']);
    expect(withFieldValue('x prio:err', 'PRIORITY', '4')).toBe('x prio:warning');
    expect(canFilterBy('MESSAGE', 'two\nlines')).toBe(false);
    expect(canFilterBy('_SYSTEMD_UNIT', 'a b')).toBe(false);
  });

  it('is what a jump leads to', () => {
    const text = journalJump({ unit: 'a@1.service', boot: 'current', priority: 'err', since: NOW, until: NOW });
    expect(read(text)).toMatchObject({
      problems: [],
      filter: { units: ['a@1.service'], priority: 3, since: '2026-11-21T12:00:00.000Z' },
    });
  });
});

describe('times and names', () => {
  it('are written for a zone, with microseconds in full', () => {
    const at = Date.UTC(2026, 10, 1, 23, 5, 9, 7) * 1000 + 42;
    expect(journalClock('UTC').short(at)).toBe('1 Nov 23:05:09');
    expect(journalClock('Europe/Berlin').full(at)).toBe('2 Nov 2026, 00:05:09.007042 Europe/Berlin');
    expect(journalClock('Nowhere/Land').full(at)).toBe('1 Nov 2026, 23:05:09.007042 UTC');
  });

  it('lose the domain that all share', () => {
    expect(shortHostNames(['web-1.a.example', 'web-2.a.example'])).toEqual(['web-1', 'web-2']);
    expect(shortHostNames(['web.a.example', 'web.b.example'])).toEqual(['web.a', 'web.b']);
    expect(shortHostNames(['web', 'web.b'])).toEqual(['web', 'web.b']);
    expect(shortHostNames(['solo.a.example'])).toEqual(['solo']);
  });
});
