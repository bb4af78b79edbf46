import { describe, expect, it } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import { proofs } from '../../../shared/logic/proofs.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { HostSnapshot, Operation } from '../../../shared/model/operation.ts';
import { deployment, digestFor, image, NOW, operation, plan, snapshot } from './fixtures.ts';

const v2 = deployment('2.15.0');
const stagedOutcome = { kind: 'staged', version: '2.15.0', digest: digestFor('2.15.0') } as const;

const ended = (before: Partial<DeploymentSet>, after: HostSnapshot | null, overrides: Partial<Operation>) =>
  proofs(
    operation({
      phase: 'ended',
      endedAt: NOW,
      exitCode: 0,
      plan: plan({ before: snapshot(before) }),
      after,
      ...overrides,
    }),
  ).map(({ kind, text }) => `${{ proven: '+', contrary: '!', open: '?' }[kind]} ${text}`);

describe('proofs', () => {
  it('are none while it runs', () => expect(proofs(operation())).toEqual([]));

  it('of a staged update as it was planned', () => {
    const booted = deployment('2.14.0', { cachedUpdate: image('2.15.0') });
    expect(ended({ booted }, snapshot({ booted, staged: v2 }), { outcome: stagedOutcome })).toEqual([
      '+ Exit code 0',
      '+ Staged digest equals the planned digest',
      '+ The staged deployment is not download-only',
      '+ The running system is untouched: 2.14.0',
      '? Not proven: that the /etc merge works',
      '? Not proven: that 2.15.0 boots',
    ]);
  });

  it('of a staged update that nobody knew before, on composefs', () => {
    expect(ended({}, snapshot({ backend: 'composefs', staged: v2 }), { outcome: stagedOutcome })).toEqual([
      '+ Exit code 0',
      '+ A new deployment is staged: 2.15.0 @322e3135',
      '+ The staged deployment is not download-only',
      '+ The running system is untouched: 2.14.0',
      '? Not proven: that 2.15.0 boots',
    ]);
  });

  it('of a host that is up to date', () => {
    expect(ended({}, snapshot({}), { outcome: { kind: 'up-to-date' } })).toEqual([
      '+ Exit code 0',
      '+ Nothing is staged',
      '+ The running system is untouched: 2.14.0',
    ]);
  });

  it('of an update found, with a download', () => {
    const download = deployment('2.15.0', { downloadOnly: true, cachedUpdate: image('2.16.0') });
    const outcome = { kind: 'update-found', version: '2.16.0', digest: digestFor('2.16.0') } as const;
    expect(ended({ staged: download }, snapshot({ staged: download }), { outcome })).toEqual([
      '+ Exit code 0',
      '+ The staged deployment is the one from before: 2.15.0',
      '! The staged deployment is download-only',
      '+ bootc knows of 2.16.0, which is neither booted nor staged',
      '+ The running system is untouched: 2.14.0',
    ]);
  });

  it('of a failure, of a stop, of a reboot meanwhile', () => {
    const outcome = { kind: 'failed', failure: failure('operation.failed'), staged: false } as const;
    expect(ended({}, snapshot({}), { outcome, exitCode: 1 })[0]).toBe('! Exit code 1');
    expect(ended({}, snapshot({}), { outcome: { kind: 'cancelled' }, exitCode: null })[0]).toBe('! No exit code');
    expect(ended({}, snapshot({ booted: v2 }), { outcome, exitCode: 1 })).toContain(
      '! The host was rebooted meanwhile',
    );
  });

  it('of a reboot: its unit goes down with the host, and need not leave an exit code', () => {
    const request = { verb: 'reboot', delayMinutes: 0, message: '' } as const;
    const reboot = { askedAt: 0, goneAt: 1, backAt: 2, usualMs: null };
    const ended = operation({
      plan: plan({ request, tool: 'systemd' }),
      reboot,
      exitCode: null,
      outcome: stagedOutcome,
    });
    for (const exitCode of [null, 143]) {
      expect(proofs({ ...ended, exitCode, after: snapshot({}, { bootId: 'boot-2' }) })[0]).toMatchObject({
        kind: 'open',
      });
    }
    expect(proofs({ ...ended, reboot: { ...reboot, backAt: null }, after: snapshot() })[0]).toMatchObject({
      kind: 'contrary',
    });
  });

  it('of a state that could not be read', () => {
    const outcome = { kind: 'unknown', failure: failure('operation.host-gone') } as const;
    expect(ended({}, null, { outcome, exitCode: null })).toEqual([
      '! No exit code',
      '? The state after it is not known',
    ]);
  });

  it('name the tool that was asked', () => {
    const [, staged] = proofs(
      operation({ exitCode: 0, outcome: stagedOutcome, after: snapshot({ source: 'ostree', staged: v2 }) }),
    );
    expect(staged?.detail).toBe('Read from ostree admin status: bootc status did not answer');
  });
});
