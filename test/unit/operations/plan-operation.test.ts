import { describe, expect, it } from 'vitest';
import { isSameBasis, makePlan, type PlanBasis } from '../../../electron/core/operations/plan-operation.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { Host } from '../../../shared/model/host.ts';
import { makeDeployment, makeSnapshot } from './samples.ts';

function basis(bootc: string | null, root: PlanBasis['root']['kind'] = 'root'): PlanBasis {
  const before = makeSnapshot();
  const tools = { bootc, rpmOstree: null, ostree: null, systemd: '252', systemdRun: true, sudo: true };
  return {
    host: { id: 'host-1', name: 'web-01' } as Host,
    facts: {
      tools: { state: 'known', value: tools, readAt: 0 },
      deployments: { state: 'known', value: before.deployments, readAt: 0 },
      bootcFailure: null,
    } as HostFacts,
    before,
    root: root === 'sudo-password' ? { kind: root, password: 'secret' } : { kind: root },
  };
}

describe('makePlan', () => {
  it('shows the two lines that run', () => {
    const plan = makePlan(basis('1.15.1'), { verb: 'upgrade' }, 5);
    expect(plan.operationId).toMatch(/^[0-9a-f]{12}$/);
    expect(plan.unit).toBe(`berth-upgrade-${plan.operationId}.service`);
    expect(plan.commands).toEqual([
      `systemd-run --collect --unit=berth-upgrade-${plan.operationId} --service-type=exec -- /bin/sh /run/berth/${plan.operationId}/run.sh progress 0 bootc upgrade`,
      'bootc upgrade --progress-fd 3',
    ]);
    expect(makePlan(basis('1.15.1'), { verb: 'upgrade' }, 5).operationId).not.toBe(plan.operationId);
  });

  it.each([
    ['1.15.1', true],
    ['bootc 1.1.4', true],
    ['1.1.3', false],
    ['0.1.16', false],
    ['2.0.0', true],
    ['', false],
    [null, false],
  ])('expects progress of bootc %s: %s', (version, expected) => {
    const plan = makePlan(basis(version), { verb: 'upgrade' }, 0);
    expect(plan.reportsProgress).toBe(expected);
    expect(plan.commands.join('\n').includes('--progress-fd')).toBe(expected);
  });

  it('says sudo where it is used, and no password', () => {
    for (const kind of ['sudo', 'sudo-password'] as const) {
      const plan = makePlan(basis('1.15.1', kind), { verb: 'check' }, 0);
      expect(plan.commands[0]).toMatch(/^sudo systemd-run /);
      expect(plan.commands[1]).toBe('bootc upgrade --check');
      expect(JSON.stringify(plan)).not.toContain('secret');
    }
  });
});

describe('isSameBasis', () => {
  const staged = makeDeployment('staged');
  it.each([
    ['nothing', makeSnapshot(), true],
    ['when it was read', { ...makeSnapshot(), readAt: 99 }, true],
    [
      'the update that is known',
      makeSnapshot({ booted: makeDeployment('booted', { cachedUpdate: staged.image }) }),
      true,
    ],
    ['a reboot', makeSnapshot({}, 'another'), false],
    ['what is staged', makeSnapshot({ staged }), false],
    ['what is booted', makeSnapshot({ booted: staged }), false],
    ['a queued rollback', makeSnapshot({ rollbackQueued: true }), false],
    ['a pin', makeSnapshot({ rollback: makeDeployment('rollback', { pinned: true }) }), false],
    ['the tracked image', makeSnapshot({ tracked: null }), false],
  ])('is asked after a change of %s', (_name, later, expected) => {
    expect(isSameBasis(makeSnapshot(), later)).toBe(expected);
  });
});
