import * as z from 'zod';
import {
  EtcComparison,
  EtcContent,
  EtcNode,
  EtcPath,
  EtcRules,
  EtcSide,
  EtcSnapshotChange,
  EtcView,
} from '../model/etc.ts';
import { EtcFileAct, EtcKept, EtcNewContent } from '../model/etc-act.ts';
import { etcActLimits } from '../model/etc-limits.ts';
import { MAX_ETC_CONTENT, MAX_ETC_HOSTS } from '../model/etc-limits.ts';
import { base } from './errors.ts';

const hostIds = z.array(z.string()).min(1).max(MAX_ETC_HOSTS);

export const etc = {
  /** Reads and compares the trees of a host's /etc; connects where needed. One round trip, nothing is written on the host. */
  compare: base.input(z.object({ hostId: z.string(), view: EtcView })).output(EtcComparison),
  /** The last comparison, without asking the host; null: there is none since Berth has started. */
  last: base.input(z.object({ hostId: z.string(), view: EtcView })).output(EtcComparison.nullable()),
  /**
   * A piece of one version of a file. A secret is refused (`etc.secret`) unless `reveal`, which is noted in the history without
   * its content.
   */
  content: base
    .input(
      z.object({
        hostId: z.string(),
        view: EtcView,
        side: EtcSide,
        path: EtcPath,
        offset: z.int().min(0),
        length: z.int().min(1).max(MAX_ETC_CONTENT),
        reveal: z.boolean(),
      }),
    )
    .output(EtcContent),
  /**
   * New content for a file, at most `etcActLimits.content` bytes: kept in memory, for operations with the verb `etc` that name it by its hash.
   */
  putContent: base
    .input(z.object({ base64: z.base64().max(Math.ceil(etcActLimits.content / 3) * 4) }))
    .output(EtcNewContent),
  /** The same with a version of a file of a host, for other hosts. A secret is refused and noted as with `content`. */
  copyContent: base
    .input(z.object({ hostId: z.string(), view: EtcView, side: EtcSide, path: EtcPath, reveal: z.boolean() }))
    .output(z.object({ content: EtcNewContent, node: EtcNode })),
  /** Differences of a host that a person wants as they are: `shared/logic/etc-kept.ts`. Nothing is changed on the host. */
  kept: base.input(z.object({ hostId: z.string() })).output(z.array(EtcKept)),
  /** Notes differences as wanted, or not any more. */
  keep: base.input(z.object({ hostId: z.string(), kept: z.array(EtcKept).min(1).max(1000), isKept: z.boolean() })),
  /** What puts back what was there before an operation on /etc, to be planned like anything else; `leftOut` cannot be put back. */
  undo: base.input(z.object({ operationId: z.string() })).output(
    z.object({
      hostId: z.string(),
      files: z.array(EtcFileAct),
      leftOut: z.array(z.object({ path: EtcPath, why: z.string() })),
    }),
  ),
  /** Patterns of expected noise: the defaults, and what replaces them for the fleet (`hostId` null) or for one host; null: nothing does. */
  rules: base
    .input(z.object({ hostId: z.string().nullable() }))
    .output(z.object({ defaults: EtcRules, fleet: EtcRules.nullable(), host: EtcRules.nullable() })),
  /** Sets them; null takes what is above it again. */
  setRules: base.input(z.object({ hostId: z.string().nullable(), rules: EtcRules.nullable() })),
  /** When paths of a host changed, as far as Berth has looked, newest first; `path` null: all of them. */
  changes: base
    .input(z.object({ hostId: z.string(), path: EtcPath.nullable(), limit: z.int().min(1).max(1000) }))
    .output(z.array(EtcSnapshotChange)),
  /**
   * What was changed on a host, for its image: a tar with a Containerfile fragment and the files, modes and owners kept. Secrets are
   * left out and named. Connects where needed.
   */
  promote: base
    .input(z.object({ hostId: z.string(), paths: z.array(EtcPath).min(1).max(1000), format: z.enum(['tar', 'patch']) }))
    .output(
      z.object({
        fileName: z.string(),
        base64: z.string(),
        containerfile: z.string(),
        leftOut: z.array(z.object({ path: EtcPath, why: z.string() })),
      }),
    ),
  /** Compares hosts with each other by their last comparison; those without one are read first. */
  compareHosts: base.input(z.object({ hostIds, view: EtcView })).output(
    z.object({
      /** Hosts with identical drift, the smallest group first; `fingerprint` over path, outcome and hash. */
      groups: z.array(z.object({ fingerprint: z.string(), hostIds: z.array(z.string()), drift: z.int() })),
      /** Paths that are not the same on all, and per group what each has there (`null`: as its image). */
      rows: z.array(z.object({ path: EtcPath, cells: z.array(z.string().nullable()) })),
      notRead: z.array(z.object({ hostId: z.string(), why: z.string() })),
    }),
  ),
  /** A report of drift as text to save. */
  report: base
    .input(z.object({ hostIds, view: EtcView, format: z.enum(['markdown', 'json', 'csv']) }))
    .output(z.object({ fileName: z.string(), text: z.string() })),
};
