import { describe } from '../../shared/errors/describe.ts';
import { BerthError, type Failure } from '../../shared/errors/failure.ts';
import { outcomeRemedy, outcomeText } from '../../shared/logic/outcome.ts';
import { failedChecks, unconfirmed } from '../../shared/logic/preflight.ts';
import type { Host } from '../../shared/model/host.ts';
import type { Operation, OperationOutcome } from '../../shared/model/operation.ts';
import type { Core } from '../core/create-core.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { findHost } from './find-hosts.ts';
import { followOperation } from './follow-operation.ts';
import { unlessInterrupted } from './interrupt.ts';
import { planText } from './plan-text.ts';
import { preflightText } from './preflight-text.ts';
import { readHost } from './read-host.ts';

export interface UpgradeOptions {
  readonly host: string;
  /** Only looks for an update. */
  readonly check: boolean;
  /** The plan is confirmed already, with what the pre-flight warns of. */
  readonly yes: boolean;
  /** The hosts end with this command: what runs on them does not go on. */
  readonly isDemo: boolean;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/**
 * `berth upgrade HOST`: plan, confirm, follow, outcome. An operation that runs on the host already, begun by this or any
 * other Berth of this user, is followed instead of starting another.
 */
export async function upgradeCommand(core: Core, terminal: Console, options: UpgradeOptions): Promise<number> {
  const host = findHost(core, options.host);
  const request = { verb: options.check ? 'check' : 'upgrade' } as const;
  const running = core.operations.running(host.id);
  if (running) {
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

  const plan = await before(core.operations.plan({ hostId: host.id, request }));
  terminal.out(planText(plan));
  const { checks } = await before(core.operations.preflight({ hostId: host.id, request }));
  terminal.out(preflightText(checks));
  if (failedChecks(checks).length > 0) {
    terminal.err('Nothing was done: the pre-flight failed.\n');
    return exitCode.preflight;
  }
  // A check changes nothing that would have to be confirmed.
  if (request.verb === 'upgrade' && !options.yes) {
    if (!terminal.person) {
      terminal.err('Nothing was done: without a terminal to ask, --yes is needed to start it.\n');
      return exitCode.usage;
    }
    const answer = await terminal.person.ask('Start it? [y/N] ');
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) {
      terminal.err('Nothing was done.\n');
      return exitCode.failed;
    }
  }
  const confirmed = unconfirmed(checks, []).map(({ name }) => name);
  return follow(core, terminal, host, await core.operations.start(plan, { confirmed }), options);
}

async function follow(
  core: Core,
  terminal: Console,
  host: Host,
  operation: Operation,
  { interrupted, isDemo, host: word }: UpgradeOptions,
): Promise<number> {
  const ended = await followOperation(core, terminal, operation, interrupted);
  if (!ended) {
    terminal.err(
      isDemo
        ? `Left ${host.name}. The simulated hosts end with this command, and the unit with them.\n`
        : `Left ${host.name}: unit ${operation.plan.unit} goes on there. To look again: berth upgrade ${word}, which follows it to its end.\n`,
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

function exitCodeOf(outcome: OperationOutcome): number {
  switch (outcome.kind) {
    case 'failed':
    case 'wrong-boot':
    case 'cancelled':
      return exitCode.failed;
    case 'unknown':
      return exitCode.unknown;
    default:
      return exitCode.done;
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
