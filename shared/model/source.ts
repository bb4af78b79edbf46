import * as z from 'zod';
import { Failure } from './failure.ts';
import { hostLimits } from './host-limits.ts';

/** Bounds of what a source may hold; beyond them it is refused rather than cut. `files` counts included ones. */
export const sourceLimits = { hosts: 20_000, bytes: 16 * 1024 * 1024, files: 2000, words: 64 } as const;

const path = z.string().min(1).max(4096);

/**
 * Where hosts come from. `ssh-config` are the files that `ssh` reads: ~/.ssh/config, /etc/ssh/ssh_config and what they include.
 * `file` is absolute or begins with `~/`. A command is its words, never a shell line: it prints JSON, Ansible's `--list` or a list.
 */
export const SourcePlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ssh-config') }),
  z.object({ kind: z.literal('ansible'), file: path }),
  z.object({ kind: z.literal('list'), file: path }),
  z.object({
    kind: z.literal('command'),
    words: z.array(z.string().max(4096)).min(1).max(sourceLimits.words),
  }),
]);
export type SourcePlace = z.infer<typeof SourcePlace>;

/** A line of a source: file (of a command, the command) and line, from 1; null where the format has none. */
export const SourceLine = z.object({ file: z.string(), line: z.int().min(1).nullable() });
export type SourceLine = z.infer<typeof SourceLine>;

/** What a source says about a host. Null: nothing, so that the ssh configuration decides. */
export const SourceSays = z.object({
  address: z.string().max(hostLimits.address),
  port: z.int().min(1).max(65535).nullable(),
  user: z.string().max(hostLimits.user).nullable(),
  keyFile: z.string().max(hostLimits.keyFile).nullable(),
  group: z.string().max(hostLimits.group).nullable(),
});
export type SourceSays = z.infer<typeof SourceSays>;

/**
 * A host that a source names. `groups`: all it belongs to there, the one that `group` took first. `hostId`: it is in the inventory
 * already. `refusal`: why it cannot be imported; null when it can.
 */
export const FoundHost = z.object({
  ...SourceLine.shape,
  ...SourceSays.shape,
  name: z.string(),
  groups: z.array(z.string()),
  hostId: z.string().nullable(),
  refusal: Failure.nullable(),
});
export type FoundHost = z.infer<typeof FoundHost>;

/** Something about a source that a person should know; the rest of it was read all the same. */
export const SourceProblem = z.object({ ...SourceLine.shape, failure: Failure });
export type SourceProblem = z.infer<typeof SourceProblem>;

/**
 * What a source holds now, in its order; nothing was resolved or connected to. `leftOut`: entries that are no hosts (`Host *.lan`,
 * `Match …`) as they stand there. `files`: all that were read.
 */
export const Discovery = z.object({
  hosts: z.array(FoundHost),
  leftOut: z.array(z.object({ ...SourceLine.shape, text: z.string() })),
  problems: z.array(SourceProblem),
  files: z.array(z.string()),
});
export type Discovery = z.infer<typeof Discovery>;

/**
 * What an import did, as ids of hosts. `added`; `updated`: known before, and the source says something else now; `unchanged`;
 * `refused`: could not be taken.
 */
export const ImportResult = z.object({
  sourceId: z.string(),
  added: z.array(z.string()),
  updated: z.array(z.string()),
  unchanged: z.array(z.string()),
  refused: z.array(SourceProblem.extend({ name: z.string() })),
});
export type ImportResult = z.infer<typeof ImportResult>;

/** Whether changes of a source wait for a person, or are taken over as they come. Hosts that are gone are never removed by themselves. */
export const ApplyChanges = z.enum(['ask', 'by-itself']);
export type ApplyChanges = z.infer<typeof ApplyChanges>;

/** A host of the inventory, as a change of its source names it; `name` is the one in Berth. */
const changedHost = { hostId: z.string(), name: z.string() };

/**
 * What became of a source since it was last taken over. `added`: entries that were not there; `changed`: what the source says now
 * of hosts that nobody changed in Berth, by field; `gone`: hosts that are no longer in it, with the line they were at.
 * Entries that only moved to another line or file are followed by themselves.
 */
export const SourceChanges = z.object({
  added: z.array(FoundHost),
  changed: z.array(z.object({ ...changedHost, ...SourceLine.shape, fields: SourceSays.partial() })),
  gone: z.array(z.object({ ...changedHost, was: SourceLine })),
});
export type SourceChanges = z.infer<typeof SourceChanges>;

/**
 * A source that hosts were imported from. `group`: the one new hosts go to, null the source's own. `hosts`: how many of the
 * inventory are from it. `readAt`: epoch ms, null when not read since Berth started (commands run only when asked to).
 * `failure`: it could not be read at all; `changes` are then those last seen.
 */
export const SourceState = z.object({
  id: z.string(),
  place: SourcePlace,
  label: z.string(),
  group: z.string().nullable(),
  apply: ApplyChanges,
  hosts: z.number(),
  files: z.array(z.string()),
  readAt: z.number().nullable(),
  changes: SourceChanges,
  problems: z.array(SourceProblem),
  failure: Failure.nullable(),
});
export type SourceState = z.infer<typeof SourceState>;

/** What the inventory can be written as. `json` is Berth's own, with everything a person said about a host. */
export const ExportFormat = z.enum(['ssh-config', 'ansible-ini', 'ansible-yaml', 'list', 'json']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** An exported inventory. `leftOut`: hosts that the format cannot hold, by name. */
export const ExportedInventory = z.object({
  fileName: z.string(),
  text: z.string(),
  hosts: z.number(),
  leftOut: z.array(z.string()),
});
export type ExportedInventory = z.infer<typeof ExportedInventory>;
