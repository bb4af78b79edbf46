import { describe } from '../../shared/errors/describe.ts';
import { BerthError, type Failure } from '../../shared/errors/failure.ts';
import { guardOf } from '../../shared/logic/guard-rails.ts';
import { outcomeRemedy, outcomeText } from '../../shared/logic/outcome.ts';
import { describePlan } from '../../shared/logic/plan-notes.ts';
import { failedChecks, unconfirmed } from '../../shared/logic/preflight.ts';
import { valueOf } from '../../shared/model/fact-value.ts';
import type { Host } from '../../shared/model/host.ts';
import type { HostFacts } from '../../shared/model/host-facts.ts';
import type { Operation, OperationOutcome } from '../../shared/model/operation.ts';
import { VerbRequest } from '../../shared/model/verb.ts';
import type { Core } from '../core/create-core.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { findHost } from './find-hosts.ts';
import { followOperation } from './follow-operation.ts';
import { unlessInterrupted } from './interrupt.ts';
import { planText } from './plan-text.ts';
import { preflightText } from './preflight-text.ts';
import { readHost } from './read-host.ts';

export interface VerbOptions {
  readonly host: string;
  /** What is asked of the host, once its deployments are known. */
  readonly request: (facts: HostFacts) => VerbRequest;
  /** The command that was typed, to look again with. */
  readonly command: string;
  /** Only print the plan, in this format, and do nothing. */
  readonly plan: 'text' | 'json' | null;
  /** The plan is confirmed already, with what the pre-flight warns of. */
  readonly yes: boolean;
  /** The name of the host, where the guard rails want it typed; null: it is asked for. */
  readonly name: string | null;
  /** The hosts end with this command: what runs on them does not go on. */
  readonly isDemo: boolean;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/**
 * `berth upgrade HOST` and its like: plan, pre-flight, confirm, follow, outcome. An operation that runs on the host already, begun by this or
 * any other Berth of this user, is followed instead of starting another.
 */
export async function verbCommand(core: Core, terminal: Console, options: VerbOptions): Promise<number> {
  const host = findHost(core, options.host);
  const running = core.operations.running(host.id);
  if (running && options.plan === null) {
    const { plan } = running.operation;
    terminal.err(`${host.name}: unit ${plan.unit} runs already. Following it; nothing else is started.\n`);
    return follow(core, terminal, host, running.operation, options);
  }

  const before = <T>(work: Promise<T>) => unlessInterrupted(work, options.interrupted);
  const reading = await before(readHost(core, host.id));
  if (!reading.ok) return fail(terminal, host, reading.failure);
  const { privilege } = reading.facts;
  if (privilege.kind === 'none' && privilege.failure.code === 'privilege.password-needed') {
    if (!terminal.person) return fail(terminal, host, promptUnavailable(host));
    await before(core.hosts.unlockSudo([host.id]));
  }

  const request = VerbRequest.parse(options.request(reading.facts));
  const plan = await before(core.operations.plan({ hostId: host.id, request }));
  const { checks } = await before(core.operations.preflight({ hostId: host.id, request }));
  if (options.plan === 'json')
    terminal.out(`${JSON.stringify({ plan, words: describePlan(plan), preflight: checks })}\n`);
  else terminal.out(`${planText(plan)}${preflightText(checks)}`);
  if (failedChecks(checks).length > 0) {
    terminal.err('Nothing was done: the pre-flight failed.\n');
    return exitCode.preflight;
  }
  if (options.plan !== null) return exitCode.done;
  const consent = await confirm(core, terminal, host, request, options);
  if (typeof consent === 'number') return consent;
  options.interrupted.throwIfAborted();
  const confirmed = unconfirmed(checks, []).map(({ name }) => name);
  return follow(core, terminal, host, await core.operations.start(plan, { ...consent, confirmed }), options);
}

/** What a person says to the plan, or the exit code where nothing is to be done. */
async function confirm(
  core: Core,
  terminal: Console,
  host: Host,
  request: VerbRequest,
  { yes, name }: VerbOptions,
): Promise<{ readonly typedName: string | null } | number> {
  const guard = guardOf(core.settings.read(), host, request);
  // A check changes nothing that would have to be confirmed.
  if (request.verb === 'check' || yes) return { typedName: name };
  if (!terminal.person) {
    terminal.err('Nothing was done: without a terminal to ask, --yes is needed to start it.\n');
    return exitCode.usage;
  }
  if (guard.kind === 'typed-name' && name === null) {
    const typed = await terminal.person.ask(
      `${host.name} has the production tag “${guard.tag}”. Type its name to go on: `,
    );
    return { typedName: typed?.trim() ?? '' };
  }
  const answer = await terminal.person.ask('Start it? [y/N] ');
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return { typedName: name };
  terminal.err('Nothing was done.\n');
  return exitCode.failed;
}

/** The deployment that a word means: `booted`, `staged`, `rollback`, or the beginning of its id. Throws BerthError. */
export function deploymentOf(word: string, facts: HostFacts): string {
  const set = valueOf(facts.deployments);
  if (!set) throw new BerthError('operation.state-unknown');
  const { booted, staged, rollback, others } = set;
  const named: Readonly<Record<string, typeof booted>> = { booted, staged, rollback };
  const all = [staged, booted, rollback, ...others].filter((one) => one !== null);
  const found = Object.hasOwn(named, word) ? [named[word] ?? null] : all.filter(({ id }) => id.startsWith(word));
  const [first] = found;
  if (!first || found.length > 1) throw new BerthError('operation.deployment-unknown');
  return first.id;
}

async function follow(
  core: Core,
  terminal: Console,
  host: Host,
  operation: Operation,
  { interrupted, isDemo, command }: VerbOptions,
): Promise<number> {
  const ended = await followOperation(core, terminal, operation, interrupted);
  if (!ended) {
    terminal.err(
      isDemo
        ? `Left ${host.name}. The simulated hosts end with this command, and the unit with them.\n`
        : `Left ${host.name}: unit ${operation.plan.unit} goes on there. To look again: ${command}, which follows it to its end.\n`,
    );
    return exitCode.unknown;
  }
  const { outcome } = ended;
  if (!outcome) return exitCode.unknown;
  terminal.out(`${host.name}: ${outcomeText(outcome)}\n`);
  const remedy = outcomeRemedy(outcome);
  if (remedy !== '') terminal.err(`${remedy}\n`);
  return exitCodeOf(outcome);
}

/** What an outcome is to a script. Units that failed after a reboot are a failure, whatever booted. */
export function exitCodeOf(outcome: OperationOutcome): number {
  switch (outcome.kind) {
    case 'staged':
    case 'downloaded':
    case 'update-found':
    case 'done':
      return exitCode.done;
    case 'up-to-date':
    case 'already-staged':
    case 'no-update':
    case 'no-change':
      return exitCode.noChange;
    case 'rebooted':
      return outcome.failedUnits.length > 0 ? exitCode.failed : exitCode.done;
    case 'failed':
    case 'wrong-boot':
    case 'cancelled':
      return exitCode.failed;
    case 'unknown':
      return exitCode.unknown;
  }
}

function fail(terminal: Console, host: Host, failure: Failure): number {
  const { text, remedy } = describe(failure);
  terminal.err(`${host.name}: ${text}${remedy === '' ? '' : ` ${remedy}`}\n`);
  return exitCode.failed;
}

function promptUnavailable(host: Host): Failure {
  return new BerthError('auth.prompt-unavailable', { address: host.address, what: 'the sudo password' }).failure;
}
