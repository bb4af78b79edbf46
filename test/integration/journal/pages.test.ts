import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageQuestion } from '../../../electron/core/journal/journal-service.ts';
import { wholeJournal } from '../../../shared/logic/journal-filter.ts';
import { BootsCompared, JournalDetails, JournalPage, type JournalEntry } from '../../../shared/model/journal.ts';
import type { JournalFilter } from '../../../shared/model/journal-filter.ts';
import { parseExport } from '../../../shared/parse/journal-export.ts';
import { startJournalHosts, type JournalHost, type JournalHosts } from '../../support/journal-host.ts';
import { describeWith, journalNeeds } from '../../support/prerequisites.ts';
import { JOURNAL_BOOTS, openJournal, writeJournal } from '../../support/real-journal.ts';

const ENTRIES = 4000;
const [BOOT_A = '', BOOT_B = ''] = JOURNAL_BOOTS;

let folder: string;
let world: JournalHosts;
let host: JournalHost;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-journal-files-'));
  world = await startJournalHosts([await writeJournal(join(folder, 'box'), ENTRIES)]);
  host = world.hosts[0]!;
});
afterAll(async () => {
  await world.dispose();
  await rm(folder, { recursive: true, force: true });
});

const filter = (differs: Partial<JournalFilter>): JournalFilter => ({ ...wholeJournal, ...differs });
const page = (question: Partial<PageQuestion>) =>
  world.core.journal.page({
    ...{ hostId: host.id, filter: wholeJournal, cursor: null, at: null, direction: 'older', count: 500 },
    ...question,
  });
const cursorsOf = (entries: readonly JournalEntry[]) => entries.map(({ cursor }) => cursor);

/** What the real journalctl gives for these words, oldest first. */
function told(...words: readonly string[]): string[] {
  return host
    .journalctl('-o', 'json', '--output-fields=PRIORITY', ...words)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { __CURSOR: string }).__CURSOR);
}

/** Thousands of cursors are compared by the first that differs: a list of all would be no help. */
function expectSame(cursors: readonly unknown[], expected: readonly string[]): void {
  const at = expected.findIndex((cursor, index) => cursors[index] !== cursor);
  expect([at, cursors[at], cursors.length]).toEqual([at, expected[at], expected.length]);
}

/** All that passes a filter, page by page. */
async function pages(wanted: JournalFilter, direction: 'older' | 'newer', count: number): Promise<string[]> {
  const cursors: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const { entries, olderLeft, newerLeft } = await page({ filter: wanted, direction, count, cursor });
    if (direction === 'older') cursors.unshift(...cursorsOf(entries));
    else cursors.push(...cursorsOf(entries));
    cursor = (direction === 'older' ? entries.at(0) : entries.at(-1))?.cursor ?? null;
    if (!(direction === 'older' ? olderLeft : newerLeft) || cursor === null) return cursors;
    expect(entries).toHaveLength(count);
  }
}

describeWith(...journalNeeds)('a journal over a real sshd, read by the real journalctl', () => {
  /** Each with journalctl's own words for it, written by hand. */
  const FILTERS: readonly (readonly [name: string, filter: Partial<JournalFilter>, words: readonly string[]])[] = [
    ['everything', {}, []],
    ['a boot and errors', { boot: { id: BOOT_B }, priority: 3 }, ['-b', BOOT_B, '-p', 'err']],
    ['a boot by its number', { boot: { offset: -2 }, priority: 4 }, ['-b', '-2', '-p', '0..4']],
    ['two units', { units: ['sshd.service', 'web@1'], priority: 5 }, ['-u', 'sshd', '-u', 'web@1.service', '-p', '5']],
    ['units by a pattern', { units: ['web@*'], priority: 4 }, ['-u', 'web@*', '-p', '4']],
    ['a unit that nobody has', { units: ['nobody*'] }, ['-u', 'nobody*']],
    ['identifiers', { identifiers: ['web', 'kernel'], priority: 4 }, ['-t', 'web', '-t', 'kernel', '-p', '4']],
    ['the kernel', { kernel: true }, ['-k', '-b', 'all']],
    ['the kernel in one boot', { kernel: true, boot: { id: BOOT_A } }, ['-k', '-b', BOOT_A]],
    ['a plain text', { text: { value: '17 ', regex: false, matchCase: true } }, ['-g', '17 ', '--case-sensitive=yes']],
    ['signs that mean something', { text: { value: '[31m', regex: false, matchCase: true } }, ['-g', '\\[31m']],
    [
      'any case',
      { text: { value: 'ERROR ER', regex: false, matchCase: false } },
      ['-g', 'error er', '--case-sensitive=no'],
    ],
    ['a pattern', { text: { value: '^3\\d9. retry', regex: true, matchCase: true } }, ['-g', '^3[0-9]9. retry']],
    [
      'what nothing says',
      { text: { value: 'nothing says this', regex: false, matchCase: true } },
      ['-g', 'nothing says this'],
    ],
    [
      'times and a field',
      { since: '2026-03-01T06:00:01.500Z', until: '2026-03-01T07:01:03+01:00', match: [{ field: '_PID', value: '1' }] },
      ['--since', '2026-03-01 06:00:01.5', '--until', '2026-03-01 06:01:03', '_PID=1'],
    ],
    [
      'fields that differ and that are alike',
      {
        match: [
          { field: 'TAG', value: 'two' },
          { field: '_TRANSPORT', value: 'syslog' },
          { field: '_TRANSPORT', value: 'kernel' },
        ],
      },
      ['TAG=two', '_TRANSPORT=syslog', '_TRANSPORT=kernel'],
    ],
  ];

  it.each(FILTERS)(
    '%s: page by page what journalctl gives, entry by entry, in both directions',
    async (_, wanted, words) => {
      const all = told(...words);
      const count = Math.min(500, Math.max(7, Math.ceil(all.length / 3)));
      expectSame(await pages(filter(wanted), 'older', count), all);
      expectSame(await pages(filter(wanted), 'newer', count), all);
    },
  );

  it('has half before and half after an entry, also where a filter hides it, and by a time', async () => {
    const all = told();
    const cursor = all[2000] ?? '';
    const around = await page({ cursor, direction: 'around', count: 100 });
    expect(cursorsOf(around.entries)).toEqual(all.slice(1950, 2050));
    expect(around).toMatchObject({ olderLeft: true, newerLeft: true });

    const errors = told('-p', '3');
    const hidden = all.findIndex((each, index) => index > 2000 && !errors.includes(each));
    const at = errors.findIndex((each) => all.indexOf(each) > hidden);
    const near = await page({
      filter: filter({ priority: 3 }),
      cursor: all[hidden] ?? '',
      direction: 'around',
      count: 20,
    });
    expect(cursorsOf(near.entries)).toEqual(errors.slice(at - 10, at + 10));

    const moment = around.entries[50]?.realtimeUs ?? 0;
    const byTime = await page({ at: moment / 1000, direction: 'around', count: 100 });
    expect(cursorsOf(byTime.entries)).toEqual(cursorsOf(around.entries));
  });

  it('gives what is hard to read: bytes, lines, 100 KB, colours, repeated fields', async () => {
    const { entries, access } = JournalPage.parse(await page({ count: 500 }));
    expect(access).toMatchObject({ user: host.sshd.user, privileged: true, readable: 'all' });
    expect(entries.some(({ binary, message }) => binary && message.startsWith('ÿþ'))).toBe(true);
    expect(entries.some(({ message }) => /\nsecond line \d+\nthird$/.test(message))).toBe(true);
    expect(entries.some(({ priority }) => priority === null)).toBe(true);
    const large = (await page({ filter: filter({ text: { value: 'x{5000}', regex: true, matchCase: true } }) }))
      .entries;
    expect(large.map(({ message, cut }) => [message.length, cut !== null && cut > 80_000])).toEqual(
      large.map(() => [16_384, true]),
    );
    expect(large.length).toBeGreaterThan(1);
    const red = (await page({ filter: filter({ text: { value: '[31m', regex: false, matchCase: true } }) })).entries;
    expect(red.every(({ message }) => !message.includes('\u001b') && !message.includes('[31m'))).toBe(true);

    const [tagged] = (await page({ filter: filter({ match: [{ field: 'TAG', value: 'one' }] }), count: 1 })).entries;
    const details = JournalDetails.parse(await world.core.journal.details(host.id, tagged?.cursor ?? ''));
    expect(
      details.fields
        .filter(({ name }) => name === 'TAG')
        .map(({ value }) => value)
        .sort(),
    ).toEqual(['one', 'two']);
    expect(details.complete).toBe(true);
    const whole = await world.core.journal.details(host.id, large[0]?.cursor ?? '');
    const message = whole.fields.find(({ name }) => name === 'MESSAGE');
    expect((message?.value.length ?? 0) + (message?.cut ?? 0)).toBeGreaterThan(100_000);
    const gone = tagged?.cursor.replace(/i=[0-9a-f]+/, 'i=fffffff').replace(/x=[0-9a-f]+/, 'x=1') ?? '';
    await expect(world.core.journal.details(host.id, gone)).rejects.toMatchObject({
      failure: { code: 'journal.entry-gone' },
    });
  });

  it('lists boots and values, and puts two boots beside each other', async () => {
    const { boots } = await world.core.journal.boots(host.id);
    expect(boots.map(({ id, index }) => [id, index])).toEqual([
      [JOURNAL_BOOTS[2], 0],
      [BOOT_B, -1],
      [BOOT_A, -2],
    ]);
    const { values } = await world.core.journal.values(host.id, '_SYSTEMD_UNIT');
    expect(values).toEqual(host.journalctl('-F', '_SYSTEMD_UNIT').trim().split('\n').sort());
    const compared = BootsCompared.parse(await world.core.journal.compareBoots(host.id, BOOT_B, BOOT_A));
    expect(compared.units.map(({ unit }) => unit)).toContain('sshd.service');
    expect(compared.units.some(({ bad }) => bad.some(({ only }) => only))).toBe(true);
    await expect(world.core.journal.compareBoots(host.id, 'e'.repeat(32), BOOT_A)).rejects.toMatchObject({
      failure: { code: 'journal.boot-gone' },
    });
  });

  it('takes no value for an option or for the shell', async () => {
    const trap = join(folder, 'trap');
    const values = [
      '--vacuum-size=1',
      '-f',
      `$(touch ${trap})`,
      `\`touch ${trap}\``,
      `'; touch ${trap}; '`,
      '--cursor-file=x',
      '*',
      '"',
      '\\',
    ];
    for (const value of values) {
      const differs = [
        { identifiers: [value] },
        { match: [{ field: 'MESSAGE', value }] },
        { text: { value, regex: false, matchCase: true } },
      ];
      for (const each of differs) {
        const expected = each.text && value === '*' ? 0 : null;
        const { entries } = await page({ filter: filter(each), count: 3 });
        expect(entries.length).toBeLessThanOrEqual(expected ?? 0);
      }
    }
    expect(existsSync(trap)).toBe(false);
    expect(told()).toHaveLength(ENTRIES);
  });

  it('says what is wrong with a pattern or a boot, and that journalctl cannot search or is not there', async () => {
    const search = filter({ text: { value: '(', regex: true, matchCase: true } });
    await expect(page({ filter: search })).rejects.toMatchObject({
      failure: { code: 'journal.bad-pattern', params: { detail: 'missing closing parenthesis' } },
    });
    await expect(page({ filter: filter({ boot: { offset: -50 } }) })).rejects.toMatchObject({
      failure: { code: 'journal.boot-gone' },
    });
    await host.replaceJournalctl('#!/bin/sh\necho "Compiled without pattern matching support" >&2\nexit 1\n');
    await expect(page({ filter: search })).rejects.toMatchObject({ failure: { code: 'journal.no-grep' } });
    await host.replaceJournalctl(
      '#!/bin/sh\necho "No journal files were opened due to insufficient permissions." >&2\nexit 1\n',
    );
    const { entries, access } = await page({});
    expect(entries).toEqual([]);
    expect(access).toMatchObject({ readable: 'none', why: [{ code: 'journal.unreadable' }] });
    await host.replaceJournalctl(null);
  });

  describe('exports', () => {
    async function exported(format: 'text' | 'json' | 'export') {
      const wanted = filter({ boot: { id: BOOT_A } });
      const bytes: Buffer[] = [];
      let masked = 0;
      const pieces = world.core.journal.export(
        { hostIds: [host.id], filter: wanted, format },
        new AbortController().signal,
      );
      for await (const piece of pieces) {
        if (piece.kind === 'piece') bytes.push(Buffer.from(piece.base64, 'base64'));
        if (piece.kind === 'end') masked = piece.masked;
      }
      return { bytes: Buffer.concat(bytes), masked };
    }
    const all = () => told('-b', BOOT_A);

    it('are what journalctl exports, with secrets masked, and journald reads them again', async () => {
      const { bytes, masked } = await exported('export');
      const { entries } = parseExport(bytes);
      expect(entries).toHaveLength(all().length);
      expect(masked).toBeGreaterThan(0);
      expect(bytes.includes('hunter2')).toBe(false);
      const again = await openJournal(join(folder, 'again'));
      await again.write(bytes);
      await again.close();
      const own = parseExport(Buffer.from(host.journalctl('-o', 'export', '-a', '-b', BOOT_A))).entries;
      expect(entries.map((entry) => entry.length - 1)).toEqual(own.map((entry) => entry.length));
    });

    it('are lines of JSON, and text with host and time zone', async () => {
      const json = await exported('json');
      const lines = json.bytes
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expectSame(
        lines.map((each) => each['__CURSOR']),
        all(),
      );
      expect(lines[0]).toMatchObject({
        BERTH_HOST: 'box-1',
        BERTH_TIME: expect.stringMatching(/^2026-03-01T06:00:00\.\d{6}Z$/) as string,
      });
      const text = (await exported('text')).bytes.toString();
      expect(text).toMatch(/^# The journal of box-1 \(root@127\.0\.0\.1:\d+\), taken .* Times are UTC/);
      expect(text.match(/^2026-03-01T06:00:0\d\.\d{6}Z box-1 /gm)).toHaveLength(all().length);
      expect(text).not.toContain('hunter2');
    });
  });
});
