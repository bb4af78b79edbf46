import { failure, type Failure } from '../errors/failure.ts';
import type { DeploymentSet } from '../model/deployment.ts';
import { valueOf } from '../model/fact-value.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { HostSnapshot, VerbTool } from '../model/operation.ts';
import type { VerbRequest } from '../model/verb.ts';
import { etcCommands } from './etc-commands.ts';
import { etcSteps } from './etc-steps.ts';
import { hostKind, type HostKind } from './host-kind.ts';
import { ownAfter } from './kernel-arguments.ts';
import { nextBoot } from './next-boot.ts';
import { quoted } from './shell-word.ts';
import { isOlder } from './tool-version.ts';

/** Which tool does a verb on a host, or why none can. */
export type ToolChoice =
  { readonly tool: VerbTool; readonly failure: null } | { readonly tool: null; readonly failure: Failure };

const by = (tool: VerbTool): ToolChoice => ({ tool, failure: null });
const none = (reason: Failure): ToolChoice => ({ tool: null, failure: reason });

/**
 * The tool that does a verb (reference 2 for bootc, 2.10 for what bootc has no verb for, 6.2 and 6.3 for the others). Whether the state of the
 * host allows it is asked by `refusal`.
 */
export function toolFor(request: VerbRequest, facts: HostFacts): ToolChoice {
  const set = valueOf(facts.deployments);
  const kind = hostKind(facts);
  if (!set) return none(failure('operation.state-unknown'));
  switch (request.verb) {
    case 'reboot':
    case 'pause-updates':
    case 'resume-updates':
    case 'etc':
      return by('systemd');
    case 'soft-reboot':
      return softReboot(set, facts);
    case 'pin':
    case 'unpin':
      return set.backend === 'composefs' ? none(failure('operation.not-on-composefs')) : by('ostree');
    case 'remove':
      return set.backend === 'composefs' ? sinceBootc(facts, [1, 11, 0]) : by('ostree');
    case 'unstage':
      if (set.backend === 'composefs') return sinceBootc(facts, [1, 11, 0]);
      // rpm-ostree takes away all that is to boot before the booted one: a queued rollback as well.
      return by(kind === 'rpm-ostree' && !set.rollbackQueued ? 'rpm-ostree' : 'ostree');
    case 'kernel-arguments':
      if (set.backend === 'composefs') return none(failure('operation.not-on-composefs'));
      if (hasRpmOstree(facts)) return by('rpm-ostree');
      return kind === 'bootc' ? bootcArguments(facts) : none(failure('operation.no-kernel-arguments'));
    case 'rollback':
    case 'undo-rollback':
      return rollbackTool(set, facts, kind);
    default:
      return ofImages(request, set, facts, kind);
  }
}

function ofImages({ verb }: VerbRequest, set: DeploymentSet, facts: HostFacts, kind: HostKind): ToolChoice {
  if (kind === null || kind === 'packages') return none(failure('operation.state-unknown'));
  if (kind === 'bootc') {
    if (verb !== 'download' && verb !== 'apply-download') return by('bootc');
    return sinceBootc(facts, set.backend === 'composefs' ? [1, 13, 0] : [1, 12, 0]);
  }
  if (verb === 'usr-overlay') return by('ostree');
  if (kind === 'rpm-ostree') return by(verb === 'apply-download' ? 'ostree' : 'rpm-ostree');
  return verb === 'upgrade' || verb === 'clean-up' ? by('ostree') : none(failure('operation.not-with-ostree'));
}

/** bootc rolls back to images only (reference 2.5). */
function rollbackTool(set: DeploymentSet, facts: HostFacts, kind: HostKind): ToolChoice {
  const isImage = set.rollback?.image !== null;
  if (kind === 'bootc' && isImage && !set.booted?.incompatible) return by('bootc');
  return by(hasRpmOstree(facts) ? 'rpm-ostree' : 'ostree');
}

function hasRpmOstree(facts: HostFacts): boolean {
  return typeof valueOf(facts.tools)?.rpmOstree === 'string';
}

/** `bootc loader-entries` (reference 2.9), with an ostree that keeps whose arguments they are. */
function bootcArguments(facts: HostFacts): ToolChoice {
  const ostree = valueOf(facts.tools)?.ostree ?? null;
  if (ostree !== null && isOlder(ostree, [2026, 1, 0]))
    return none(failure('operation.too-old', { tool: 'ostree', version: '2026.1' }));
  return sinceBootc(facts, [1, 15, 2]);
}

/** What is staged has to be made ready for it first, and bootc does that (since 1.7). */
function softReboot(set: DeploymentSet, facts: HostFacts): ToolChoice {
  return nextBoot(set).kind === 'staged' && set.managedByBootc ? sinceBootc(facts, [1, 12, 0]) : by('systemd');
}

function sinceBootc(facts: HostFacts, needs: readonly [number, number, number]): ToolChoice {
  const said = valueOf(facts.tools)?.bootc ?? null;
  if (said === null) return none(failure('operation.no-bootc'));
  if (!isOlder(said, needs)) return by('bootc');
  const version = needs.slice(0, needs[2] === 0 ? 2 : 3).join('.');
  return none(failure('operation.too-old', { tool: 'bootc', version }));
}

/** What `native/actions/start.sh` is given after the verb, as its head says. */
export function verbArguments(
  request: VerbRequest,
  { deployments, autoUpdate, etc, ownArguments = [] }: HostSnapshot,
  tool: VerbTool,
): readonly string[] {
  switch (request.verb) {
    case 'switch': {
      const { image, transport } = request.image;
      return [image, transport, request.retain ? 'retain' : 'drop', request.enforcePolicy ? 'policy' : 'no-policy'];
    }
    case 'pin':
    case 'unpin':
    case 'remove':
      return [request.deployment];
    case 'unstage':
      return [deployments.staged?.id ?? ''];
    case 'rollback':
      return [deployments.rollback?.id ?? ''];
    case 'undo-rollback':
      return [deployments.booted?.id ?? ''];
    case 'kernel-arguments':
      if (tool === 'bootc') return ownAfter(ownArguments, request).map((one) => `+${one}`);
      return [...request.append.map((one) => `+${one}`), ...request.remove.map((one) => `-${one}`)];
    case 'reboot':
      return [String(request.delayMinutes), request.message];
    case 'pause-updates':
    case 'resume-updates':
      return [autoUpdate?.unit ?? ''];
    case 'etc':
      return [String(etcSteps(request.files, etc ?? []).steps?.length ?? 0)];
    default:
      return [];
  }
}

/** What a verb comes to on a host, as a person would type it as root there. */
export function typedCommands(request: VerbRequest, tool: VerbTool, before: HostSnapshot): readonly string[] {
  const [first = '', second = ''] = verbArguments(request, before, tool).map(quoted);
  switch (`${tool} ${request.verb}` as const) {
    case 'bootc check':
      return ['bootc upgrade --check'];
    case 'bootc download':
      return ['bootc upgrade --download-only'];
    case 'bootc apply-download':
      return ['bootc upgrade --from-downloaded'];
    case 'bootc upgrade':
      return ['bootc upgrade'];
    case 'bootc switch':
      return [`bootc switch${switchOptions(request)} ${first}`];
    case 'bootc rollback':
    case 'bootc undo-rollback':
      return ['bootc rollback'];
    case 'bootc unstage':
    case 'bootc remove':
      return [`bootc delete-deployment ${first}`];
    case 'bootc usr-overlay':
      return ['bootc usr-overlay'];
    case 'bootc clean-up':
      return ['bootc internals cleanup'];
    case 'bootc soft-reboot':
      return ['bootc upgrade --from-downloaded --soft-reboot=required', 'systemctl soft-reboot'];
    case 'rpm-ostree check':
      return ['rpm-ostree upgrade --check'];
    case 'rpm-ostree download':
      return ['rpm-ostree upgrade --lock-finalization'];
    case 'rpm-ostree upgrade':
      return ['rpm-ostree upgrade'];
    case 'rpm-ostree switch':
      return [`rpm-ostree rebase ${quoted(rebaseTarget(request))}`];
    case 'rpm-ostree rollback':
    case 'rpm-ostree undo-rollback':
      return ['rpm-ostree rollback'];
    case 'rpm-ostree unstage':
      return ['rpm-ostree cleanup --pending'];
    case 'bootc kernel-arguments':
      return [ownArgumentsCommand(verbArguments(request, before, tool).map((word) => word.slice(1)))];
    case 'rpm-ostree kernel-arguments':
      return [`rpm-ostree kargs ${kargsOptions(request).map(quoted).join(' ')}`];
    case 'rpm-ostree clean-up':
      return ['rpm-ostree cleanup --base --repomd'];
    case 'ostree apply-download':
      return ['ostree admin lock-finalization --unlock'];
    case 'ostree upgrade':
      return ['ostree admin upgrade --stage'];
    case 'ostree clean-up':
      return ['ostree admin cleanup'];
    case 'ostree usr-overlay':
      return ['ostree admin unlock'];
    case 'ostree rollback':
    case 'ostree undo-rollback':
      return byIndex(first, 'ostree admin set-default');
    case 'ostree unstage':
    case 'ostree remove':
      return byIndex(first, 'ostree admin undeploy');
    case 'ostree pin':
      return byIndex(first, 'ostree admin pin');
    case 'ostree unpin':
      return byIndex(first, 'ostree admin pin --unpin');
    case 'systemd reboot':
      return [`shutdown -r ${first === '0' ? 'now' : `+${first}`}${second === "''" ? '' : ` ${second}`}`];
    case 'systemd etc':
      return etcCommands(request, before);
    case 'systemd soft-reboot':
      return ['systemctl soft-reboot'];
    case 'systemd pause-updates':
      return [`systemctl mask --now ${first}`];
    case 'systemd resume-updates':
      return [`systemctl unmask ${first}`, `systemctl start ${first}`];
    default:
      return [];
  }
}

/** Positions shift with every change, so the id is looked up right before (reference 2.10). */
function byIndex(id: string, command: string): readonly string[] {
  const order = "ostree admin status | sed -n 's/^[^ ]* *[^ ]* \\([0-9a-f]\\{64\\}\\.[0-9]*\\).*/\\1/p'";
  return [`n=$(${order} | grep -nx ${id} | cut -d: -f1)`, `${command} $((n - 1))`];
}

function switchOptions(request: VerbRequest): string {
  if (request.verb !== 'switch') return '';
  const { image, retain, enforcePolicy } = request;
  const transport = image.transport === 'registry' ? '' : ` --transport ${quoted(image.transport)}`;
  return `${transport}${retain ? ' --retain' : ''}${enforcePolicy ? ' --enforce-container-sigpolicy' : ''}`;
}

function rebaseTarget(request: VerbRequest): string {
  if (request.verb !== 'switch') return '';
  const { image, enforcePolicy } = request;
  return enforcePolicy ? `ostree-image-signed:docker://${image.image}` : `ostree-unverified-registry:${image.image}`;
}

function ownArgumentsCommand(own: readonly string[]): string {
  const command = 'bootc loader-entries set-options-for-source --source berth';
  return own.length === 0 ? command : `${command} ${quoted(`--options=${own.join(' ')}`)}`;
}

function kargsOptions(request: VerbRequest): readonly string[] {
  if (request.verb !== 'kernel-arguments') return [];
  return [...request.append.map((one) => `--append=${one}`), ...request.remove.map((one) => `--delete=${one}`)];
}
