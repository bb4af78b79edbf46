import { describe } from '../errors/describe.ts';
import { failure, type Failure } from '../errors/failure.ts';
import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { HostSnapshot, OperationOutcome, Verb } from '../model/operation.ts';
import { classifyBootcFailure } from './classify-failure.ts';
import { digestOf } from './format.ts';
import { foundUpdate, leftVersion } from './update.ts';

/**
 * All that is known when an operation has ended. `exitCode` is the verb's own, null when the unit left none; `after` null: the
 * state could not be read again, `afterFailure` says why. `stderrTail` is the end of the verb's stderr.
 */
export interface OutcomeEvidence {
  readonly verb: Verb;
  readonly exitCode: number | null;
  readonly cancelRequested: boolean;
  readonly before: HostSnapshot;
  readonly after: HostSnapshot | null;
  readonly afterFailure: Failure | null;
  readonly stderrTail: string;
}

/**
 * How an operation ended. The exit code says whether the verb failed, the host's state before and after says what it did
 * (reference 2.1: exit 0 means “changed” as well as “nothing to do”). Sentences of the tool decide nothing; stderr only
 * names the reason of an exit code that was not 0.
 */
export function proveOutcome(evidence: OutcomeEvidence): OperationOutcome {
  const { exitCode, after } = evidence;
  if (exitCode !== null && exitCode !== 0) return failed(evidence, exitCode);
  if (!after) return unknown(notVerified(evidence.afterFailure));
  const staged = newlyStaged(evidence.before.deployments, after.deployments);
  if (exitCode === null) return withoutExitCode(evidence, after, staged);
  if (staged) return { kind: 'staged', ...nameOf(staged) };
  if (rebooted(evidence.before, after)) return unknown(failure('operation.host-rebooted'));
  return evidence.verb === 'check'
    ? checked(after.deployments)
    : unchanged(evidence.before.deployments, after.deployments);
}

/** Whether the host was booted between two states. A soft reboot keeps the boot id (reference 2.2), so what runs counts as well. */
export function rebooted(before: HostSnapshot, after: HostSnapshot): boolean {
  if (before.bootId !== null && after.bootId !== null && before.bootId !== after.bootId) return true;
  return (before.deployments.booted?.id ?? null) !== (after.deployments.booted?.id ?? null);
}

/** The staged deployment that was not there before, or that was and is applied by the next boot only now (it was download-only). */
export function newlyStaged(before: DeploymentSet, after: DeploymentSet): Deployment | null {
  const { staged } = after;
  if (!staged || staged.downloadOnly) return null;
  return before.staged?.id === staged.id && !before.staged.downloadOnly ? null : staged;
}

function failed({ before, after, cancelRequested, stderrTail }: OutcomeEvidence, exitCode: number): OperationOutcome {
  const staged = after !== null && newlyStaged(before.deployments, after.deployments) !== null;
  if (cancelRequested) {
    return staged
      ? { kind: 'failed', failure: failure('operation.stopped-late'), staged }
      : after
        ? { kind: 'cancelled' }
        : unknown(notVerified(null));
  }
  const reason = classifyBootcFailure(stderrTail, exitCode, before.deployments.tracked);
  return { kind: 'failed', failure: reason, staged };
}

function withoutExitCode(
  { before, cancelRequested }: OutcomeEvidence,
  after: HostSnapshot,
  staged: Deployment | null,
): OperationOutcome {
  if (rebooted(before, after)) return unknown(failure('operation.host-rebooted'));
  if (cancelRequested && !staged) return { kind: 'cancelled' };
  const reason = failure(cancelRequested ? 'operation.stopped-late' : 'operation.unit-vanished');
  return staged ? { kind: 'failed', failure: reason, staged: true } : unknown(reason);
}

/** An upgrade that ended well and staged nothing: was there nothing to stage? */
function unchanged(before: DeploymentSet, after: DeploymentSet): OperationOutcome {
  if (after.staged) {
    return after.staged.downloadOnly
      ? unknown(failure('operation.result-unexpected'))
      : { kind: 'already-staged', ...nameOf(after.staged) };
  }
  // What was staged is gone, or what bootc knows to be newer is not staged: neither is what an upgrade does.
  if (before.staged || foundUpdate(after)) return unknown(failure('operation.result-unexpected'));
  return { kind: 'up-to-date' };
}

/**
 * A check that ended well. bootc compares with what it pulled last and not with what runs (reference 2.3): after staging and after
 * a rollback its “No changes” is not the answer, the digests are.
 */
function checked(after: DeploymentSet): OperationOutcome {
  if (after.source !== 'bootc') return unknown(notVerified(null));
  const update = foundUpdate(after);
  if (update) return { kind: 'update-found', version: update.version, digest: update.digest };
  if (after.staged) return { kind: 'already-staged', ...nameOf(after.staged) };
  if (after.backend === 'composefs') return unknown(failure('operation.check-untold'));
  const left = leftVersion(after);
  return left ? { kind: 'update-found', version: left.version, digest: left.digest } : { kind: 'no-update' };
}

function unknown(reason: Failure): OperationOutcome {
  return { kind: 'unknown', failure: reason };
}

function notVerified(reason: Failure | null): Failure {
  const detail = reason ? describe(reason).text : 'bootc status did not answer.';
  return failure('operation.not-verified', { detail });
}

function nameOf(deployment: Deployment): { version: string | null; digest: string } {
  return { version: deployment.version, digest: digestOf(deployment) };
}
