import { randomBytes } from 'node:crypto';
import { BerthError } from '../../../shared/errors/failure.ts';
import { completeActs } from '../../../shared/logic/etc-steps.ts';
import { toolFor, typedCommands } from '../../../shared/logic/verb-commands.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostFacts, Tools } from '../../../shared/model/host-facts.ts';
import type { Deployment, DeploymentSet } from '../../../shared/model/deployment.ts';
import type { Host } from '../../../shared/model/host.ts';
import type { HostSnapshot, OperationPlan } from '../../../shared/model/operation.ts';
import type { Verb, VerbRequest } from '../../../shared/model/verb.ts';
import type { RootAccess } from '../ssh/root-access.ts';

/** The first bootc with --progress-fd (reference 2.2). */
const PROGRESS_SINCE = [1, 1, 4] as const;

/** The verbs of bootc that tell their progress: those that pull and stage. */
const REPORTS: ReadonlySet<Verb> = new Set<Verb>(['upgrade', 'download', 'switch']);

/** What an operation is planned on: the facts of a host that can do it. */
export interface PlanBasis {
  readonly host: Host;
  readonly facts: HostFacts;
  readonly before: HostSnapshot;
  readonly root: RootAccess;
}

/** A plan. Nothing of it has happened. */
export function makePlan(
  { host, facts, before, root }: PlanBasis,
  asked: VerbRequest,
  now: number,
  operationId: string = randomBytes(6).toString('hex'),
): OperationPlan {
  const { verb } = asked;
  const request = asked.verb === 'etc' ? { ...asked, files: completeActs(asked.files, before.etc ?? []) } : asked;
  const { tool } = toolFor(request, facts);
  if (tool === null) throw new BerthError('operation.state-unknown');
  const unit = `berth-${verb}-${operationId}`;
  const reportsProgress = tool === 'bootc' && REPORTS.has(verb) && hasProgress(valueOf(facts.tools));
  return {
    hostId: host.id,
    hostName: host.name,
    request,
    tool,
    commands: commandsOf({ request, tool, before, unit, operationId, reportsProgress, root }),
    unit: `${unit}.service`,
    operationId,
    before,
    reportsProgress,
    createdAt: now,
  };
}

/** The state of a host as its facts tell it; null when its deployments are not known. */
export function snapshotOf(facts: HostFacts): HostSnapshot | null {
  const deployments = valueOf(facts.deployments);
  if (!deployments) return null;
  return {
    readAt: facts.readAt,
    bootId: valueOf(facts.identity)?.bootId ?? null,
    deployments,
    disks: valueOf(facts.disks) ?? [],
    failedUnits: valueOf(facts.failedUnits),
    greenboot: valueOf(facts.greenboot),
    autoUpdate: valueOf(facts.autoUpdate),
    ...ownArgumentsOf(facts, deployments),
  };
}

function ownArgumentsOf({ boot }: HostFacts, { booted }: DeploymentSet): Pick<HostSnapshot, 'ownArguments'> {
  const own = booted && valueOf(boot.entries)?.[booted.id]?.own;
  return own ? { ownArguments: own } : {};
}

/** Whether two states of a host are the same as far as a plan depends on them. Ages, space and what is cached are not. */
export function isSameBasis(a: HostSnapshot, b: HostSnapshot): boolean {
  return JSON.stringify(basisOf(a)) === JSON.stringify(basisOf(b));
}

function basisOf({ bootId, deployments, ownArguments = [] }: HostSnapshot) {
  const { booted, staged, rollback, others, rollbackQueued, tracked, readOnly } = deployments;
  const ofDeployment = (deployment: Deployment | null) =>
    deployment && [deployment.id, deployment.pinned, deployment.downloadOnly, deployment.incompatible];
  const all = [booted, staged, rollback, ...others].map(ofDeployment);
  return [bootId, all, rollbackQueued, tracked?.transport, tracked?.image, readOnly, ownArguments];
}

/** What starts the unit, then what `native/lib/runner.sh` makes the unit do, as a person would type it. */
function commandsOf(
  options: Pick<OperationPlan, 'request' | 'tool' | 'before' | 'unit' | 'operationId' | 'reportsProgress'> & {
    readonly root: RootAccess;
  },
): string[] {
  const { request, tool, before, unit, operationId, reportsProgress, root } = options;
  const sudo = root.kind === 'root' ? '' : 'sudo ';
  const mode = reportsProgress ? 'progress' : 'plain';
  const words = `${mode} ${String(patienceOf(request, before))} ${tool} ${request.verb}`;
  const commands = typedCommands(request, tool, before);
  return [
    `${sudo}systemd-run --collect --unit=${unit} --service-type=exec -- /bin/sh /run/berth/${operationId}/run.sh ${words}`,
    ...(reportsProgress ? commands.map((command) => `${command} --progress-fd 3`) : commands),
  ];
}

/** A bootc on composefs that goes on for so long after it has staged hangs (reference 2.2); what is left to do then takes seconds. */
const HANG_PATIENCE_S = 180;

/** How many seconds a verb may go on after it has staged; 0: as long as it takes. */
export function patienceOf({ verb }: VerbRequest, { deployments }: HostSnapshot, patience = HANG_PATIENCE_S): number {
  return deployments.backend === 'composefs' && REPORTS.has(verb) ? patience : 0;
}

/** From the version, as a plan touches no host; what starts the unit asks bootc itself. */
function hasProgress(tools: Tools | null): boolean {
  const version = /(\d+)\.(\d+)\.(\d+)/.exec(tools?.bootc ?? '');
  if (!version) return false;
  const parts = version.slice(1).map(Number);
  for (const [index, least] of PROGRESS_SINCE.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}
