import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Operation } from '../../../shared/model/operation.ts';
import { appendJsonLines, readJsonLines } from '../store/append-log.ts';
import { listOperationIds, readOperation } from './operation-files.ts';

const IndexEntry = z.object({
  id: Operation.shape.id,
  hostId: z.string(),
  /** As it was called then. Lines without it are still listed. */
  hostName: z.string().default(''),
  startedAt: z.number(),
  /** It has not ended, or ended in a way that is looked at once more. */
  open: z.boolean(),
});
export type IndexEntry = z.infer<typeof IndexEntry>;

/**
 * What is needed of thousands of operations to list them without opening each: `index.jsonl`, appended at the start and at the end
 * of an operation, by every process; the last line of an id counts. Made anew from the operations when it is missing.
 */
export interface HistoryIndex {
  /** Newest first. Sees what other processes appended. */
  entries(): Promise<readonly IndexEntry[]>;
  put(operation: Operation): Promise<void>;
}

export function createHistoryIndex(dir: string): HistoryIndex {
  const path = join(dir, 'index.jsonl');
  const known = new Map<string, IndexEntry>();
  let sorted: readonly IndexEntry[] = [];
  let readAs = '';
  let reading: Promise<void> = Promise.resolve();

  async function refresh(): Promise<void> {
    let stamp = await stampOf(path);
    if (stamp === null) {
      await rebuild();
      stamp = await stampOf(path);
    }
    if (stamp === readAs) return;
    known.clear();
    for (const entry of await readJsonLines(path, IndexEntry)) known.set(entry.id, entry);
    sorted = [...known.values()].sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
    readAs = stamp ?? '';
  }

  async function rebuild(): Promise<void> {
    const found: IndexEntry[] = [];
    for (const id of await listOperationIds(dir)) {
      const operation = await readOperation(dir, id);
      if (operation) found.push(entryOf(operation));
    }
    if (found.length > 0) await appendJsonLines(path, found);
  }

  return {
    async entries() {
      reading = reading.then(refresh, refresh);
      await reading;
      return sorted;
    },
    put: (operation) => appendJsonLines(path, [entryOf(operation)]),
  };
}

/** Whether an operation is still to be followed: it has not ended, or nobody could see how. */
export function isOpen({ phase, outcome }: Operation): boolean {
  return phase !== 'ended' || isWorthAnotherLook(outcome);
}

/** Ended without an answer from the host, which may give one when it is back. */
export function isWorthAnotherLook(outcome: Operation['outcome']): boolean {
  return (
    outcome?.kind === 'unknown' &&
    (outcome.failure.code === 'operation.host-gone' || outcome.failure.code === 'operation.not-verified')
  );
}

function entryOf(operation: Operation): IndexEntry {
  const { id, plan, startedAt } = operation;
  return { id, hostId: plan.hostId, hostName: plan.hostName, startedAt, open: isOpen(operation) };
}

async function stampOf(path: string): Promise<string | null> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${String(ino)} ${String(size)} ${String(mtimeMs)}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
