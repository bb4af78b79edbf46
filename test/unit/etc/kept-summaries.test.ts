import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createKeptSummaries, type Said } from '../../../electron/core/etc/kept-summaries.ts';
import { createLastComparisons } from '../../../electron/core/etc/last-comparisons.ts';
import { silentLog } from '../../../electron/core/log/file-log.ts';
import { comparisonOf, entryOf } from '../../support/page-fixtures/etc.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'berth-summaries-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (isHost: (id: string) => boolean = () => true) =>
  createKeptSummaries({ path: join(folder, 'summaries.json'), isHost, log: silentLog });

const said = (at: number, drift: number): Said => ({
  summary: { at, drift, masked: null, blockers: null, isTransient: false },
  staged: null,
  blockers: [],
});

it('keeps what the fleet says of hosts over a restart, with its age, and of those that are there alone', async () => {
  const first = open();
  const comparisons = createLastComparisons(first.note);
  const blocker = entryOf('a', { outcome: 'blocker', reason: 'It is a directory.' });
  comparisons.put(comparisonOf([blocker, entryOf('b')], { hostId: 'h1' }));
  comparisons.put(comparisonOf([], { hostId: 'gone', view: 'drift' }));
  await first.dispose();

  const second = open((id) => id !== 'gone');
  const after = createLastComparisons(second.note);
  after.put(comparisonOf([], { hostId: 'h2', view: 'drift', readAt: 7 }));
  expect(after.restore(await second.read())).toEqual(['h1', 'gone']);
  const stagedId = comparisonOf([]).target?.deployment ?? '';
  expect(after.summary('h1', stagedId)).toEqual(comparisons.summary('h1', stagedId));
  expect(after.blockers('h1', stagedId)).toEqual([{ path: '/etc/a', reason: 'It is a directory.' }]);
  expect(after.blockers('h1', 'another')).toBeNull();
  expect(after.summary('h2', null)).toMatchObject({ at: 7, drift: 0 });
  await second.dispose();
  expect([...(await open().read()).keys()].sort()).toEqual(['h1', 'h2']);
});

it('leaves what another process compared later, and begins anew where nothing can be read', async () => {
  const [one, other] = [open(), open()];
  one.note('h', said(2, 2));
  await one.dispose();
  other.note('h', said(1, 1));
  await other.dispose();
  expect((await open().read()).get('h')?.summary.at).toBe(2);
  await writeFile(join(folder, 'summaries.json'), '{"version":1,"hosts":{"h":7}}');
  expect((await open().read()).size).toBe(0);
  const again = open();
  again.note('h', said(3, 3));
  await again.dispose();
  expect(await readFile(join(folder, 'summaries.json'), 'utf8')).toContain('"drift":3');
});
