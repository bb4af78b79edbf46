import type { Failure } from '../errors/failure.ts';
import type { ConnectionState } from '../model/connection.ts';
import { valueOf } from '../model/fact-value.ts';
import type { Condition, ConditionCode, FleetRow, HostDetail } from '../model/fleet.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { Operation, OperationProgress, ProgressStep } from '../model/operation.ts';
import { formatSpan } from './format.ts';
import { finalizationFailed, hostKind, isPackageMode } from './host-kind.ts';
import { nextBoot } from './next-boot.ts';
import { percentPulled } from './progress.ts';
import { foundUpdate } from './update.ts';
import { isVerb, verbWords } from './verb-words.ts';

/** The operation that a host is busy with, and its newest progress. */
export interface RunningOperation {
  readonly operation: Operation;
  readonly progress: OperationProgress | null;
}

/** A round trip longer than this is shown: keys and screens lag behind, and a read of the facts takes seconds. */
export const SLOW_LINK_MS = 1000;

/** For this long a check proves that a host is up to date. Registries move: after a day it is only what was known. */
export const CHECK_HOLDS_MS = 24 * 60 * 60 * 1000;

/**
 * The one word for a host, worst news first (product: the state column). What was read before still stands while the host is connected
 * to again; it is replaced only by news that a person must know: an operation, a refused key, a host that does not answer.
 */
export function conditionOf(detail: HostDetail, running: RunningOperation | null, now: number): Condition {
  return (
    (running && ofOperation(running)) ??
    ofConnection(detail.connection, detail.facts?.readAt ?? null, now) ??
    ofMissingFacts(detail) ??
    ofFacts(detail, now)
  );
}

/**
 * The words of a row's condition at `now`. A row is sent when the host changes; how long it has been unreachable
 * changes without it.
 */
export function conditionText(row: Pick<FleetRow, 'condition' | 'factsReadAt'>, now: number): string {
  const { code, text } = row.condition;
  return code === 'unreachable' && text.startsWith(UNREACHABLE) ? unreachableFor(row.factsReadAt, now) : text;
}

function ofOperation({ operation, progress }: RunningOperation): Condition {
  const { doing, of } = verbWords(operation.plan.request.verb);
  const is = (text: string, percent: number | null = null) => condition('operation-running', text, percent);
  if (operation.phase === 'verifying') return is('Verifying');
  if (operation.phase === 'starting') return is(`Starting ${of}`);
  if (operation.phase === 'rebooting') return is('Rebooting');
  if (!operation.attached) return is(`${doing}, out of sight`);
  if (operation.cancelRequested) return is('Stopping');
  if (progress?.step === 'pull') {
    const percent = progress.pull && percentPulled(progress.pull);
    return percent === null ? is('Pulling') : is(`Pulling ${percent} %`, percent);
  }
  if (progress?.step) return is(STEP_WORDS[progress.step]);
  return is(doing);
}

const STEP_WORDS: Readonly<Record<ProgressStep, string>> = {
  pull: 'Pulling',
  import: 'Importing',
  stage: 'Staging',
  'bound-images': 'Pulling bound images',
  'clean-up': 'Cleaning up',
  verify: 'Verifying',
};

function ofConnection(connection: ConnectionState, factsReadAt: number | null, now: number): Condition | null {
  switch (connection.kind) {
    case 'waiting':
    case 'failed':
      return ofConnectionFailure(connection.failure, factsReadAt, now);
    case 'asking':
      return condition('asking', 'Waits for your answer');
    case 'queued':
      return factsReadAt === null ? condition('connecting', 'Waiting to connect') : null;
    case 'connecting':
      return factsReadAt === null ? condition('connecting', 'Connecting') : null;
    case 'idle':
    case 'connected':
      return null;
  }
}

const UNREACHABLE = 'Unreachable';

function ofConnectionFailure({ code }: Failure, factsReadAt: number | null, now: number): Condition | null {
  switch (code) {
    case 'ssh.cancelled':
      return null;
    case 'ssh.host-key-changed':
      return condition('host-key-changed', 'Host key changed');
    case 'ssh.host-key-revoked':
      return condition('host-key-changed', 'Host key revoked');
    case 'ssh.host-key-unknown':
      return condition('asking', 'Host key not known');
    case 'ssh.host-key-refused':
      return condition('asking', 'Host key not accepted');
    case 'ssh.host-key-store':
      return condition('login-failed', 'Known keys unreadable');
    case 'ssh.host-certificate':
      return condition('host-key-changed', 'Host certificate not valid');
    case 'ssh.host-key-strict':
      return condition('login-failed', 'Host key not known');
    case 'ssh.closed':
      return condition('unreachable', 'Connection lost');
    case 'ssh.protocol':
      return condition('unreachable', 'Does not speak SSH');
    case 'ssh.silent':
      return condition('unreachable', 'Says nothing');
    case 'ssh.host-key-sha1':
    case 'ssh.no-common-algorithm':
      return condition('unreachable', 'No common algorithm');
    case 'auth.key-unreadable':
      return condition('login-failed', 'Key file unreadable');
    case 'auth.key-format':
      return condition('login-failed', 'Key file not usable');
    case 'auth.key-permissions':
      return condition('login-failed', 'Key file open to others');
    case 'auth.password-expired':
      return condition('login-failed', 'Password expired');
    case 'auth.passphrase-wrong':
      return condition('login-failed', 'Wrong passphrase');
    case 'auth.remembered-refused':
    case 'auth.answer-needed':
      return condition('asking', 'Asks to log in');
    case 'auth.prompt-cancelled':
      return condition('asking', 'Login not answered');
    case 'auth.prompt-unavailable':
      return condition('login-failed', 'Login not answered');
    case 'auth.denied':
      return condition('login-failed', 'Login refused');
    default:
      return condition('unreachable', unreachableFor(factsReadAt, now));
  }
}

function unreachableFor(factsReadAt: number | null, now: number): string {
  const span = factsReadAt === null ? 0 : now - factsReadAt;
  return span < 60_000 ? UNREACHABLE : `${UNREACHABLE} for ${formatSpan(span)}`;
}

function ofMissingFacts({ connection, facts, factsFailure, reading }: HostDetail): Condition | null {
  if (factsFailure && factsFailure.at > (facts?.readAt ?? 0)) return ofFactsFailure(factsFailure.failure);
  if (facts) return null;
  if (connection.kind === 'connected') return condition('connecting', reading ? 'Reading facts' : 'Connected');
  return condition('unknown', 'Not connected yet');
}

function ofFactsFailure({ code }: Failure): Condition {
  switch (code) {
    case 'facts.status-blocked':
      return condition('status-blocked', 'Status blocked');
    case 'facts.needs-root':
      return condition('no-root', 'No root');
    case 'facts.no-answer':
      return condition('facts-failed', 'No answer to questions');
    case 'facts.no-shell':
      return condition('facts-failed', 'Login shell runs nothing');
    case 'facts.timed-out':
      return condition('facts-failed', 'Status timed out');
    case 'facts.unreadable':
    case 'facts.incomplete':
      return condition('facts-failed', 'Status unreadable');
    default:
      return isPrivilegeFailure(code) ? noRoot(code) : condition('facts-failed', 'Status failed');
  }
}

/** What the facts say. The worst first, and what was last read of the deployments before what is only missing. */
function ofFacts(detail: HostDetail, now: number): Condition {
  const { facts } = detail;
  if (!facts) return condition('unknown', 'Not connected yet');
  if (isPackageMode(facts)) return condition('package-mode', 'Package mode');
  return ofOthers(facts) ?? ofMissingStatus(facts) ?? ofDeployments(facts, detail) ?? ofUpdates(facts, detail, now);
}

/** Another Berth is at it: its own operations a Berth knows better (`ofOperation`). */
function ofOthers(facts: HostFacts): Condition | null {
  const [other] = valueOf(facts.operations) ?? [];
  if (!other) return null;
  const doing = isVerb(other.verb) ? verbWords(other.verb).doing : 'Busy';
  return condition('operation-running', other.startedBy === '' ? doing : `${doing}, by ${other.startedBy}`);
}

/** bootc's status is missing, although the host has it: nothing else is worth showing before that is mended. */
function ofMissingStatus(facts: HostFacts): Condition | null {
  const failure = facts.bootcFailure ?? (facts.deployments.state === 'unknown' ? facts.deployments.failure : null);
  if (!failure) return null;
  if (facts.privilege.kind === 'none' && (failure.code === 'facts.needs-root' || isPrivilegeFailure(failure.code))) {
    return noRoot(facts.privilege.failure.code);
  }
  return ofFactsFailure(failure);
}

function noRoot(code: Failure['code']): Condition {
  switch (code) {
    case 'privilege.not-allowed':
      return condition('no-root', 'No root: sudo refused');
    case 'privilege.password-needed':
      return condition('no-root', 'No root: password needed');
    case 'privilege.password-wrong':
      return condition('no-root', 'No root: wrong password');
    case 'privilege.requires-tty':
      return condition('no-root', 'No root: sudo wants a tty');
    case 'privilege.not-wanted':
      return condition('no-root', 'No root: not wanted');
    case 'privilege.needs-terminal':
      return condition('no-root', 'No root: wants a terminal');
    case 'privilege.no-sudo':
      return condition('no-root', 'No root: no sudo');
    default:
      return condition('no-root', 'No root');
  }
}

function ofDeployments(facts: HostFacts, { etcBlockers }: HostDetail): Condition | null {
  const set = valueOf(facts.deployments);
  if (!set) return null;
  if (valueOf(facts.greenboot)?.fallback) return condition('rolled-back', 'Rolled back by greenboot');
  const next = nextBoot(set);
  // What can be solved before the next boot comes before what went wrong at the last.
  if (next.kind === 'staged' && etcBlockers !== null && etcBlockers.length > 0) {
    return condition('etc-blocked', '/etc blocks the update');
  }
  if (finalizationFailed(facts)) return condition('finalize-failed', 'Last update not applied');
  if (next.kind === 'rollback') return condition('rollback-queued', 'Rollback queued');
  if (next.kind === 'staged') return condition('staged', 'Staged, waits for reboot');
  if (set.staged) return condition('download-only', 'Downloaded only');
  return null;
}

function ofUpdates(facts: HostFacts, detail: HostDetail, now: number): Condition {
  const set = valueOf(facts.deployments);
  const kind = hostKind(facts);
  if (set && kind === 'bootc') {
    if (set.booted?.incompatible) return condition('layered', 'Layered, bootc blocked');
    if (foundUpdate(set)) return condition('update-found', 'Update found');
  }
  if (kind === 'rpm-ostree') return condition('rpm-ostree-only', 'rpm-ostree only');
  if (kind === 'ostree') return condition('ostree-only', 'ostree only');
  const { connection, lastCheck } = detail;
  if (connection.kind === 'connected' && connection.latencyMs > SLOW_LINK_MS) {
    return condition('slow', `Slow link, ${(connection.latencyMs / 1000).toFixed(1)} s`);
  }
  const proven = lastCheck !== null && now - lastCheck.at < CHECK_HOLDS_MS;
  return proven && lastCheck.digest === set?.booted?.image?.digest
    ? condition('up-to-date', 'Up to date')
    : condition('no-update-known', 'No update known');
}

function isPrivilegeFailure(code: Failure['code']): boolean {
  return code.startsWith('privilege.');
}

function condition(code: ConditionCode, text: string, percent: number | null = null): Condition {
  return { code, text, percent };
}
