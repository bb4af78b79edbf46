import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { comparePaths } from '../../../shared/logic/etc-path.ts';
import {
  EtcNode,
  EtcPath,
  EtcSnapshotChange,
  type EtcComparison,
  type EtcEntry,
  type EtcTree,
} from '../../../shared/model/etc.ts';
import { appendJsonLines, readJsonLines } from '../store/append-log.ts';
import { writeFileAtomically } from '../store/atomic-write.ts';
import { lockFile } from '../store/file-lock.ts';

/** Of a host no more is kept, some 18,000 changes: the older half goes when there is more. */
const MAX_BYTES = 8 * 1024 * 1024;

/** What a host's /etc was when it was last looked at: paths that differ from the image, null: deleted. */
const LastLook = z.object({
  version: z.literal(1),
  at: z.number(),
  paths: z.array(z.tuple([EtcPath, EtcNode.nullable()])),
});
type LastLook = z.infer<typeof LastLook>;

/** When paths of hosts changed, between which two looks: paths and hashes, never contents. Kept on this computer. */
export interface DriftLog {
  /** Notes what has changed since the last look at the host. `local`: its /etc, as it was compared. */
  note(comparison: EtcComparison, local: EtcTree): Promise<void>;
  /** Newest first; `path` null: all. */
  list(hostId: string, path: EtcPath | null, limit: number): Promise<EtcSnapshotChange[]>;
  /** Removes all that is kept of other hosts than these. */
  keepOnly(hostIds: readonly string[]): Promise<void>;
}

/** `folder` is made when something is noted. Rejections are BerthErrors `store.*`. */
export function createDriftLog(folder: string, maxBytes: number = MAX_BYTES): DriftLog {
  // Ids come from a file that a person may edit: never a part of a path.
  const nameOf = (hostId: string) => createHash('sha256').update(hostId).digest('hex').slice(0, 32);
  const fileOf = (hostId: string, end: string) => join(folder, `${nameOf(hostId)}${end}`);

  return {
    async note(comparison, local) {
      const { hostId, readAt, view, leftOut } = comparison;
      // Against a rollback, paths that are edited alike in both are not told.
      if (view === 'rollback' || leftOut > 0) return;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const lock = await lockFile(fileOf(hostId, '.lock'));
      try {
        const last = await readLook(fileOf(hostId, '.json'));
        // Another process has looked later.
        if (last && last.at >= readAt) return;
        const drift = comparison.entries.filter(({ here }) => here !== 'same');
        const changes = changesSince(last, drift, local, readAt);
        if (changes.length > 0) {
          await appendJsonLines(fileOf(hostId, '.jsonl'), changes);
          await shorten(fileOf(hostId, '.jsonl'), maxBytes);
        }
        const look: LastLook = { version: 1, at: readAt, paths: drift.map(({ path, local: node }) => [path, node]) };
        await writeFileAtomically(fileOf(hostId, '.json'), JSON.stringify(look));
      } finally {
        await lock.release();
      }
    },
    async list(hostId, path, limit) {
      const changes = await readJsonLines(fileOf(hostId, '.jsonl'), EtcSnapshotChange);
      return changes
        .filter((change) => path === null || change.path === path)
        .slice(-limit)
        .reverse();
    },
    async keepOnly(hostIds) {
      const kept = new Set(hostIds.map(nameOf));
      for (const file of await readdir(folder).catch(() => [])) {
        const [, name = ''] = /^([0-9a-f]{32})\.jsonl?$/.exec(file) ?? [];
        if (name !== '' && !kept.has(name)) await rm(join(folder, file), { force: true });
      }
    },
  };
}

async function readLook(path: string): Promise<LastLook | null> {
  try {
    return LastLook.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // None, or damaged: what is seen now is the first look.
    return null;
  }
}

function changesSince(
  last: LastLook | null,
  drift: readonly EtcEntry[],
  local: EtcTree,
  at: number,
): EtcSnapshotChange[] {
  const since = last?.at ?? null;
  const before = new Map(last?.paths);
  const changes: EtcSnapshotChange[] = [];
  const note = (path: EtcPath, was: EtcNode | null, is: EtcNode | null) => {
    const change = changeOf(was, is);
    if (change !== null) changes.push({ at, since, path, change, before: was, after: is });
  };
  for (const entry of drift) {
    const was = before.get(entry.path);
    note(entry.path, was === undefined ? entry.base : was, entry.local);
    before.delete(entry.path);
  }
  // These are as the image has them again.
  for (const [path, was] of before) note(path, was, local.get(path) ?? null);
  return changes.sort((a, b) => comparePaths(a.path, b.path));
}

function changeOf(was: EtcNode | null, is: EtcNode | null): EtcSnapshotChange['change'] | null {
  if (!was || !is) return was ? 'deleted' : is && 'added';
  if (was.type !== is.type) return 'type';
  // What could not be read at one of the looks is told apart by its size alone.
  const isKnown = was.hash !== null && is.hash !== null;
  if (was.link !== is.link || (was.type === 'file' && (isKnown ? was.hash !== is.hash : was.size !== is.size)))
    return 'content';
  return was.mode !== is.mode || was.uid !== is.uid || was.gid !== is.gid ? 'metadata' : null;
}

/** Takes away the older half of a file that has become too long. */
async function shorten(path: string, maxBytes: number): Promise<void> {
  const { size } = await stat(path);
  if (size < maxBytes) return;
  const changes = await readJsonLines(path, EtcSnapshotChange);
  const kept = changes.slice(-Math.ceil(changes.length / 2));
  await writeFileAtomically(path, kept.map((change) => `${JSON.stringify(change)}\n`).join(''));
}
