import { describe, expect, it } from 'vitest';
import { deploymentId, deployments, type HostState } from '../../../electron/demo/host-state.ts';
import { softReboot } from '../../../electron/demo/reboot.ts';
import { rebootNow, run, startedAt, stateOf } from './demo-state.ts';

const versions = (state: HostState) => ({
  booted: state.booted?.release.version ?? null,
  staged: state.staged?.release.version ?? null,
  rollback: state.rollback?.release.version ?? null,
  others: state.others.map(({ release }) => release.version),
});
const lastBoots = (state: HostState, count: number) =>
  state.boots.slice(-count).map(({ deployment, greenboot, fallback, events }) => ({
    version: deployment?.release.version ?? null,
    greenboot,
    fallback,
    events: events.map(({ kind }) => kind),
  }));
const plain = { nextBoot: 'plain' } as const;

describe('what a reboot of a simulated host leaves', () => {
  it.each<[string, string, HostState, ReturnType<typeof versions>]>([
    [
      'the staged one, the one that ran before it and those that are pinned',
      'web-03.ber',
      stateOf('web-03.ber', plain),
      { booted: '2.15.0', staged: null, rollback: '2.14.0', others: ['2.11.4'] },
    ],
    [
      'the same, without what was only downloaded',
      'edge-rostock-01',
      stateOf('edge-rostock-01', plain),
      { booted: '42.20260801.0', staged: null, rollback: '42.20260701.0', others: [] },
    ],
    [
      'the rollback, and the one that was left in its place',
      'db-03.fra',
      stateOf('db-03.fra', plain),
      { booted: '7.4.0', staged: null, rollback: '7.4.1', others: [] },
    ],
    [
      'a pinned rollback beside the new one',
      'web-03.ber',
      ((state) => run(state, 'pin', [deploymentId(state, state.rollback ?? raise())], 'ostree'))(stateOf('web-03.ber')),
      { booted: '2.15.0', staged: null, rollback: '2.14.0', others: ['2.13.2', '2.11.4'] },
    ],
    [
      'what was staged after a rollback was queued',
      'web-05.fra',
      run(run(stateOf('web-05.fra'), 'rollback'), 'upgrade'),
      { booted: '2.15.0', staged: null, rollback: '2.14.0', others: [] },
    ],
  ])('%s (%s)', (_what, _name, state, expected) => {
    const after = rebootNow(state);
    expect(versions(after)).toEqual(expected);
    expect(after).toMatchObject({ rollbackQueued: false, usrOverlay: false, rebootRequired: null, stagedAt: null });
    expect(after.bootId).not.toBe(state.bootId);
    expect(after.boots.at(-1)).toMatchObject({ id: after.bootId, endedAt: null, deployment: after.booted });
    expect(after.boots.filter(({ endedAt }) => endedAt === null)).toHaveLength(1);
  });

  it('of greenboot that goes red: the old one, three failed boots, and the new one as rollback', () => {
    const upgraded = run(stateOf('edge-berlin-02'), 'upgrade');
    const after = rebootNow(upgraded);
    expect(versions(after)).toMatchObject({ booted: '42.20260801.0', staged: null, rollback: '42.20260815.0' });
    expect(after.greenboot).toBe('fallback');
    const red = { version: '42.20260815.0', greenboot: 'red', fallback: false, events: ['check-failed'] };
    expect(lastBoots(after, 5)).toEqual([
      { version: '42.20260801.0', greenboot: 'green', fallback: true, events: ['staged', 'finalized'] },
      red,
      red,
      { ...red, events: ['check-failed', 'rollback'] },
      { version: '42.20260801.0', greenboot: 'green', fallback: true, events: [] },
    ]);
  });

  it('of an /etc that cannot be merged: the old one, its rollback, and a failed boot-complete', () => {
    const after = rebootNow(run(stateOf('web-04.ber'), 'upgrade'));
    expect(versions(after)).toMatchObject({ booted: '2.14.0', staged: null, rollback: '2.13.2' });
    expect(after.failedUnits).toEqual(['ostree-boot-complete.service']);
    expect(lastBoots(after, 2).map(({ events }) => events)).toEqual([
      ['unit-failed', 'staged', 'finalize-failed'],
      ['unit-failed'],
    ]);
    expect(rebootNow(after).failedUnits).toEqual([]);
  });

  it('of units that fail: they, beside those that fail at every boot', () => {
    const after = rebootNow(stateOf('db-03.fra'));
    expect(versions(after).booted).toBe('7.4.0');
    expect(after.failedUnits).toEqual(['acme-replica.service', 'acme-exporter.service']);
  });

  it('that is a soft one: the boot stays and counts it; only bootc brings another root', () => {
    const state = run(run(stateOf('edge-berlin-01'), 'unstage'), 'usr-overlay');
    const same = softReboot(state, startedAt, false);
    expect([same.bootId, same.softReboots, same.booted]).toEqual([state.bootId, 1, state.booted]);
    const staged = stateOf('web-07.fra');
    const other = softReboot(staged, startedAt, true);
    expect([other.bootId, other.softReboots]).toEqual([staged.bootId, 1]);
    expect(versions(other)).toEqual({ booted: '2.14.2', staged: null, rollback: '2.14.0', others: [] });
    expect(other.rebootRequired).toBe(staged.rebootRequired);
  });
});

describe('the past that a host of the demo begins with', () => {
  it('has the boots that made it what it is', () => {
    expect(lastBoots(stateOf('web-03.ber'), 2)).toMatchObject([
      { version: '2.13.2', events: ['staged', 'finalized'] },
      { version: '2.14.0', events: ['staged'] },
    ]);
    expect(lastBoots(stateOf('edge-berlin-02'), 9).map(({ greenboot }) => greenboot)).toEqual([
      'green',
      'red',
      'red',
      'red',
      'green',
    ]);
    expect(lastBoots(stateOf('web-04.ber'), 2)).toMatchObject([
      { events: ['staged', 'finalize-failed'] },
      { events: ['unit-failed', 'staged'] },
    ]);
    expect(lastBoots(stateOf('db-03.fra'), 1)).toMatchObject([{ events: ['unit-failed', 'rollback'] }]);
    expect(lastBoots(stateOf('legacy-app-02'), 9)).toMatchObject([{ version: null }]);
  });

  it('is in order, and every deployment stands in it once', () => {
    for (const name of ['web-03.ber', 'edge-berlin-02', 'web-04.ber', 'db-03.fra']) {
      const state = stateOf(name);
      const times = state.boots.flatMap((boot) => [
        boot.startedAt,
        ...boot.events.map(({ at }) => at),
        boot.endedAt ?? startedAt,
      ]);
      expect(times, name).toEqual([...times].sort((a, b) => a - b));
      const ids = deployments(state).map((one) => deploymentId(state, one));
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

function raise(): never {
  throw new Error('nothing to roll back to');
}
