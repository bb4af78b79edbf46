import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRouterClient } from '@orpc/server';
import { failure } from '../../../shared/errors/failure.ts';
import { wholeJournal } from '../../../shared/logic/journal-filter.ts';
import type { BerthConnection } from '../../../renderer/connection/berth-connection.ts';
import { createJournalModel, PAGE, WINDOW } from '../../../renderer/features/journal/journal-model.ts';
import { createJournalWorld, entryOf, journalProcedures } from '../../support/page-fixtures/journal.ts';

const frames: (() => void)[] = [];
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (call: () => void) => frames.push(call));
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});
afterEach(() => vi.unstubAllGlobals());
const nextFrame = () => {
  for (const call of frames.splice(0)) call();
};

function begin(hostIds: readonly string[], entries = 20_000) {
  const world = createJournalWorld();
  world.entries = Array.from({ length: entries }, (_, index) => entryOf(index));
  const connection = {
    client: createRouterClient(journalProcedures(world)),
    openStream: (request: Parameters<BerthConnection['openStream']>[0]) => {
      if (request.kind !== 'journal') throw new Error('No such stream');
      return world.open(request);
    },
  } as unknown as BerthConnection;
  const model = createJournalModel({ connection, hostIds, filter: wholeJournal, start: { kind: 'newest' } });
  const stop = model.start();
  const settled = () =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (model.view().busy !== null) return;
        off();
        resolve();
      };
      const off = model.onChange(look);
      look();
    });
  const span = () => {
    const { rows } = model.view();
    const name = (index: number) => {
      const row = rows.at(index);
      return row?.kind === 'entry' ? row.e.message : row?.count;
    };
    return [rows.length, name(0), name(-1)];
  };
  return { world, model, settled, span, stop };
}

describe('the window over a journal', () => {
  it('goes back and forth through a long journal and never holds more than so many', async () => {
    const { model, settled, span } = begin(['h1']);
    await settled();
    expect(span()).toEqual([PAGE, 'entry 19750', 'entry 19999']);
    for (let page = 0; page < 30; page += 1) {
      model.need(0, 10);
      await settled();
    }
    expect(span()).toEqual([WINDOW, 'entry 12250', 'entry 17249']);
    expect(model.view()).toMatchObject({ first: -7500, olderLeft: true, newerLeft: true });
    model.need(WINDOW - 10, WINDOW);
    await settled();
    expect(span()).toEqual([WINDOW, 'entry 12500', 'entry 17499']);
    expect(model.view().first).toBe(-7250);
    model.go({ kind: 'oldest' });
    await settled();
    expect(span()).toEqual([PAGE, 'entry 0', 'entry 249']);
    expect(model.view()).toMatchObject({ olderLeft: false, newerLeft: true });
  });

  it('a follow begins behind the newest page, also where one was elsewhere', async () => {
    const { model, world, settled, span, stop } = begin(['h1']);
    await settled();
    model.go({ kind: 'oldest' });
    await settled();
    model.follow(true);
    expect(world.follows).toEqual([]);
    await settled();
    expect(world.follows).toMatchObject([{ tail: 100 }]);
    world.send({ h: 0, e: entryOf(19_999) }, { h: 0, e: entryOf(20_000) });
    nextFrame();
    expect(span()).toEqual([PAGE + 1, 'entry 19750', 'entry 20000']);
    stop();
    expect(model.view().live).toBe('off');
  });

  it('of several hosts what comes, in the order it came; held still up to a number, and the rest is counted', () => {
    const { model, world } = begin(['a', 'b'], 0);
    expect(world.follows).toMatchObject([{ hostIds: ['a', 'b'], tail: 200 }]);
    world.send({ h: 0, e: entryOf(1) }, { h: 1, e: entryOf(1) }, { h: 1, skew: { ms: 9, errorMs: 1 } });
    nextFrame();
    expect(model.view().rows.map(({ h }) => h)).toEqual([0, 1]);
    expect(model.view().hosts[1]?.skew).toEqual({ ms: 9, errorMs: 1 });
    model.pause(true);
    for (let round = 0; round < 21; round += 1) {
      world.send(...Array.from({ length: 1000 }, (_, index) => ({ h: 0, e: entryOf(round * 1000 + index + 2) })));
      nextFrame();
    }
    expect(model.view().rows).toHaveLength(2);
    expect(model.view().waiting).toMatchObject({ dropped: 1000 });
    model.pause(false);
    const { rows } = model.view();
    expect(rows.length).toBe(20_000);
    expect(rows.at(-1)).toMatchObject({ e: { message: 'entry 21001' } });
  });

  it('says what failed, and asks again when told to', async () => {
    const { model, world, settled, span } = begin(['h1'], 10);
    world.refusal = failure('journal.no-grep');
    await settled();
    expect(model.view().failure?.code).toBe('journal.no-grep');
    world.refusal = null;
    model.retry();
    await settled();
    expect(span()).toEqual([10, 'entry 0', 'entry 9']);
  });
});
