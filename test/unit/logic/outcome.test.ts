import { describe, expect, it } from 'vitest';
import { failure, type FailureCode } from '../../../shared/errors/failure.ts';
import {
  outcomeHeadline,
  outcomeRemedy,
  outcomeText,
  proveOutcome,
  type OutcomeEvidence,
} from '../../../shared/logic/outcome.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { OperationOutcome } from '../../../shared/model/operation.ts';
import { deployment, digestFor, image, ostreeDeployment, snapshot, webStable } from './fixtures.ts';

const v1 = deployment('1');
const v2 = deployment('2');
const v3 = deployment('3');
const locked = deployment('2', { downloadOnly: true });
const v1Knows2 = deployment('1', { cachedUpdate: image('2') });

const base: Partial<DeploymentSet> = { booted: v1, rollback: null };
const state = (overrides: Partial<DeploymentSet>, more: Parameters<typeof snapshot>[1] = {}) =>
  snapshot({ ...base, ...overrides }, more);

/** An outcome in one word, with what it is about. */
const short = (outcome: OperationOutcome): string => {
  switch (outcome.kind) {
    case 'staged':
    case 'already-staged':
    case 'update-found':
      return `${outcome.kind} ${outcome.version}`;
    case 'failed':
      return `failed ${outcome.failure.code}${outcome.staged ? ' staged' : ''}`;
    case 'unknown':
      return `unknown ${outcome.failure.code}`;
    default:
      return outcome.kind;
  }
};
const prove = (evidence: Partial<OutcomeEvidence>) =>
  short(
    proveOutcome({
      request: { verb: 'upgrade' },
      tool: 'bootc',
      hung: false,
      cameBack: false,
      exitCode: 0,
      cancelRequested: false,
      before: state({}),
      after: state({}),
      afterFailure: null,
      stderrTail: '',
      ...evidence,
    }),
  );

const AUTH = 'error: Upgrading: Fetching manifest: failed to invoke method OpenImage: unauthorized: no';
const BOUND = 'error: Upgrading: Staging: Pulling bound images: Failed to pull image: unauthorized';

describe('an upgrade', () => {
  const cases: readonly [string, Partial<OutcomeEvidence>, string][] = [
    ['stages something new', { after: state({ staged: v2 }) }, 'staged 2'],
    ['replaces what was staged', { before: state({ staged: v2 }), after: state({ staged: v3 }) }, 'staged 3'],
    ['unlocks a download', { before: state({ staged: locked }), after: state({ staged: v2 }) }, 'staged 2'],
    [
      'stages again what was left by a rollback',
      { before: state({ booted: v1Knows2, rollback: v2 }), after: state({ staged: deployment('2', { id: 'x.1' }) }) },
      'staged 2',
    ],
    ['finds nothing', {}, 'up-to-date'],
    [
      'finds nothing although an old find is about what runs',
      { after: state({ booted: deployment('1', { cachedUpdate: image('1') }) }) },
      'up-to-date',
    ],
    ['finds what is staged', { before: state({ staged: v2 }), after: state({ staged: v2 }) }, 'already-staged 2'],
    [
      'leaves a download locked',
      { before: state({ staged: locked }), after: state({ staged: locked }) },
      'unknown operation.result-unexpected',
    ],
    ['loses what was staged', { before: state({ staged: v2 }) }, 'unknown operation.result-unexpected'],
    [
      'stages nothing although there is news',
      { after: state({ booted: v1Knows2 }) },
      'unknown operation.result-unexpected',
    ],
    [
      'ends well, and its state cannot be read',
      { after: null, afterFailure: failure('ssh.timeout', { address: 'box', port: 22, seconds: 20 }) },
      'unknown operation.not-verified',
    ],
    [
      'ends well, then the host reboots into it',
      { after: state({ booted: v2, rollback: v1 }, { bootId: 'boot-2' }) },
      'unknown operation.host-rebooted',
    ],
    [
      'ends well, then the host reboots and stages again',
      { after: state({ staged: v3 }, { bootId: 'boot-2' }) },
      'staged 3',
    ],
    [
      'ends well, then the host soft-reboots',
      { after: state({ booted: v2, rollback: v1 }) },
      'unknown operation.host-rebooted',
    ],
    ['is refused by the registry', { exitCode: 1, stderrTail: AUTH }, 'failed operation.registry-auth'],
    [
      'is refused, and what was staged stays',
      { exitCode: 1, stderrTail: AUTH, before: state({ staged: v2 }), after: state({ staged: v2 }) },
      'failed operation.registry-auth',
    ],
    [
      'fails at a bound image, staged',
      { exitCode: 1, stderrTail: BOUND, after: state({ staged: v2 }) },
      'failed operation.bound-image staged',
    ],
    [
      'fails, and its state cannot be read',
      { exitCode: 1, stderrTail: AUTH, after: null },
      'failed operation.registry-auth',
    ],
    ['crashes', { exitCode: 134 }, 'failed operation.crashed'],
    ['crashes after staging', { exitCode: 134, after: state({ staged: v2 }) }, 'failed operation.crashed staged'],
    ['gets a flag that bootc does not know', { exitCode: 2 }, 'failed operation.flag-unknown'],
    ['is stopped', { exitCode: 143, cancelRequested: true }, 'cancelled'],
    ['is stopped without an exit code', { exitCode: null, cancelRequested: true }, 'cancelled'],
    [
      'is stopped too late',
      { exitCode: 143, cancelRequested: true, after: state({ staged: v2 }) },
      'failed operation.stopped-late staged',
    ],
    [
      'is stopped too late without an exit code',
      { exitCode: null, cancelRequested: true, after: state({ staged: v2 }) },
      'failed operation.stopped-late staged',
    ],
    [
      'is stopped, and its state cannot be read',
      { exitCode: 143, cancelRequested: true, after: null },
      'unknown operation.not-verified',
    ],
    ['is told to stop after it ended well', { cancelRequested: true, after: state({ staged: v2 }) }, 'staged 2'],
    ['leaves no exit code', { exitCode: null }, 'unknown operation.unit-vanished'],
    [
      'leaves no exit code, staged',
      { exitCode: null, after: state({ staged: v2 }) },
      'failed operation.unit-vanished staged',
    ],
    [
      'is cut by a reboot',
      { exitCode: null, after: state({}, { bootId: 'boot-2' }) },
      'unknown operation.host-rebooted',
    ],
    [
      'is cut by a reboot that a person asked to stop before',
      { exitCode: null, cancelRequested: true, after: state({}, { bootId: 'boot-2' }) },
      'unknown operation.host-rebooted',
    ],
    ['leaves nothing at all', { exitCode: null, after: null }, 'unknown operation.not-verified'],
  ];
  it.each(cases)('%s', (_, evidence, expected) => expect(prove(evidence)).toBe(expected));

  it('decides nothing by sentences', () => {
    expect(prove({ stderrTail: AUTH, after: state({ staged: v2 }) })).toBe('staged 2');
    expect(prove({ stderrTail: 'No update available.' })).toBe('up-to-date');
  });

  it('names the digest', () => {
    const outcome = proveOutcome({
      request: { verb: 'upgrade' },
      tool: 'bootc',
      hung: false,
      cameBack: false,
      exitCode: 0,
      cancelRequested: false,
      before: state({}),
      after: state({ staged: v2 }),
      afterFailure: null,
      stderrTail: '',
    });
    expect(outcome).toEqual({ kind: 'staged', version: '2', digest: digestFor('2') });
  });

  it('sees what was staged without an image as well', () => {
    const plain = ostreeDeployment('42');
    expect(prove({ after: state({ source: 'ostree', staged: plain }) })).toBe('staged 42');
  });
});

describe('a check (reference 2.3)', () => {
  const check = (after: ReturnType<typeof snapshot> | null, before = state({})) =>
    prove({ request: { verb: 'check' }, before, after });
  const cases: readonly [string, Partial<DeploymentSet>, string][] = [
    ['finds an update', { booted: v1Knows2 }, 'update-found 2'],
    ['finds nothing', {}, 'no-update'],
    ['finds nothing newer than what is staged', { booted: v1Knows2, staged: v2 }, 'already-staged 2'],
    [
      'finds one newer than what is staged',
      { booted: v1Knows2, staged: deployment('2', { cachedUpdate: image('3') }) },
      'update-found 3',
    ],
    ['finds the version that was left by a rollback', { booted: v1Knows2, rollback: v2 }, 'update-found 2'],
    [
      'finds one newer than the version that was left',
      { booted: v1Knows2, rollback: deployment('2', { cachedUpdate: image('3') }) },
      'update-found 3',
    ],
    [
      'finds nothing behind a pinned digest',
      { tracked: { ...webStable, image: `quay.io/acme/web@${digestFor('1')}` } },
      'no-update',
    ],
    ['cannot tell on composefs', { backend: 'composefs' }, 'unknown operation.check-untold'],
    ['finds nothing newer than what is staged on composefs', { backend: 'composefs', staged: v2 }, 'already-staged 2'],
    ['cannot tell when bootc does not', { source: 'ostree' }, 'unknown operation.not-verified'],
  ];
  it.each(cases)('%s', (_, after, expected) => {
    const before = state({ staged: after.staged ?? null });
    expect(check(state(after), before)).toBe(expected);
  });

  it('that staged something, as composefs may, says so', () => {
    expect(check(state({ backend: 'composefs', staged: v2 }))).toBe('staged 2');
  });

  it('that failed, or that the host did not live to see', () => {
    expect(prove({ request: { verb: 'check' }, exitCode: 1, stderrTail: AUTH })).toBe('failed operation.registry-auth');
    expect(check(null)).toBe('unknown operation.not-verified');
    expect(check(state({}, { bootId: 'boot-2' }))).toBe('unknown operation.host-rebooted');
  });
});

describe('a reboot, whose command it may end with SIGTERM', () => {
  const soft = { request: { verb: 'soft-reboot' }, exitCode: 143 } as const;
  it('counts by what the host runs when it is back', () => {
    expect(prove({ ...soft, cameBack: true, after: state({}) })).toBe('rebooted');
    expect(prove({ ...soft, cameBack: true, before: state({ staged: v2 }), after: state({}) })).toBe('wrong-boot');
  });
  it('has failed when the host stayed', () => {
    expect(prove({ ...soft, after: state({}) })).toBe('failed operation.failed');
  });
});

describe('the words', () => {
  const named = { version: '2.15.0', digest: `sha256:8d41f0c2${'0'.repeat(56)}` };
  const auth = failure('operation.registry-auth', { registry: 'quay.io' });
  const failed = (code: FailureCode, staged: boolean): OperationOutcome => ({
    kind: 'failed',
    failure: failure(code, { detail: 'x', exitCode: 1 }),
    staged,
  });
  const cases: readonly [OperationOutcome, string, string, string][] = [
    [{ kind: 'staged', ...named }, 'Staged and verified', 'success', 'Staged 2.15.0 @8d41f0c2: the next boot runs it.'],
    [
      { kind: 'staged', version: null, digest: named.digest },
      'Staged and verified',
      'success',
      'Staged @8d41f0c2: the next boot runs it.',
    ],
    [
      { kind: 'staged', version: null, digest: null },
      'Staged and verified',
      'success',
      'Staged an image: the next boot runs it.',
    ],
    [{ kind: 'up-to-date' }, 'Already up to date', 'success', 'Already up to date: nothing was staged.'],
    [
      { kind: 'already-staged', ...named },
      'Already staged',
      'success',
      '2.15.0 @8d41f0c2 was staged already and waits for the reboot.',
    ],
    [{ kind: 'update-found', ...named }, 'Update found', 'success', 'Update found: 2.15.0 @8d41f0c2.'],
    [{ kind: 'no-update' }, 'No update', 'success', 'No update: the registry has nothing newer.'],
    [
      { kind: 'failed', failure: auth, staged: false },
      'Failed',
      'danger',
      'Failed: The registry quay.io refused the credentials.',
    ],
    [
      failed('operation.bound-image', true),
      'Failed, but staged',
      'warning',
      'Failed: A bound image could not be pulled: x The update is staged all the same.',
    ],
    [{ kind: 'cancelled' }, 'Stopped', 'neutral', 'Stopped before anything was staged.'],
    [
      { kind: 'unknown', failure: failure('operation.host-gone') },
      'Not known',
      'warning',
      'Not known how it ended: The host did not come back.',
    ],
  ];
  it.each(cases)('%j', (outcome, headline, tone, text) => {
    expect(outcomeHeadline(outcome)).toEqual({ text: headline, tone });
    expect(outcomeText(outcome)).toBe(text);
  });

  it('has a remedy for what failed and for nothing else', () => {
    expect(outcomeRemedy({ kind: 'failed', failure: auth, staged: false })).toContain('/etc/ostree/auth.json');
    expect(outcomeRemedy({ kind: 'unknown', failure: failure('operation.host-gone') })).toBe(
      'Berth looks again when the host answers.',
    );
    expect(outcomeRemedy({ kind: 'up-to-date' })).toBe('');
  });
});
