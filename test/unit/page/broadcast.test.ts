import { expect, test } from 'vitest';
import { lookAtBells } from '../../../renderer/features/terminals/bells.ts';
import { beginBroadcast, idleLeft, receiversOf, withOpenOnly } from '../../../renderer/features/terminals/broadcast.ts';

const open = { state: { kind: 'open' } };
const lost = { state: { kind: 'lost' } };

test('two terminals make a broadcast; what is typed elsewhere stays there', () => {
  expect(beginBroadcast(['a', 'a'], 0)).toBeNull();
  const broadcast = beginBroadcast(['a', 'b'], 0);
  expect(receiversOf(broadcast, 'a')).toEqual(['a', 'b']);
  expect(receiversOf(broadcast, 'c')).toEqual(['c']);
  expect(receiversOf(null, 'a')).toEqual(['a']);
});

test('a terminal that is lost is out for good, and one alone is no broadcast', () => {
  const broadcast = { receivers: ['a', 'b', 'c'], lastTypedAt: 0 };
  const all = new Map([
    ['a', open],
    ['b', open],
    ['c', open],
  ]);
  expect(withOpenOnly(broadcast, all)).toBe(broadcast);
  const left = withOpenOnly(broadcast, new Map(all).set('b', lost));
  expect(left?.receivers).toEqual(['a', 'c']);
  expect(left && withOpenOnly(left, all)?.receivers).toEqual(['a', 'c']);
  expect(withOpenOnly(broadcast, new Map([['a', open]]))).toBeNull();
});

test('it ends when nobody has typed for a while', () => {
  const broadcast = { receivers: ['a', 'b'], lastTypedAt: 1000 };
  expect(idleLeft(broadcast, 1000, 60)).toBe(60_000);
  expect(idleLeft(broadcast, 61_000, 60)).toBe(0);
});

test('a bell is told once until somebody looks, and none of a terminal that is looked at', () => {
  const terminal = (id: string, bells: number) => ({ id, bells, hostId: `host of ${id}` });
  const first = lookAtBells([terminal('a', 2), terminal('b', 0)], new Map(), new Set(), () => false);
  expect(first.rings).toEqual([]);
  const rung = lookAtBells([terminal('a', 2), terminal('b', 3)], first.seen, first.told, (id) => id === 'a');
  expect(rung.rings).toEqual([{ id: 'b', hostId: 'host of b' }]);
  const again = lookAtBells([terminal('a', 2), terminal('b', 9)], rung.seen, rung.told, () => false);
  expect(again.rings).toEqual([]);
  expect(again.seen.get('b')).toBe(0);
  const looked = lookAtBells([terminal('b', 9)], again.seen, again.told, () => true);
  expect([looked.seen.get('b'), looked.told.size, looked.seen.size]).toEqual([9, 0, 1]);
});
