import * as z from 'zod';
import { Failure } from './failure.ts';

/** One entry of a host's journal, cleaned for showing. `at` epoch ms by the host's clock; `priority` as syslog has it, 3 is err. */
export const JournalLine = z.object({
  at: z.number(),
  bootId: z.string(),
  /** The unit that said it or that it is about, else the identifier. */
  unit: z.string(),
  text: z.string(),
  priority: z.number(),
});
export type JournalLine = z.infer<typeof JournalLine>;

/**
 * What became of a staged update when a boot ended. `nothing`: none was staged; `waiting`: this boot still runs; `held`: it was
 * download-only, so that finalization left it; `removed`: there was none any more; `cut`: the boot ended before it was finalized.
 */
export const FinalizeResult = z.enum(['nothing', 'waiting', 'done', 'failed', 'timeout', 'held', 'removed', 'cut']);
export type FinalizeResult = z.infer<typeof FinalizeResult>;

/** One boot of a host. Times epoch ms by the host's clock, deployments as `Deployment.id`. */
export const BootRecord = z.object({
  /** 32 hex, as journalctl has it. */
  id: z.string(),
  startedAt: z.number(),
  /** Of the last entry; null for the boot that runs. */
  endedAt: z.number().nullable(),
  deployment: z.string().nullable(),
  /** Of the deployment, where Berth or the host still knows it. */
  version: z.string().nullable(),
  /** `cut`: its journal ends in the middle, without a shutdown. */
  end: z.enum(['running', 'clean', 'cut']),
  /** Whether it got as far as multi-user.target; null: not known. */
  cameUp: z.boolean().nullable(),
  /** What bootc staged last; `by` is the unit that it ran in. */
  staged: z
    .object({ at: z.number(), reference: z.string().nullable(), digest: z.string().nullable(), by: z.string() })
    .nullable(),
  /** `deployment`: which one was finalized, where ostree got that far. `reason`: the tool's own words. */
  finalize: z.object({
    result: FinalizeResult,
    at: z.number().nullable(),
    deployment: z.string().nullable(),
    reason: z.string().nullable(),
    lines: z.array(JournalLine),
  }),
  greenboot: z.object({
    verdict: z.enum(['none', 'green', 'red']),
    /** Greenboot, or the boot loader's counter, has brought the previous deployment back with this boot. */
    fallback: z.boolean(),
    /** Checks that failed; `output`: what they printed. */
    checks: z.array(z.object({ name: z.string(), required: z.boolean(), output: z.array(z.string()) })),
    lines: z.array(JournalLine),
  }),
  /** Rollbacks that bootc was asked for. `revert`: it took a queued one back. */
  rollbacks: z.array(
    z.object({ at: z.number(), kind: z.enum(['rollback', 'revert']), by: z.string(), text: z.string() }),
  ),
  /** Runs of units that update by themselves; `result` null while it runs or where its end is not in the journal. */
  autoUpdates: z.array(z.object({ at: z.number(), unit: z.string(), result: z.enum(['done', 'failed']).nullable() })),
  /** Entries of priority err and worse, oldest first, the last 60 at most. */
  errors: z.array(JournalLine),
});
export type BootRecord = z.infer<typeof BootRecord>;

/** Why a host runs what it runs; in words: `shared/logic/forensics-words.ts`. */
export const VerdictKind = z.enum([
  'as-expected',
  'waiting',
  'rollback-queued',
  'rolled-back',
  'rollback-toggled',
  'auto-update-undid-rollback',
  'greenboot-red',
  'greenboot-rollback',
  'etc-conflict',
  'boot-full',
  'finalize-failed',
  'finalize-timeout',
  'finalize-cut',
  'power-cut',
  'held',
  'stage-removed',
  'did-not-come-up',
  'other-entry',
  'update-gone',
  'journal-unreadable',
  'journal-volatile',
]);
export type VerdictKind = z.infer<typeof VerdictKind>;

/**
 * The verdict: one kind, what its words need, and the lines of the journal that show it, oldest first. `failedBoot` and `goodBoot` (ids) are the two to be
 * looked at side by side. `operationId`: the operation of Berth's that it is about.
 */
export const Verdict = z.object({
  kind: VerdictKind,
  at: z.number().nullable(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  evidence: z.array(JournalLine),
  failedBoot: z.string().nullable(),
  goodBoot: z.string().nullable(),
  operationId: z.string().nullable(),
});
export type Verdict = z.infer<typeof Verdict>;

/**
 * What happened at the last boots of a host. `journal`: whether the system's journal could be read; `persistent`: whether it outlives a
 * boot. `boots` newest first, a few of `bootCount`. `stamp`: ostree's note of a failed finalization that no boot has seen yet.
 * `failures`: parts that could not be read.
 */
export const Forensics = z.object({
  readAt: z.number(),
  durationMs: z.number(),
  journal: z.enum(['readable', 'unreadable', 'none']),
  persistent: z.boolean(),
  user: z.string(),
  bootCount: z.number(),
  boots: z.array(BootRecord),
  softReboots: z.number().nullable(),
  stamp: z.string().nullable(),
  /** Names of what a kernel that died has left (pstore). */
  crashes: z.array(z.string()),
  failures: z.array(Failure),
  verdict: Verdict,
});
export type Forensics = z.infer<typeof Forensics>;
