import * as z from 'zod';
import { Failure } from './failure.ts';

/**
 * A path below /etc, without a leading slash. Names on a host are bytes: what is not UTF-8 stands as lone surrogates U+DC80 to U+DCFF
 * (PEP 383), so that every name has exactly one text and comes back byte for byte. Shown only through `shared/logic/etc-path.ts`.
 */
export const EtcPath = z.string().min(1).max(4096);
export type EtcPath = z.infer<typeof EtcPath>;

/**
 * A version of /etc. `base`: what the booted image shipped; `local`: what runs; `target`: what the staged image ships, or the /etc of
 * the rollback, according to the view.
 */
export const EtcSide = z.enum(['base', 'local', 'target']);
export type EtcSide = z.infer<typeof EtcSide>;

/** What the local /etc is compared with besides its base: what is staged, the rollback's own /etc, or nothing (drift alone). */
export const EtcView = z.enum(['staged', 'rollback', 'drift']);
export type EtcView = z.infer<typeof EtcView>;

export const EtcNodeType = z.enum(['file', 'directory', 'symlink', 'fifo', 'socket', 'block', 'character', 'other']);
export type EtcNodeType = z.infer<typeof EtcNodeType>;

/**
 * One path in one tree. `mode`: the permission bits (07777). `size` in bytes. `link`: where a symlink points, as `EtcPath` writes bytes.
 * `hash`: SHA-256 of the content in hex, null where it is not known: two files of one size are then not told apart; `isReadable` false: the
 * content could not be read.
 * `label`: SELinux; `xattrs`: a hash over the other extended attributes that could be read; both null where the host could not tell.
 * `changedAt`: mtime, epoch ms.
 */
export const EtcNode = z.object({
  type: EtcNodeType,
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  size: z.number(),
  link: z.string().nullable(),
  hash: z.string().nullable(),
  isReadable: z.boolean(),
  label: z.string().nullable(),
  xattrs: z.string().nullable(),
  changedAt: z.number(),
});
export type EtcNode = z.infer<typeof EtcNode>;

/** All of one version of /etc, without the root itself. */
export type EtcTree = ReadonlyMap<EtcPath, EtcNode>;

/**
 * What becomes of a path at the next boot; rules: reference 4.1 (ostree) and 4.3 (composefs), decided by `shared/logic/etc-merge.ts`.
 *
 * - `blocker`: the merge fails at it, and with that the whole update.
 * - `masked`: the image changes it too, and the local state stays, whole.
 * - `lost`: a local change that is not carried over (mode of a directory, extended attributes, sockets and the like).
 * - `kept`: a local edit or addition of what the image leaves alone; `kept-deleted`: deleted here, and stays so; `orphan`: edited
 *   here, gone from the image, stays.
 * - `merged-directory`: added here and by the image, both contents together.
 * - `converged`: both made the same change.
 * - `arrives`: new or changed by the image; `removed`: the image no longer has it; both because nothing was changed here.
 * - `left-behind`: (view `rollback`) an edit of here that the rollback's own /etc does not have; `comes-back`: what only that has;
 *   `differs`: both have it, and not the same.
 * - `unknown`: a version of it could not be read, so that nothing can be said.
 */
export const EtcOutcome = z.enum([
  'blocker',
  'masked',
  'lost',
  'kept',
  'kept-deleted',
  'orphan',
  'merged-directory',
  'converged',
  'arrives',
  'removed',
  'left-behind',
  'comes-back',
  'differs',
  'unknown',
]);
export type EtcOutcome = z.infer<typeof EtcOutcome>;

/** What was done to a path, seen from the base. `metadata`: mode or owner alone. */
export const EtcChange = z.enum(['same', 'added', 'deleted', 'content', 'metadata', 'type', 'attributes']);
export type EtcChange = z.infer<typeof EtcChange>;

/**
 * One path that is not the same everywhere. `here` and `there`: how the local and the target version differ from the base (`there`
 * null in the view `drift`). `result`: which version stands there after the next boot; `merged`: a directory with what both have; null: not known.
 * `reason`: one sentence for this path, in Berth's words; `toolWords`: for a blocker, the tool's own message.
 * `noise`: the pattern of the rule that hides it, null when none does. `isSecret`: its content is fetched only when asked for and confirmed.
 */
export const EtcEntry = z.object({
  path: EtcPath,
  outcome: EtcOutcome,
  here: EtcChange,
  there: EtcChange.nullable(),
  base: EtcNode.nullable(),
  local: EtcNode.nullable(),
  target: EtcNode.nullable(),
  result: z.enum(['base', 'local', 'target', 'absent', 'merged']).nullable(),
  reason: z.string(),
  toolWords: z.string().nullable(),
  noise: z.string().nullable(),
  isSecret: z.boolean(),
});
export type EtcEntry = z.infer<typeof EtcEntry>;

/** Which deployment a version of /etc belongs to; `id` as `Deployment.id`. */
export const EtcVersion = z.object({
  deployment: z.string(),
  version: z.string().nullable(),
  digest: z.string().nullable(),
});
export type EtcVersion = z.infer<typeof EtcVersion>;

/** How many paths have an outcome, those hidden as noise apart. */
export const EtcCounts = z.record(EtcOutcome, z.int());
export type EtcCounts = z.infer<typeof EtcCounts>;

/**
 * What the fleet says of /etc: from the last comparison, `at` epoch ms. `drift`: paths that were changed here, noise left out; `masked`
 * and `blockers` are against what is staged, null where nothing was. `isTransient`: edits vanish at each reboot.
 */
export const EtcSummary = z.object({
  at: z.number(),
  drift: z.int(),
  masked: z.int().nullable(),
  blockers: z.int().nullable(),
  isTransient: z.boolean(),
});
export type EtcSummary = z.infer<typeof EtcSummary>;

/** A path at which the merge of /etc will fail, as it is shown, and why, in words. */
export const EtcBlocker = z.object({ path: z.string(), reason: z.string() });
export type EtcBlocker = z.infer<typeof EtcBlocker>;

/** Accounts of the new image that will be missing, because a file of local accounts stays whole. Names as in passwd(5) and group(5). */
export const MissingAccounts = z.object({
  users: z.array(z.string()),
  groups: z.array(z.string()),
  /** The files that stay and so keep them out, such as `passwd`. */
  because: z.array(EtcPath),
});
export type MissingAccounts = z.infer<typeof MissingAccounts>;

/** The most paths that a comparison lists; of more, the rest is counted in `leftOut`, and what is noise goes first. */
export const MAX_ETC_ENTRIES = 20_000;

/**
 * A comparison of one host's /etc. `scanned`: paths read in each tree. `unreadable`: files whose content nobody could read, with some
 * of their paths. `changedMeanwhile`: paths that changed while they were read. `mounts`: mount points inside /etc, which the merge
 * does not see. `failures`: parts that could not be read.
 */
export const EtcComparison = z.object({
  hostId: z.string(),
  view: EtcView,
  readAt: z.number(),
  durationMs: z.number(),
  backend: z.enum(['ostree', 'composefs']),
  isTransient: z.boolean(),
  isRoot: z.boolean(),
  booted: EtcVersion,
  target: EtcVersion.nullable(),
  scanned: z.object({ base: z.int(), local: z.int(), target: z.int() }),
  entries: z.array(EtcEntry),
  leftOut: z.int(),
  counts: EtcCounts,
  hidden: EtcCounts,
  missingAccounts: MissingAccounts,
  unreadable: z.object({ count: z.int(), paths: z.array(EtcPath) }),
  changedMeanwhile: z.array(EtcPath),
  mounts: z.array(EtcPath),
  failures: z.array(Failure),
});
export type EtcComparison = z.infer<typeof EtcComparison>;

/**
 * Patterns of paths that are expected to differ; `*` is anything but `/`, `**` anything; a pattern ending in `/` is that directory with
 * all below it.
 */
export const EtcRules = z.object({
  hidden: z.array(z.string().min(1).max(300)).max(500),
});
export type EtcRules = z.infer<typeof EtcRules>;

/** A piece of a file's content. `base64` holds bytes from `offset` on; `size`: of the whole file; null `node`: not there. */
export const EtcContent = z.object({
  node: EtcNode.nullable(),
  base64: z.string(),
  offset: z.number(),
  size: z.number(),
});
export type EtcContent = z.infer<typeof EtcContent>;

/** One look at a host's /etc in which something had changed: paths and hashes, never contents. */
export const EtcSnapshotChange = z.object({
  at: z.number(),
  /** When it was last seen to be otherwise; null: this was the first look. */
  since: z.number().nullable(),
  path: EtcPath,
  change: z.enum(['added', 'deleted', 'content', 'metadata', 'type']),
  before: EtcNode.nullable(),
  after: EtcNode.nullable(),
});
export type EtcSnapshotChange = z.infer<typeof EtcSnapshotChange>;

/**
 * A secret that a person had shown: which version of which file, never what was in it. `by` is `user@workstation`, `at` epoch ms. Kept in
 * the history.
 */
export const EtcReveal = z.object({
  at: z.number(),
  hostId: z.string(),
  hostName: z.string(),
  side: EtcSide,
  path: EtcPath,
  by: z.string(),
});
export type EtcReveal = z.infer<typeof EtcReveal>;
