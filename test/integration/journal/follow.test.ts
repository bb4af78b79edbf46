import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wholeJournal } from '../../../shared/logic/journal-filter.ts';
import { JournalStreamLine, type JournalEntry } from '../../../shared/model/journal.ts';
import type { JournalRequest } from '../../../shared/model/stream.ts';
import { startJournalHosts, type JournalHosts } from '../../support/journal-host.ts';
import { describeWith, journalNeeds } from '../../support/prerequisites.ts';
import { openJournal, type OpenJournal } from '../../support/real-journal.ts';

let folder: string;
let world: JournalHosts;
let journals: OpenJournal[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-journal-live-'));
  const folders = ['one', 'two'].map((name) => join(folder, name));
  journals = await Promise.all(folders.map(openJournal));
  for (const journal of journals) await journal.say('before');
  world = await startJournalHosts(folders);
});
afterAll(async () => {
  await world.dispose();
  for (const journal of journals) await journal.close();
  await rm(folder, { recursive: true, force: true });
});

/** A follow, and what it has told so far. */
function follow(request: Partial<JournalRequest>) {
  const lines: JournalStreamLine[] = [];
  const stream = world.core.journal.follow({
    ...{ kind: 'journal', hostIds: world.hosts.map(({ id }) => id), filter: wholeJournal, tail: 10 },
    ...request,
  });
  const iterator = stream[Symbol.asyncIterator]();
  let rest = '';
  async function until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      const next = await iterator.next();
      if (next.done === true) throw new Error('The follow has ended.');
      const parts = (rest + Buffer.from(next.value).toString()).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts.map((line) => JournalStreamLine.parse(JSON.parse(line))));
    }
  }
  const entries = () => lines.flatMap((line) => ('e' in line ? [{ host: line.h, ...line.e }] : []));
  return {
    lines,
    entries,
    said: () => entries().map(({ host, message }) => `${String(host)} ${message}`),
    until,
    close: () => iterator.return?.(),
    next: () => iterator.next(),
  };
}

const states = (lines: readonly JournalStreamLine[]) =>
  lines.flatMap((line) => ('state' in line ? [`${String(line.h)} ${line.state.kind}`] : []));

describeWith(...journalNeeds)('following journals over real sshds', () => {
  it('begins with the last entries, tells new ones of all hosts in one order, and the skew of their clocks', async () => {
    const live = follow({});
    await live.until(
      () => live.said().length === 2 && states(live.lines).filter((each) => each.endsWith('live')).length === 2,
    );
    for (let count = 0; count < 20; count += 1) await journals[count % 2]?.say(`new ${String(count)}`);
    await live.until(() => live.said().length === 22);
    expect(live.said().slice(2)).toEqual(
      Array.from({ length: 20 }, (_, count) => `${String(count % 2)} new ${String(count)}`),
    );
    const skews = live.lines.flatMap((line) => ('skew' in line ? [line] : []));
    expect(skews.map(({ h }) => h).sort()).toEqual([0, 1]);
    // It is this computer's own clock.
    for (const { skew } of skews) expect(Math.abs(skew.ms)).toBeLessThanOrEqual(skew.errorMs + 50);
    expect(world.hosts.map(({ id }) => world.core.journal.isFollowed(id))).toEqual([true, true]);
    await live.close();
    expect(await live.next()).toMatchObject({ done: true });
    expect(world.hosts.map(({ id }) => world.core.journal.isFollowed(id))).toEqual([false, false]);
  });

  it('goes on where it was after a lost connection, with nothing missed and nothing twice', async () => {
    const [host] = world.hosts;
    const [journal] = journals;
    // Its first entry says that journalctl is there.
    const live = follow({ hostIds: [host?.id ?? ''], tail: 1 });
    await live.until(() => live.said().length === 1);
    await journal?.say('seen', { PRIORITY: '3' });
    await live.until(() => live.said().length === 2);
    expect(await host?.sshd.killSessions()).toBeGreaterThan(0);
    for (let count = 0; count < 15; count += 1) await journal?.say(`missed ${String(count)}`);
    await live.until(() => live.said().length === 17);
    expect(live.said().slice(2)).toEqual(Array.from({ length: 15 }, (_, count) => `0 missed ${String(count)}`));
    expect(states(live.lines).filter((each) => !each.endsWith('opening'))).toEqual(['0 live', '0 lost', '0 live']);
    await live.close();
  });

  it('passes what the filter passes, and says of a host that it cannot be followed', async () => {
    const [host] = world.hosts;
    const live = follow({ filter: { ...wholeJournal, priority: 3 }, hostIds: [host?.id ?? '', 'nobody'], tail: 5 });
    await live.until(() => states(live.lines).includes('1 failed') && live.said().length === 1);
    const last: JournalEntry | undefined = live.entries()[0];
    expect(last).toMatchObject({ message: 'seen', priority: 3 });
    await live.close();
  });
});
