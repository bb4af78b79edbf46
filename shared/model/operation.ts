import * as z from 'zod';
import { Failure } from './failure.ts';
import { DeploymentSet } from './deployment.ts';
import { EtcFound } from './etc-act.ts';
import { AutoUpdate, Disk, Greenboot } from './host-facts.ts';
import { VerbRequest } from './verb.ts';

/** Names a folder here and on the host: nothing else may ever come in its place. */
const OperationId = z.string().regex(/^[0-9a-f]{12}$/);

/**
 * The state of a host at one moment, for the before and after of an operation. `readAt` epoch ms; a soft reboot keeps `bootId`. What is
 * null was not read; `autoUpdate` null also where there is no timer. `etc`: the paths that the verb `etc` is about.
 * `ownArguments`: the kernel arguments of the booted deployment that Berth had bootc add; left out: none, or not known.
 */
export const HostSnapshot = z.object({
  readAt: z.number(),
  bootId: z.string().nullable(),
  deployments: DeploymentSet,
  disks: z.array(Disk),
  failedUnits: z.array(z.string()).nullable(),
  greenboot: Greenboot.nullable(),
  autoUpdate: AutoUpdate.nullable(),
  etc: z.array(EtcFound).optional(),
  ownArguments: z.array(z.string()).optional(),
});
export type HostSnapshot = z.infer<typeof HostSnapshot>;

/** What does a verb on a host. `systemd`: no tool of deployments is needed. */
export const VerbTool = z.enum(['bootc', 'rpm-ostree', 'ostree', 'systemd']);
export type VerbTool = z.infer<typeof VerbTool>;

/**
 * What will be run and from which state it was planned. `commands` are exact, one a line, as a person could type them.
 * `basis` is compared before the start: a host that changed since wants a new plan. What it means in words: `shared/logic/plan-notes.ts`.
 */
export const OperationPlan = z.object({
  hostId: z.string(),
  hostName: z.string(),
  request: VerbRequest,
  tool: VerbTool,
  commands: z.array(z.string()),
  unit: z.string(),
  operationId: OperationId,
  before: HostSnapshot,
  reportsProgress: z.boolean(),
  createdAt: z.number(),
});
export type OperationPlan = z.infer<typeof OperationPlan>;

/**
 * How an operation ended, proved by the exit code and by the host's state read before and after, never by sentences.
 * `digest` is the manifest digest (or the ostree checksum where there is no image).
 *
 * `downloaded`: staged, and kept from the next boot; `done`: the verb did what it is for; `no-change`: that was so already, and
 * nothing was run or nothing changed; `rebooted`: booted what was foreseen, `failedUnits` did not fail before; `wrong-boot`: came
 * back on something else (versions, or short digests where there are none).
 */
export const OperationOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('staged'), version: z.string().nullable(), digest: z.string().nullable() }),
  z.object({ kind: z.literal('up-to-date') }),
  z.object({ kind: z.literal('already-staged'), version: z.string().nullable(), digest: z.string().nullable() }),
  z.object({ kind: z.literal('update-found'), version: z.string().nullable(), digest: z.string().nullable() }),
  z.object({ kind: z.literal('no-update') }),
  z.object({ kind: z.literal('downloaded'), version: z.string().nullable(), digest: z.string().nullable() }),
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('no-change') }),
  z.object({
    kind: z.literal('rebooted'),
    version: z.string().nullable(),
    digest: z.string().nullable(),
    failedUnits: z.array(z.string()),
  }),
  z.object({ kind: z.literal('wrong-boot'), expected: z.string(), booted: z.string(), failure: Failure }),
  z.object({ kind: z.literal('failed'), failure: Failure, staged: z.boolean() }),
  z.object({ kind: z.literal('cancelled') }),
  z.object({ kind: z.literal('unknown'), failure: Failure }),
]);
export type OperationOutcome = z.infer<typeof OperationOutcome>;

/**
 * Where an operation is. `running` with `attached` false: it goes on at the host, Berth cannot see it at the moment; `rebooting`: the host
 * was told to, and is not back yet. A host of a bulk that waits for its turn has no operation yet.
 */
export const OperationPhase = z.enum(['starting', 'running', 'rebooting', 'verifying', 'ended']);
export type OperationPhase = z.infer<typeof OperationPhase>;

/**
 * The times of a reboot, epoch ms: when the host was told (a delay is over then), when it was gone, when it answered from its new boot.
 * `usualMs`: how long this host takes from the first to the last, the median of its history; null: it has none.
 */
export const RebootTimes = z.object({
  askedAt: z.number(),
  goneAt: z.number().nullable(),
  backAt: z.number().nullable(),
  usualMs: z.number().nullable(),
});
export type RebootTimes = z.infer<typeof RebootTimes>;

/**
 * One operation, from confirm to outcome; kept in the history for good. `target` is `user@address:port`, `startedBy`
 * is `user@workstation`. `exitCode` is the verb's own on the host, null while or where it is not known. `reboot` is null but for a reboot. Times epoch ms.
 */
export const Operation = z.object({
  id: OperationId,
  plan: OperationPlan,
  target: z.string(),
  startedBy: z.string(),
  startedAt: z.number(),
  phase: OperationPhase,
  attached: z.boolean(),
  detachedBecause: Failure.nullable(),
  cancelRequested: z.boolean(),
  endedAt: z.number().nullable(),
  exitCode: z.number().nullable(),
  reboot: RebootTimes.nullable(),
  after: HostSnapshot.nullable(),
  outcome: OperationOutcome.nullable(),
});
export type Operation = z.infer<typeof Operation>;

/** The steps an upgrade shows, in their order. */
export const ProgressStep = z.enum(['pull', 'import', 'stage', 'bound-images', 'clean-up', 'verify']);
export type ProgressStep = z.infer<typeof ProgressStep>;

/** The pull: bytes are compressed layer sizes; `cached` was on the host already; totals 0: not known. */
export const PullProgress = z.object({
  bytes: z.number(),
  bytesTotal: z.number(),
  bytesCached: z.number(),
  layers: z.number(),
  layersTotal: z.number(),
  layersCached: z.number(),
  current: z.object({ id: z.string(), kind: z.string(), bytes: z.number(), bytesTotal: z.number() }).nullable(),
});
export type PullProgress = z.infer<typeof PullProgress>;

/**
 * Live progress. `step` null: no detail known (bootc without --progress-fd, or nothing to do so far).
 * `stepStartedAt` maps each step reached to when Berth saw it, epoch ms. `rate` bytes per second, null: not known;
 * `sample` is the measurement it was last made from.
 */
export const OperationProgress = z.object({
  step: ProgressStep.nullable(),
  stepStartedAt: z.partialRecord(ProgressStep, z.number()),
  pull: PullProgress.nullable(),
  rate: z.number().nullable(),
  sample: z.object({ at: z.number(), bytes: z.number() }).nullable(),
});
export type OperationProgress = z.infer<typeof OperationProgress>;

/** Which stream of an operation a line came from; `berth` is what Berth itself has to say. */
export const LogSource = z.enum(['stdout', 'stderr', 'progress', 'berth']);
export type LogSource = z.infer<typeof LogSource>;
