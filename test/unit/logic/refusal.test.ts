import { describe, expect, it } from 'vitest';
import { failure, type FailureCode } from '../../../shared/errors/failure.ts';
import { refusal } from '../../../shared/logic/refusal.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { deployment, facts, factsWith, identity, known, set, tools, unknown } from './fixtures.ts';

const none = (code: FailureCode): Partial<HostFacts> => ({ privilege: { kind: 'none', failure: failure(code) } });

describe('refusal', () => {
  const cases: readonly [string, HostFacts | null, FailureCode | null][] = [
    ['never read', null, 'operation.state-unknown'],
    ['a bootc host', facts(), null],
    ['a bootc host with something staged', factsWith({ staged: deployment('2') }), null],
    [
      'package mode',
      facts({ deployments: unknown('facts.not-image-mode'), ...none('privilege.no-sudo') }),
      'facts.not-image-mode',
    ],
    [
      'package mode by its boot',
      facts({ deployments: unknown('facts.tool-missing'), identity: known({ ...identity, ostreeBooted: false }) }),
      'facts.not-image-mode',
    ],
    ['no bootc', facts({ tools: known({ ...tools, bootc: null }) }), 'operation.no-bootc'],
    ['bootc whose version is not told', facts({ tools: known({ ...tools, bootc: '' }) }), null],
    ['tools not known', facts({ tools: unknown('facts.timed-out') }), null],
    ['sudo refused', facts(none('privilege.not-allowed')), 'privilege.not-allowed'],
    ['sudo wants a password', facts(none('privilege.password-needed')), 'privilege.password-needed'],
    ['no root, no reason', facts(none('internal')), 'operation.needs-root'],
    ['status blocked', facts({ bootcFailure: failure('facts.status-blocked') }), 'facts.status-blocked'],
    [
      'status failed, deployments from ostree',
      facts({ bootcFailure: failure('facts.command-failed') }),
      'operation.state-unknown',
    ],
    ['deployments not known', facts({ deployments: unknown('facts.unreadable') }), 'operation.state-unknown'],
    ['a live system', factsWith({ readOnly: true }), 'operation.read-only'],
    [
      'layered',
      factsWith({ managedByBootc: false, booted: deployment('1', { incompatible: true }) }),
      'operation.layered',
    ],
    ['layers staged', factsWith({ staged: deployment('2', { incompatible: true }) }), 'operation.layered'],
    ['nothing to follow', factsWith({ tracked: null }), 'operation.not-tracked'],
    ['no systemd-run', facts({ tools: known({ ...tools, systemdRun: false }) }), 'operation.no-systemd-run'],
  ];
  it.each(cases)('%s', (_, read, code) => {
    expect(refusal({ verb: 'upgrade' }, read, false)?.code ?? null).toBe(code);
    expect(refusal({ verb: 'check' }, read, false)?.code ?? null).toBe(code);
  });

  it('does not want what the facts lack where root can be had now', () => {
    expect(refusal({ verb: 'upgrade' }, facts(none('privilege.password-needed')), true)).toBeNull();
    expect(
      refusal(
        { verb: 'upgrade' },
        facts({ ...none('privilege.password-needed'), deployments: known(set({ readOnly: true })) }),
        true,
      )?.code,
    ).toBe('operation.read-only');
  });
});
