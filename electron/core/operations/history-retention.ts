import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryLimits } from '../../../shared/model/settings.ts';
import type { Log } from '../log/log.ts';
import { tryLock } from '../store/file-lock.ts';
import type { HistoryIndex, IndexEntry } from './history-index.ts';
import { sealedFiles } from './history-seal.ts';
import { operationFiles } from './operation-files.ts';

const DAY_MS = 24 * 3600_000;
/** Ids in one line of the chain. */
const AT_ONCE = 1_000;

/** Which operations lose what, oldest first. */
export interface Removal {
  readonly logs: readonly IndexEntry[];
  readonly all: readonly IndexEntry[];
}

/**
 * What the limits do not want kept. Past the limit of age or number everything but the entry goes; for the size on the disk the logs go
 * first, oldest first, then the rest. What has not ended, or may be looked at once more, stays.
 */
export function removalOf(newestFirst: readonly IndexEntry[], limits: HistoryLimits, now: number): Removal {
  const oldest = limits.days === null ? -Infinity : now - limits.days * DAY_MS;
  const all = new Set(
    newestFirst.filter(
      (entry, place) =>
        isRemovable(entry) &&
        ((entry.endedAt ?? now) < oldest || (limits.operations !== null && place >= limits.operations)),
    ),
  );
  const kept = newestFirst.filter((entry) => isRemovable(entry) && !all.has(entry)).reverse();
  const logs = new Set<IndexEntry>();
  const limit = limits.megabytes === null ? Infinity : limits.megabytes * 1e6;
  let size = 0;
  for (const entry of newestFirst) if (!all.has(entry)) size += entry.logBytes + entry.stateBytes;
  for (const entry of kept) {
    if (size <= limit) break;
    if (entry.logBytes === 0) continue;
    logs.add(entry);
    size -= entry.logBytes;
  }
  for (const entry of kept) {
    if (size <= limit) break;
    logs.delete(entry);
    all.add(entry);
    size -= entry.stateBytes;
  }
  return { logs: [...logs], all: newestFirst.filter((entry) => all.has(entry)).reverse() };
}

function isRemovable({ open, kept }: IndexEntry): boolean {
  return !open && kept !== 'entry';
}

/**
 * Notes in the chain what goes, then deletes it: what a crash leaves between the two is deleted the next time. One process does it
 * at a time; another one that comes meanwhile leaves it to that. Rejects with BerthError `store.*`.
 */
export async function applyLimits(options: {
  readonly dir: string;
  readonly index: HistoryIndex;
  readonly limits: HistoryLimits;
  readonly log: Log;
  readonly now: () => number;
}): Promise<void> {
  const { dir, index, limits, log, now } = options;
  const lock = await tryLock(join(dir, 'retention.lock'));
  if (!('release' in lock)) return;
  try {
    const { logs, all } = removalOf(await index.entries(), limits, now());
    if (logs.length === 0 && all.length === 0) return;
    for (const [what, entries] of [['logs', logs] as const, ['all', all] as const]) {
      for (let from = 0; from < entries.length; from += AT_ONCE) {
        const ids = entries.slice(from, from + AT_ONCE).map(({ id }) => id);
        await index.noteRemoved(ids, what);
        for (const id of ids) await remove(dir, id, what);
      }
    }
    log.info('history-limits', 'Removed what the settings do not want kept', { logs: logs.length, all: all.length });
  } finally {
    await lock.release();
  }
}

/** Deletes what the chain says is gone and is not: a crash came between. */
export async function finishRemovals(dir: string, index: HistoryIndex, folders: ReadonlySet<string>): Promise<void> {
  for (const { id, kept } of await index.entries()) {
    if (kept === 'entry' && folders.has(id)) await remove(dir, id, 'all');
  }
}

async function remove(dir: string, id: string, what: 'logs' | 'all'): Promise<void> {
  const { folder } = operationFiles(dir, id);
  if (what === 'all') await rm(folder, { recursive: true, force: true });
  else await Promise.all(sealedFiles.log.map((name) => rm(join(folder, name), { force: true })));
}
