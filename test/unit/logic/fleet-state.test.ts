import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFleetEvent, emptyFleet } from '../../../shared/logic/fleet-state.ts';
import type { FleetEvent, FleetRow } from '../../../shared/model/fleet.ts';
import { row } from './fixtures.ts';

const rowOf = (id: string, name: string) => row({ id, name });

describe('applyFleetEvent', () => {
  it('takes a snapshot, then deltas', () => {
    let state = applyFleetEvent(emptyFleet, {
      kind: 'snapshot',
      revision: 7,
      rows: [rowOf('a', 'one'), rowOf('b', 'two')],
    });
    state = applyFleetEvent(state, {
      kind: 'delta',
      revision: 8,
      upserts: [rowOf('a', 'new'), rowOf('c', 'three')],
      removed: ['b'],
    });
    expect([...state.rows.values()].map(({ name }) => name)).toEqual(['new', 'three']);
    expect(state).toMatchObject({ revision: 8, gap: false });
  });

  it('ignores a delta that it has seen', () => {
    const state = applyFleetEvent(emptyFleet, { kind: 'snapshot', revision: 7, rows: [rowOf('a', 'one')] });
    expect(applyFleetEvent(state, { kind: 'delta', revision: 7, upserts: [], removed: ['a'] })).toBe(state);
  });

  it('raises a gap when a delta is missing, leaves the rows, and a snapshot mends it', () => {
    const state = applyFleetEvent(emptyFleet, { kind: 'snapshot', revision: 1, rows: [rowOf('a', 'one')] });
    const broken = applyFleetEvent(state, { kind: 'delta', revision: 3, upserts: [], removed: ['a'] });
    expect(broken).toMatchObject({ gap: true, revision: 1 });
    expect(broken.rows.size).toBe(1);
    expect(applyFleetEvent(broken, { kind: 'delta', revision: 2, upserts: [], removed: ['a'] })).toBe(broken);
    expect(applyFleetEvent(broken, { kind: 'snapshot', revision: 9, rows: [] })).toMatchObject({
      gap: false,
      revision: 9,
    });
  });

  it('raises a gap for a delta before any snapshot', () => {
    expect(applyFleetEvent(emptyFleet, { kind: 'delta', revision: 1, upserts: [], removed: [] }).gap).toBe(true);
  });

  it('equals the state of the sender after any sequence of changes', () => {
    const change = fc.record({
      upserts: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.string()), { maxLength: 3 }),
      removed: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.nat(20), (changes, joinAt) => {
        const sender = new Map<string, FleetRow>();
        let state = emptyFleet;
        const snapshot = (revision: number): FleetEvent => ({ kind: 'snapshot', revision, rows: [...sender.values()] });
        if (joinAt === 0 || joinAt > changes.length) state = applyFleetEvent(state, snapshot(0));
        changes.forEach(({ upserts, removed }, index) => {
          const kept = upserts.filter(([id]) => !removed.includes(id)).map(([id, name]) => rowOf(id, name));
          for (const one of kept) sender.set(one.id, one);
          for (const id of removed) sender.delete(id);
          const revision = index + 1;
          state =
            revision === joinAt
              ? applyFleetEvent(state, snapshot(revision))
              : applyFleetEvent(state, { kind: 'delta', revision, upserts: kept, removed });
        });
        expect(state.gap).toBe(false);
        expect(Object.fromEntries(state.rows)).toEqual(Object.fromEntries(sender));
      }),
    );
  });
});
