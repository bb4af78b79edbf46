import { describe } from '../errors/describe.ts';
import { failure, type Failure } from '../errors/failure.ts';
import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { HostSnapshot, OperationOutcome, VerbTool } from '../model/operation.ts';
import type { VerbRequest } from '../model/verb.ts';
import { classifyFailure } from './classify-failure.ts';
import { etcFailure, etcOutcome } from './etc-outcome.ts';
import { digestOf, shortDigest } from './format.ts';
import { BOOT_COMPLETE_UNIT } from './host-kind.ts';
import { nextBoot } from './next-boot.ts';
import { hasEffect, newlyDownloaded, newlyStaged, rebooted } from './state-change.ts';
import { foundUpdate, leftVersion } from './update.ts';

/**
 * All that is known when an operation has ended. `exitCode` is the verb's own, null when the unit left none; `after` null: the
 * state could not be read again, `afterFailure` says why. `stderrTail` is the end of the verb's stderr.
 */
export interface OutcomeEvidence {
  readonly request: VerbRequest;
  readonly tool: VerbTool;
  readonly exitCode: number | null;
  /** bootc had staged, did not end by itself, and was stopped for it (reference 2.2, composefs). */
  readonly hung: boolean;
  readonly cancelRequested: boolean;
  /** Of a reboot: the host runs another boot than the one it was asked on. */
  readonly cameBack: boolean;
  readonly before: HostSnapshot;
  readonly after: HostSnapshot | null;
  readonly afterFailure: Failure | null;
  readonly stderrTail: string;
}

/** `rpm-ostree upgrade --check` says with it that there is nothing new (reference 6.2). */
const UNCHANGED = 77;

/**
 * How an operation ended. The exit code says whether the verb failed, the host's state before and after says what it did
 * (reference 2.1: exit 0 means “changed” as well as “nothing to do”). Sentences of the tool decide nothing; stderr only
 * names the reason of an exit code that was not 0.
 */
export function proveOutcome(evidence: OutcomeEvidence): OperationOutcome {
  const { request, tool, after, before, hung } = evidence;
  const unchanged = evidence.exitCode === UNCHANGED && tool === 'rpm-ostree' && request.verb === 'check';
  // The command that asks for a reboot may be ended by it.
  const isBack = evidence.cameBack && (request.verb === 'reboot' || request.verb === 'soft-reboot');
  const exitCode = unchanged || isBack || (hung && isReached(evidence)) ? 0 : evidence.exitCode;
  if (exitCode !== null && exitCode !== 0) return failed(evidence, exitCode);
  if (!after) return unknown(notVerified(evidence.afterFailure));
  if (request.verb === 'reboot' || request.verb === 'soft-reboot') return proveReboot(evidence, after);
  const staged = stagedBy(evidence, after);
  if (exitCode === null) return withoutExitCode(evidence, after, staged);
  if (unchanged) return { kind: 'no-update' };
  if (staged)
    return staged.downloadOnly ? { kind: 'downloaded', ...nameOf(staged) } : { kind: 'staged', ...nameOf(staged) };
  if (rebooted(before, after)) return unknown(failure('operation.host-rebooted'));
  return ofVerb(evidence, after);
}

function ofVerb({ request, tool, before }: OutcomeEvidence, after: HostSnapshot): OperationOutcome {
  switch (request.verb) {
    case 'check':
      return tool === 'rpm-ostree' ? checkedByRpmOstree(after.deployments) : checked(after.deployments);
    case 'upgrade':
      return unchanged(before.deployments, after.deployments);
    case 'download':
      return downloaded(before.deployments, after.deployments);
    case 'kernel-arguments':
      return { kind: 'no-change' };
    case 'etc':
      return etcOutcome(request, before, after) ?? unknown(notVerified(null));
    default: {
      const was = hasEffect(request, before);
      const is = hasEffect(request, after);
      if (is === null) return { kind: 'done' };
      if (!is) return unknown(failure('operation.result-unexpected'));
      return { kind: was === true ? 'no-change' : 'done' };
    }
  }
}

/** What the verb staged, if that is what it is for or what it did. */
function stagedBy({ request, before }: OutcomeEvidence, after: HostSnapshot): Deployment | null {
  if (request.verb === 'download') return newlyDownloaded(before.deployments, after.deployments);
  return newlyStaged(before.deployments, after.deployments);
}

/** Whether what the verb is for is so in the state after. */
function isReached({ request, before, after }: OutcomeEvidence): boolean {
  if (!after) return false;
  return request.verb === 'download'
    ? newlyDownloaded(before.deployments, after.deployments) !== null
    : newlyStaged(before.deployments, after.deployments) !== null;
}

function failed(evidence: OutcomeEvidence, exitCode: number): OperationOutcome {
  const { before, after, cancelRequested, stderrTail, request, tool } = evidence;
  const staged = after !== null && newlyStaged(before.deployments, after.deployments) !== null;
  if (cancelRequested) {
    return staged
      ? { kind: 'failed', failure: failure('operation.stopped-late'), staged }
      : after
        ? { kind: 'cancelled' }
        : unknown(notVerified(null));
  }
  const reference = request.verb === 'switch' ? request.image : before.deployments.tracked;
  const ofEtc = request.verb === 'etc' ? etcFailure(exitCode, stderrTail) : null;
  const reason = ofEtc ?? classifyFailure(tool, stderrTail, exitCode, reference);
  return { kind: 'failed', failure: reason, staged };
}

function withoutExitCode(evidence: OutcomeEvidence, after: HostSnapshot, staged: Deployment | null): OperationOutcome {
  const { before, cancelRequested, request } = evidence;
  if (rebooted(before, after)) return unknown(failure('operation.host-rebooted'));
  if (cancelRequested && !staged) return { kind: 'cancelled' };
  // What left no exit code is known by its effect, where it has one that was not there before.
  if (hasEffect(request, before) === false && hasEffect(request, after) === true) return { kind: 'done' };
  if (request.verb === 'etc' && etcOutcome(request, before, after)?.kind === 'done') return { kind: 'done' };
  const reason = failure(cancelRequested ? 'operation.stopped-late' : 'operation.unit-vanished');
  return staged ? { kind: 'failed', failure: reason, staged: true } : unknown(reason);
}

/**
 * What the host came back on. What the next boot was foreseen to be is in the state before; a host that was rebooted by something else
 * meanwhile counts by what it runs.
 */
function proveReboot({ before, cameBack, cancelRequested }: OutcomeEvidence, after: HostSnapshot): OperationOutcome {
  if (!cameBack && !rebooted(before, after)) {
    if (cancelRequested) return { kind: 'cancelled' };
    return { kind: 'failed', failure: failure('operation.not-rebooted'), staged: false };
  }
  const expected = nextBoot(before.deployments).deployment;
  const { booted } = after.deployments;
  if (!expected || !booted) return unknown(notVerified(null));
  const name = (one: Deployment) => one.version ?? `@${shortDigest(digestOf(one), 'text')}`;
  if (digestOf(expected) === digestOf(booted)) {
    const known = new Set(before.failedUnits ?? after.failedUnits ?? []);
    const failedUnits = (after.failedUnits ?? []).filter((unit) => !known.has(unit));
    return { kind: 'rebooted', ...nameOf(booted), failedUnits };
  }
  const reason = after.greenboot?.fallback
    ? 'operation.greenboot-fallback'
    : after.failedUnits?.includes(BOOT_COMPLETE_UNIT)
      ? 'operation.finalize-failed'
      : 'operation.other-boot';
  const [wanted, got] = [name(expected), name(booted)];
  const short = (one: Deployment) => `${name(one)} @${shortDigest(digestOf(one), 'text')}`;
  return {
    kind: 'wrong-boot',
    expected: wanted === got ? short(expected) : wanted,
    booted: wanted === got ? short(booted) : got,
    failure: failure(reason),
  };
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

/** A download that ended well and downloaded nothing new. */
function downloaded(before: DeploymentSet, after: DeploymentSet): OperationOutcome {
  if (after.staged?.downloadOnly) return { kind: 'no-change' };
  if (after.staged || before.staged || foundUpdate(after)) return unknown(failure('operation.result-unexpected'));
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

/** Exit code 0 means that there is one; which, only its cache may tell. */
function checkedByRpmOstree(after: DeploymentSet): OperationOutcome {
  const update = foundUpdate(after);
  return { kind: 'update-found', version: update?.version ?? null, digest: update?.digest ?? null };
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

/** How an outcome is to be taken, for icon and colour. */
export type OutcomeTone = 'success' | 'neutral' | 'warning' | 'danger';

/** An outcome in the few words of a table or a heading. */
export function outcomeHeadline(outcome: OperationOutcome): { readonly text: string; readonly tone: OutcomeTone } {
  switch (outcome.kind) {
    case 'staged':
      return { text: 'Staged and verified', tone: 'success' };
    case 'up-to-date':
      return { text: 'Already up to date', tone: 'success' };
    case 'already-staged':
      return { text: 'Already staged', tone: 'success' };
    case 'update-found':
      return { text: 'Update found', tone: 'success' };
    case 'no-update':
      return { text: 'No update', tone: 'success' };
    case 'downloaded':
      return { text: 'Downloaded and verified', tone: 'success' };
    case 'done':
      return { text: 'Done and verified', tone: 'success' };
    case 'no-change':
      return { text: 'Nothing to do', tone: 'success' };
    case 'rebooted':
      return outcome.failedUnits.length > 0
        ? { text: 'Rebooted, units failed', tone: 'warning' }
        : { text: 'Rebooted and verified', tone: 'success' };
    case 'wrong-boot':
      return { text: 'Came back on another image', tone: 'danger' };
    case 'failed':
      return outcome.staged ? { text: 'Failed, but staged', tone: 'warning' } : { text: 'Failed', tone: 'danger' };
    case 'cancelled':
      return { text: 'Stopped', tone: 'neutral' };
    case 'unknown':
      return { text: 'Not known', tone: 'warning' };
  }
}

/** An outcome as one sentence, the same in the page and on the command line; what to do about it is `outcomeRemedy`. */
export function outcomeText(outcome: OperationOutcome): string {
  switch (outcome.kind) {
    case 'staged':
      return `Staged ${nameInWords(outcome)}: the next boot runs it.`;
    case 'up-to-date':
      return 'Already up to date: nothing was staged.';
    case 'already-staged':
      return `${nameInWords(outcome)} was staged already and waits for the reboot.`;
    case 'update-found':
      return `Update found: ${nameInWords(outcome)}.`;
    case 'no-update':
      return 'No update: the registry has nothing newer.';
    case 'downloaded':
      return `Downloaded ${nameInWords(outcome)}: a reboot does not apply it yet.`;
    case 'done':
      return 'Done, and proven by the state of the host.';
    case 'no-change':
      return 'Nothing to do: it was so already.';
    case 'rebooted':
      return outcome.failedUnits.length > 0
        ? `Rebooted into ${nameInWords(outcome)}, but units failed that did not before: ${outcome.failedUnits.join(', ')}.`
        : `Rebooted into ${nameInWords(outcome)}, as foreseen.`;
    case 'wrong-boot':
      return `Came back on ${outcome.booted} instead of ${outcome.expected}: ${describe(outcome.failure).text}`;
    case 'failed':
      return `Failed: ${describe(outcome.failure).text}${outcome.staged ? ' The update is staged all the same.' : ''}`;
    case 'cancelled':
      return 'Stopped before anything was staged.';
    case 'unknown':
      return `Not known how it ended: ${describe(outcome.failure).text}`;
  }
}

/** What to do about an outcome; empty where there is nothing to do or nothing to say. */
export function outcomeRemedy(outcome: OperationOutcome): string {
  const failed = outcome.kind === 'failed' || outcome.kind === 'unknown' || outcome.kind === 'wrong-boot';
  return failed ? describe(outcome.failure).remedy : '';
}

function nameInWords({ version, digest }: { readonly version: string | null; readonly digest: string | null }): string {
  const short = digest === null ? null : `@${shortDigest(digest, 'text')}`;
  return [version, short].filter((part) => part !== null).join(' ') || 'an image';
}
