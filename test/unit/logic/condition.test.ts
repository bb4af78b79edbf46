import { describe, expect, it } from 'vitest';
import { failure, type FailureCode } from '../../../shared/errors/failure.ts';
import { CHECK_HOLDS_MS, conditionOf, conditionText, SLOW_LINK_MS } from '../../../shared/logic/condition.ts';
import { initialProgress } from '../../../shared/logic/progress.ts';
import type { ConnectionState } from '../../../shared/model/connection.ts';
import type { ConditionCode, HostDetail } from '../../../shared/model/fleet.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { Operation, OperationProgress } from '../../../shared/model/operation.ts';
import {
  connected,
  DAY,
  deployment,
  detail,
  facts,
  factsWith,
  HOUR,
  identity,
  image,
  known,
  MINUTE,
  NOW,
  operation,
  ostreeDeployment,
  plan,
  set,
  tools,
  unknown,
} from './fixtures.ts';

const wordsOf = (overrides: Partial<HostDetail>) => {
  const { code, text } = conditionOf(detail(overrides), null, NOW);
  return [code, text];
};

const waiting = (code: FailureCode): ConnectionState => {
  return { kind: 'waiting', failure: failure(code), failedAt: NOW, retryAt: NOW + MINUTE };
};
const failed = (code: FailureCode): ConnectionState => ({ kind: 'failed', failure: failure(code), failedAt: NOW });
const noRoot = (code: FailureCode): Partial<HostFacts> => ({
  privilege: { kind: 'none', failure: failure(code) },
  deployments: unknown('facts.needs-root'),
  bootcFailure: failure('facts.needs-root'),
});

describe('the condition of a host by its deployments', () => {
  const left = { booted: deployment('1', { cachedUpdate: image('2') }), rollback: deployment('2') };
  const cases: readonly [string, HostFacts, ConditionCode, string][] = [
    ['nothing known to be newer', facts(), 'no-update-known', 'No update known'],
    [
      'an update found',
      factsWith({ booted: deployment('1', { cachedUpdate: image('2') }) }),
      'update-found',
      'Update found',
    ],
    ['rolled back by hand', factsWith(left), 'no-update-known', 'No update known'],
    ['staged', factsWith({ staged: deployment('2') }), 'staged', 'Staged, waits for reboot'],
    [
      'staged after a queued rollback',
      factsWith({ staged: deployment('2'), rollbackQueued: true }),
      'staged',
      'Staged, waits for reboot',
    ],
    ['rollback queued', factsWith({ rollbackQueued: true }), 'rollback-queued', 'Rollback queued'],
    [
      'download-only',
      factsWith({ staged: deployment('2', { downloadOnly: true }) }),
      'download-only',
      'Downloaded only',
    ],
    [
      'download-only and a queued rollback',
      factsWith({ staged: deployment('2', { downloadOnly: true }), rollbackQueued: true }),
      'rollback-queued',
      'Rollback queued',
    ],
    [
      'layered',
      factsWith({ managedByBootc: false, booted: deployment('1', { image: null, incompatible: true }) }),
      'layered',
      'Layered, bootc blocked',
    ],
    [
      'layered, and a package change staged',
      factsWith({
        managedByBootc: false,
        booted: deployment('1', { incompatible: true }),
        staged: deployment('2', { incompatible: true }),
      }),
      'staged',
      'Staged, waits for reboot',
    ],
    [
      'rolled back by greenboot',
      {
        ...factsWith({ staged: deployment('2') }),
        greenboot: known({ verdict: 'green', fallback: true, message: '' }),
      },
      'rolled-back',
      'Rolled back by greenboot',
    ],
    [
      'the last finalization failed',
      { ...facts(), failedUnits: known(['ostree-boot-complete.service']) },
      'finalize-failed',
      'Last update not applied',
    ],
    [
      'another unit failed',
      { ...facts(), failedUnits: known(['chronyd.service']) },
      'no-update-known',
      'No update known',
    ],
    [
      'rpm-ostree without bootc',
      facts({
        tools: known({ ...tools, bootc: null, rpmOstree: '2026.2' }),
        deployments: known(
          set({ source: 'rpm-ostree', managedByBootc: false, booted: ostreeDeployment('42'), tracked: null }),
        ),
      }),
      'rpm-ostree-only',
      'rpm-ostree only',
    ],
    [
      'rpm-ostree with a bootc that manages nothing',
      facts({
        tools: known({ ...tools, rpmOstree: '2026.2' }),
        deployments: known(set({ managedByBootc: false, booted: ostreeDeployment('42'), tracked: null })),
      }),
      'rpm-ostree-only',
      'rpm-ostree only',
    ],
    [
      'ostree alone, layered by rpm-ostree never',
      facts({
        tools: known({ ...tools, bootc: null }),
        deployments: known(
          set({ source: 'ostree', managedByBootc: false, booted: ostreeDeployment('42'), tracked: null }),
        ),
      }),
      'ostree-only',
      'ostree only',
    ],
    [
      'package mode as told by the reader',
      facts({ deployments: unknown('facts.not-image-mode') }),
      'package-mode',
      'Package mode',
    ],
    [
      'package mode by its boot, without root',
      facts({ ...noRoot('privilege.not-allowed'), identity: known({ ...identity, ostreeBooted: false }) }),
      'package-mode',
      'Package mode',
    ],
  ];
  it.each(cases)('%s', (_, read, code, text) => {
    expect(wordsOf({ facts: read })).toEqual([code, text]);
  });
});

describe('up to date is said only of what was proven', () => {
  const digest = image('2.14.0').digest;
  const checked = (lastCheck: HostDetail['lastCheck']) => wordsOf({ lastCheck })[1];

  it('by a check not long ago, of the image that runs', () => {
    expect(checked({ at: NOW - MINUTE, digest })).toBe('Up to date');
    expect(checked({ at: NOW - CHECK_HOLDS_MS + 1, digest })).toBe('Up to date');
  });

  it('not by an old check, not by a check of another image, not without one', () => {
    expect(checked({ at: NOW - CHECK_HOLDS_MS, digest })).toBe('No update known');
    expect(checked({ at: NOW - MINUTE, digest: image('2.13.0').digest })).toBe('No update known');
    expect(checked(null)).toBe('No update known');
  });

  it('not when something newer was found since', () => {
    const read = factsWith({ booted: deployment('2.14.0', { cachedUpdate: image('2.15.0') }) });
    expect(wordsOf({ facts: read, lastCheck: { at: NOW, digest } })[0]).toBe('update-found');
  });
});

describe('what keeps the status away', () => {
  it.each([
    ['privilege.not-allowed', 'No root: sudo refused'],
    ['privilege.password-needed', 'No root: password needed'],
    ['privilege.password-wrong', 'No root: wrong password'],
    ['privilege.requires-tty', 'No root: sudo wants a tty'],
    ['privilege.no-sudo', 'No root: no sudo'],
    ['internal', 'No root'],
  ] as const)('%s', (code, text) => {
    expect(wordsOf({ facts: facts(noRoot(code)) })).toEqual(['no-root', text]);
  });

  it('no root, although ostree told the deployments', () => {
    const read = facts({ ...noRoot('privilege.not-allowed'), deployments: known(set({ source: 'ostree' })) });
    expect(wordsOf({ facts: read })).toEqual(['no-root', 'No root: sudo refused']);
  });

  it('no root is no matter where nothing needs it', () => {
    const read = facts({
      privilege: { kind: 'none', failure: failure('privilege.no-sudo') },
      tools: known({ ...tools, bootc: null, rpmOstree: '2026.2' }),
      deployments: known(set({ source: 'rpm-ostree', managedByBootc: false })),
    });
    expect(wordsOf({ facts: read })[0]).toBe('rpm-ostree-only');
  });

  it.each([
    ['facts.status-blocked', 'status-blocked', 'Status blocked'],
    ['facts.timed-out', 'facts-failed', 'Status timed out'],
    ['facts.unreadable', 'facts-failed', 'Status unreadable'],
    ['facts.incomplete', 'facts-failed', 'Status unreadable'],
    ['facts.command-failed', 'facts-failed', 'Status failed'],
  ] as const)('%s, with deployments from another tool', (code, condition, text) => {
    expect(wordsOf({ facts: facts({ bootcFailure: failure(code) }) })).toEqual([condition, text]);
    expect(wordsOf({ facts: facts({ bootcFailure: failure(code), deployments: unknown(code) }) })).toEqual([
      condition,
      text,
    ]);
  });

  it.each([
    ['facts.no-answer', 'facts-failed', 'No answer to questions'],
    ['facts.no-shell', 'facts-failed', 'Login shell runs nothing'],
    ['facts.needs-root', 'no-root', 'No root'],
    ['privilege.password-wrong', 'no-root', 'No root: wrong password'],
  ] as const)('a whole read that failed with %s', (code, condition, text) => {
    const factsFailure = { failure: failure(code), at: NOW };
    expect(wordsOf({ facts: null, factsFailure })).toEqual([condition, text]);
    expect(wordsOf({ facts: facts({ readAt: NOW - MINUTE }), factsFailure })).toEqual([condition, text]);
  });

  it('a failed read does not count any more after a good one', () => {
    expect(wordsOf({ factsFailure: { failure: failure('facts.no-answer'), at: NOW - MINUTE } })[0]).toBe(
      'no-update-known',
    );
  });
});

describe('the connection', () => {
  it.each([
    ['ssh.dns', 'unreachable', 'Unreachable for 3 h'],
    ['ssh.refused', 'unreachable', 'Unreachable for 3 h'],
    ['ssh.timeout', 'unreachable', 'Unreachable for 3 h'],
    ['ssh.closed', 'unreachable', 'Connection lost'],
    ['ssh.protocol', 'unreachable', 'Does not speak SSH'],
    ['ssh.no-common-algorithm', 'unreachable', 'No common algorithm'],
    ['ssh.host-key-changed', 'host-key-changed', 'Host key changed'],
    ['ssh.host-key-revoked', 'host-key-changed', 'Host key revoked'],
    ['ssh.host-key-unknown', 'asking', 'Host key not known'],
    ['ssh.host-key-refused', 'asking', 'Host key not accepted'],
    ['ssh.host-key-store', 'login-failed', 'Known keys unreadable'],
    ['auth.denied', 'login-failed', 'Login refused'],
    ['auth.key-unreadable', 'login-failed', 'Key file unreadable'],
    ['auth.key-format', 'login-failed', 'Key file not usable'],
    ['auth.passphrase-wrong', 'login-failed', 'Wrong passphrase'],
    ['auth.answer-needed', 'asking', 'Asks to log in'],
    ['auth.prompt-cancelled', 'asking', 'Login not answered'],
    ['auth.prompt-unavailable', 'login-failed', 'Login not answered'],
  ] as const)('%s hides what was read before', (code, condition, text) => {
    const read = facts({ readAt: NOW - 3 * HOUR });
    expect(wordsOf({ connection: waiting(code), facts: read })).toEqual([condition, text]);
    expect(wordsOf({ connection: failed(code), facts: read })).toEqual([condition, text]);
  });

  it('never seen, or seen just now, has no “for”', () => {
    expect(wordsOf({ connection: waiting('ssh.timeout'), facts: null })).toEqual(['unreachable', 'Unreachable']);
    expect(wordsOf({ connection: waiting('ssh.timeout') })).toEqual(['unreachable', 'Unreachable']);
  });

  it.each([
    [{ kind: 'idle' }, 'unknown', 'Not connected yet'],
    [{ kind: 'queued' }, 'connecting', 'Waiting to connect'],
    [{ kind: 'connecting' }, 'connecting', 'Connecting'],
    [{ kind: 'asking' }, 'asking', 'Waits for your answer'],
    [connected, 'connecting', 'Connected'],
  ] as const)('without facts: %j', (connection, code, text) => {
    expect(wordsOf({ connection, facts: null })).toEqual([code, text]);
  });

  it('says that facts are being read', () => {
    expect(wordsOf({ facts: null, reading: true })).toEqual(['connecting', 'Reading facts']);
  });

  it.each([{ kind: 'idle' }, { kind: 'queued' }, { kind: 'connecting' }, failed('ssh.cancelled')] as const)(
    'what was read stands while %j',
    (connection) => {
      const read = { ...factsWith({ staged: deployment('2') }), readAt: NOW - DAY };
      expect(wordsOf({ connection, facts: read })).toEqual(['staged', 'Staged, waits for reboot']);
    },
  );

  it('a question is shown even over facts', () => {
    expect(wordsOf({ connection: { kind: 'asking' } })).toEqual(['asking', 'Waits for your answer']);
  });

  it('a slow link, where there is no worse news', () => {
    const slow: ConnectionState = { kind: 'connected', since: NOW, latencyMs: 1900 };
    expect(wordsOf({ connection: slow })).toEqual(['slow', 'Slow link, 1.9 s']);
    expect(wordsOf({ connection: { ...slow, latencyMs: SLOW_LINK_MS } })[0]).toBe('no-update-known');
    expect(wordsOf({ connection: slow, facts: factsWith({ staged: deployment('2') }) })[0]).toBe('staged');
  });
});

describe('a running operation', () => {
  const pull = {
    bytes: 209,
    bytesTotal: 481,
    bytesCached: 203,
    layers: 17,
    layersTotal: 44,
    layersCached: 24,
    current: null,
  };
  const check = { plan: plan({ request: { verb: 'check' } }) } as const;
  const cases: readonly [string, Partial<Operation>, Partial<OperationProgress> | null, string, number | null][] = [
    ['starts', { phase: 'starting' }, null, 'Starting the upgrade', null],
    ['starts a check', { phase: 'starting', ...check }, null, 'Starting the check', null],
    ['has no detail yet', {}, null, 'Upgrading', null],
    ['checks', check, null, 'Checking for update', null],
    ['pulls', {}, { step: 'pull', pull }, 'Pulling 60 %', 60],
    ['pulls without knowing how much', {}, { step: 'pull', pull: { ...pull, bytesTotal: 0 } }, 'Pulling', null],
    ['imports', {}, { step: 'import', pull }, 'Importing', null],
    ['stages', {}, { step: 'stage' }, 'Staging', null],
    ['pulls bound images', {}, { step: 'bound-images' }, 'Pulling bound images', null],
    ['cleans up', {}, { step: 'clean-up' }, 'Cleaning up', null],
    ['verifies', { phase: 'verifying' }, { step: 'clean-up' }, 'Verifying', null],
    ['is told to stop', { cancelRequested: true }, { step: 'pull', pull }, 'Stopping', null],
    ['is out of sight', { attached: false }, { step: 'pull', pull }, 'Upgrading, out of sight', null],
    ['is a check out of sight', { attached: false, ...check }, null, 'Checking for update, out of sight', null],
  ];
  it.each(cases)('%s', (_, overrides, progress, text, percent) => {
    const running = { operation: operation(overrides), progress: progress && { ...initialProgress, ...progress } };
    const hidden = detail({ connection: waiting('ssh.closed') });
    expect(conditionOf(hidden, running, NOW)).toEqual({ code: 'operation-running', text, percent });
  });
});

describe('conditionText', () => {
  it('lets the time go on for unreachable hosts only', () => {
    const condition = conditionOf(
      detail({ connection: waiting('ssh.timeout'), facts: facts({ readAt: NOW - 3 * HOUR }) }),
      null,
      NOW,
    );
    const factsReadAt = NOW - 3 * HOUR;
    expect(conditionText({ condition, factsReadAt }, NOW + 2 * HOUR)).toBe('Unreachable for 5 h');
    const lost = { code: 'unreachable', text: 'Connection lost', percent: null } as const;
    expect(conditionText({ condition: lost, factsReadAt }, NOW)).toBe('Connection lost');
    expect(conditionText({ condition: { ...lost, code: 'staged', text: 'Staged' }, factsReadAt }, NOW)).toBe('Staged');
  });
});
