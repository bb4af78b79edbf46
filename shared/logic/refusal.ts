import { failure, type Failure } from '../errors/failure.ts';
import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import { valueOf } from '../model/fact-value.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { VerbTool } from '../model/operation.ts';
import type { VerbRequest } from '../model/verb.ts';
import { imageReferenceFailure } from '../parse/image-reference.ts';
import { isPackageMode } from './host-kind.ts';
import { nextBoot } from './next-boot.ts';
import { isOlder } from './tool-version.ts';
import { toolFor } from './verb-commands.ts';

/**
 * Why a host cannot do what is asked, or null when it can, as far as its facts say. `rootKnown`: Berth can get root now, whatever
 * the facts found (a sudo password was given since). That the host is connected and free is not asked here.
 * Rules: reference 1.4 (“bootc can mutate”), 2.2 to 2.10, 6.2, 6.3.
 */
export function refusal(request: VerbRequest, facts: HostFacts | null, rootKnown: boolean): Failure | null {
  if (!facts) return failure('operation.state-unknown');
  if (isPackageMode(facts)) return failure('facts.not-image-mode');
  const set = valueOf(facts.deployments);
  const choice = toolFor(request, facts);
  const tools = valueOf(facts.tools);
  if (choice.tool === 'bootc' && tools?.bootc === null) return failure('operation.no-bootc');
  const { privilege } = facts;
  if (privilege.kind === 'none' && !rootKnown) {
    return privilege.failure.code.startsWith('privilege.') ? privilege.failure : failure('operation.needs-root');
  }
  if (facts.bootcFailure?.code === 'facts.status-blocked') return facts.bootcFailure;
  if (!set) return failure('operation.state-unknown');
  if (set.readOnly && choice.tool !== 'systemd') return failure('operation.read-only');
  if (choice.failure) return choice.failure;
  return (
    ofTool(choice.tool, request, set, facts) ??
    ofState(request, choice.tool, set, facts) ??
    (tools && !tools.systemdRun ? failure('operation.no-systemd-run') : null)
  );
}

/** What bootc wants of a host before it pulls or stages anything. */
function ofTool(tool: VerbTool, { verb }: VerbRequest, set: DeploymentSet, facts: HostFacts): Failure | null {
  if (tool !== 'bootc') return null;
  if (facts.bootcFailure) return failure('operation.state-unknown');
  if (!PULLS.has(verb)) return null;
  if (set.booted?.incompatible || set.staged?.incompatible) return failure('operation.layered');
  if (!set.managedByBootc) return failure('operation.not-bootc-managed');
  return set.tracked === null && verb !== 'switch' ? failure('operation.not-tracked') : null;
}

const PULLS: ReadonlySet<VerbRequest['verb']> = new Set(['check', 'download', 'apply-download', 'upgrade', 'switch']);

function ofState(request: VerbRequest, tool: VerbTool, set: DeploymentSet, facts: HostFacts): Failure | null {
  const { staged, rollback, rollbackQueued } = set;
  switch (request.verb) {
    case 'apply-download':
      return staged?.downloadOnly ? null : failure('operation.nothing-downloaded');
    case 'switch':
      return ofSwitch(request, tool, set);
    case 'rollback':
      if (rollbackQueued) return failure('operation.rollback-queued');
      if (!rollback) return failure('operation.no-rollback');
      return staged && tool === 'rpm-ostree' ? failure('operation.staged-first') : null;
    case 'undo-rollback':
      if (!rollbackQueued) return failure('operation.no-queued-rollback');
      return staged && tool === 'rpm-ostree' ? failure('operation.staged-first') : null;
    case 'unstage':
      return staged ? null : failure('operation.nothing-staged');
    case 'pin':
    case 'unpin':
    case 'remove':
      return ofDeployment(request, set);
    case 'usr-overlay':
      return set.usrOverlay ? failure('operation.overlay-there') : null;
    case 'soft-reboot':
      return ofSoftReboot(set, facts);
    case 'kernel-arguments':
      return tool === 'bootc' ? ofArguments(request, set, facts) : null;
    case 'pause-updates':
    case 'resume-updates':
      return ofTimer(request.verb, facts);
    default:
      return null;
  }
}

function ofSwitch(
  { image, enforcePolicy }: Extract<VerbRequest, { verb: 'switch' }>,
  tool: VerbTool,
  { tracked }: DeploymentSet,
): Failure | null {
  const wrong = imageReferenceFailure(image);
  if (wrong) return wrong;
  if (tool === 'rpm-ostree' && image.transport !== 'registry') return failure('operation.registry-only');
  const isSame =
    tracked?.image === image.image &&
    tracked.transport === image.transport &&
    (tracked.signature === 'containerPolicy') === enforcePolicy;
  return isSame ? failure('operation.same-image', { reference: image.image }) : null;
}

function ofDeployment(
  { verb, deployment: id }: Extract<VerbRequest, { verb: 'pin' | 'unpin' | 'remove' }>,
  set: DeploymentSet,
): Failure | null {
  const deployment = deploymentsOf(set).find((one) => one.id === id);
  if (!deployment) return failure('operation.deployment-unknown');
  if (verb === 'pin') {
    // It has no entry of the bootloader yet (reference 5.4).
    if (deployment === set.staged) return failure('operation.pin-staged');
    return deployment.pinned ? failure('operation.pinned') : null;
  }
  if (verb === 'unpin') return deployment.pinned ? null : failure('operation.not-pinned');
  if (deployment === set.booted) return failure('operation.deployment-booted');
  return deployment.pinned ? failure('operation.pinned') : null;
}

/** All deployments of a host. */
export function deploymentsOf({ booted, staged, rollback, others }: DeploymentSet): readonly Deployment[] {
  return [staged, booted, rollback, ...others].filter((one) => one !== null);
}

/** bootc changes only what the same source had added (reference 2.9), and does not tell what it gave to what is staged. */
function ofArguments(
  { remove }: Extract<VerbRequest, { verb: 'kernel-arguments' }>,
  { staged, booted }: DeploymentSet,
  { boot }: HostFacts,
): Failure | null {
  if (staged) return failure('operation.arguments-staged');
  const entries = valueOf(boot.entries);
  if (!entries || !booted) return failure('operation.state-unknown');
  const own = entries[booted.id]?.own ?? [];
  const foreign = remove.find((argument) => !own.includes(argument));
  return foreign === undefined ? null : failure('operation.argument-not-own', { argument: foreign });
}

/** Reference 5.4; systemd has it since 254. */
function ofSoftReboot(set: DeploymentSet, facts: HostFacts): Failure | null {
  const systemd = valueOf(facts.tools)?.systemd ?? null;
  if (systemd === null || isOlder(systemd, [254, 0, 0])) {
    return failure('operation.too-old', { tool: 'systemd', version: '254' });
  }
  const next = nextBoot(set);
  if (next.kind === 'rollback') return failure('operation.soft-reboot-rollback');
  return next.kind === 'staged' && !next.deployment.softRebootCapable ? failure('operation.soft-reboot-kernel') : null;
}

function ofTimer(verb: 'pause-updates' | 'resume-updates', facts: HostFacts): Failure | null {
  const timer = valueOf(facts.autoUpdate);
  if (!timer) return failure('operation.no-timer');
  if (verb === 'pause-updates') return timer.masked ? failure('operation.timer-paused', { unit: timer.unit }) : null;
  return timer.masked ? null : failure('operation.timer-not-paused', { unit: timer.unit });
}
