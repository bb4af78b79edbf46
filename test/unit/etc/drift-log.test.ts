import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDriftLog } from '../../../electron/core/etc/drift-log.ts';
import type { EtcNode } from '../../../shared/model/etc.ts';
import { comparisonOf, entryOf, nodeOf } from '../../support/page-fixtures/etc.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-drift-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const A = nodeOf({ hash: 'a'.repeat(64) });
const B = nodeOf({ hash: 'b'.repeat(64) });

/** Looks at a host at a time: what of it differs from its image, and how. */
function look(at: number, local: Readonly<Record<string, EtcNode | null>>, hostId = 'h') {
  const entries = Object.entries(local).map(([path, node]) =>
    entryOf(path, { base: A, local: node, here: node ? 'content' : 'deleted' }),
  );
  const tree = new Map([['steady', A], ...Object.entries(local).filter(([, node]) => node)] as [string, EtcNode][]);
  return [comparisonOf(entries, { hostId, view: 'staged', readAt: at, leftOut: 0 }), tree] as const;
}

it('says between which looks a path changed, and what it was before', async () => {
  const log = createDriftLog(folder);
  await log.note(...look(1, { hosts: B }));
  await log.note(...look(2, { hosts: B }));
  await log.note(...look(3, { hosts: { ...B, mode: 0o600 }, motd: null }));
  await log.note(...look(4, {}));
  const told = (await log.list('h', 'hosts', 10)).map(({ at, since, change }) => [at, since, change]);
  expect(told).toEqual([
    [4, 3, 'deleted'],
    [3, 2, 'metadata'],
    [1, null, 'content'],
  ]);
  expect((await log.list('h', 'motd', 10)).map(({ at, change, before }) => [at, change, before])).toEqual([
    [3, 'deleted', A],
  ]);
  expect(await log.list('h', null, 2)).toHaveLength(2);
  expect(await log.list('other', null, 10)).toEqual([]);
});

it('goes on after a restart, and takes no look that is older than its last', async () => {
  await createDriftLog(folder).note(...look(5, { hosts: B }));
  const again = createDriftLog(folder);
  await again.note(...look(4, { hosts: null }));
  await again.note(...look(6, { hosts: null }));
  expect((await again.list('h', null, 10)).map(({ at, since, change }) => [at, since, change])).toEqual([
    [6, 5, 'deleted'],
    [5, null, 'content'],
  ]);
});

it('keeps no more than it is allowed to, the newest', async () => {
  const log = createDriftLog(folder, 100_000);
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`file-${String(index)}`, B]));
  await log.note(...look(1, many));
  await log.note(...look(2, {}));
  const kept = await log.list('h', null, 100_000);
  expect(kept.length).toBeLessThan(300);
  expect(kept[0]?.at).toBe(2);
});

it('goes with hosts that are gone', async () => {
  const log = createDriftLog(folder);
  for (const hostId of ['here', 'gone']) await log.note(...look(1, { hosts: B }, hostId));
  await log.keepOnly(['here', 'new']);
  expect(await log.list('here', null, 10)).toHaveLength(1);
  expect(await log.list('gone', null, 10)).toEqual([]);
});
