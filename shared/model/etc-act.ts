import * as z from 'zod';
import { etcActLimits } from './etc-limits.ts';
import { EtcNode, EtcPath } from './etc.ts';

/** A path that an act may be about: relative, and never out of /etc. */
export const EtcActPath = EtcPath.refine(
  (path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !path.includes('\0'),
  'not a path below /etc',
);

/** By what a node is known to be as it was seen: without the hash of a file, the time of its last change counts. */
export const EtcSeen = EtcNode.pick({
  type: true,
  mode: true,
  uid: true,
  gid: true,
  size: true,
  hash: true,
  link: true,
  changedAt: true,
});
export type EtcSeen = z.infer<typeof EtcSeen>;

/** New content, which was handed over before and is known by its SHA-256; a request carries none. `size` in bytes. */
export const EtcNewContent = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().min(0).max(etcActLimits.content),
});
export type EtcNewContent = z.infer<typeof EtcNewContent>;

const mode = z.int().min(0).max(0o7777);
const owner = z.int().min(0).max(0xffff_fffe);
const about = { path: EtcActPath, seen: z.union([EtcSeen.nullable(), z.literal('found')]) };

/**
 * What is done to one path. `seen`: what was there when it was asked for; null: nothing; `found`: whatever is there when it is planned, for what is asked of
 * many hosts at once. Whatever is otherwise by then is left alone, and refuses the whole.
 *
 * - `restore` makes it what the booted image ships: its content, mode and owner, or nothing. A directory that is missing here comes
 *   back with all that is in it; one that is here gets the image's mode and owner alone; what the image has no directory for goes with all that is in it.
 * - `write` puts content in place; `mode`, `uid`, `gid` null: as they are, or as the image has them, or 0644 and root.
 * - `link`, `directory` put these in place; `delete` takes a path away, a directory with all that is in it.
 */
export const EtcFileAct = z.discriminatedUnion('act', [
  z.object({ act: z.literal('restore'), ...about }),
  z.object({
    act: z.literal('write'),
    ...about,
    content: EtcNewContent,
    mode: mode.nullable(),
    uid: owner.nullable(),
    gid: owner.nullable(),
  }),
  z.object({ act: z.literal('link'), ...about, target: z.string().min(1).max(4096), uid: owner, gid: owner }),
  z.object({ act: z.literal('directory'), ...about, mode, uid: owner, gid: owner }),
  z.object({ act: z.literal('delete'), ...about }),
]);
export type EtcFileAct = z.infer<typeof EtcFileAct>;

/** One path as an operation found it: in the booted image, and here; null: it is not there. Only what is there on one side at least. */
export const EtcFound = z.object({ path: EtcPath, base: EtcSeen.nullable(), local: EtcSeen.nullable() });
export type EtcFound = z.infer<typeof EtcFound>;

/** A difference that a person wants as it is: until one of the two becomes something else, it is shown apart. */
export const EtcKept = z.object({ path: EtcPath, local: EtcSeen.nullable(), target: EtcSeen.nullable() });
export type EtcKept = z.infer<typeof EtcKept>;
