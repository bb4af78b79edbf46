import { join } from 'node:path';
import type { HistoryOperation } from '../../../shared/model/history.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { createEmitter } from '../emitter.ts';
import type { HistoryRecord } from './history-chain.ts';
import { createHistoryFile } from './history-file.ts';
import { sealOperation } from './history-seal.ts';
import { listOperationIds, readOperation } from './operation-files.ts';

/** An operation of the history, and what it takes to look after it. Replaced, never changed. */
export interface IndexEntry extends HistoryOperation {
  /** It has not ended, or ended in a way that is looked at once more. */
  readonly open: boolean;
  /** The hash of its seal; null: it has none yet. */
  readonly seal: string | null;
  /** Bytes on the disk, as far as known. */
  readonly logBytes: number;
  readonly stateBytes: number;
}

/**
 * What is needed of a hundred thousand operations to list them without opening each, in memory, and in `index.jsonl`: a chain of lines
 * appended at the start and at the end of an operation, by every process. Made anew from the operations when the file is missing.
 */
export interface HistoryIndex {
  /** Newest first. Sees what other processes appended. */
  entries(): Promise<readonly IndexEntry[]>;
  /** Those that are still to be followed. */
  open(): Promise<readonly IndexEntry[]>;
  /** As last read; null: not in the history. */
  get(id: string): IndexEntry | null;
  /** Notes that an operation begins. */
  put(operation: Operation): Promise<void>;
  /** Notes how an operation ended, with the hashes of its files, which nobody may write any more. */
  seal(operation: Operation): Promise<void>;
  /** Notes that files are about to be deleted. */
  noteRemoved(ids: readonly string[], what: 'logs' | 'all'): Promise<void>;
  /** The hash of the newest line read; null: there is none. */
  readonly head: string | null;
  /** Counts up with everything that is read. */
  readonly revision: number;
  /** Calls back when something was read that was not there before. */
  onChange(listener: () => void): () => void;
}

export function createHistoryIndex(dir: string, now: () => number = Date.now): HistoryIndex {
  const changed = createEmitter<void>();
  const known = new Map<string, IndexEntry>();
  /** Ids by start, oldest first; null: to be made again. */
  let order: string[] | null = [];
  let sorted: readonly IndexEntry[] | null = null;
  let revision = 0;

  function keep(entry: IndexEntry): void {
    const before = known.get(entry.id);
    known.set(entry.id, entry);
    sorted = null;
    if (before?.startedAt === entry.startedAt || order === null) return;
    const newest = order.at(-1);
    const isNewest = newest === undefined || isBefore(known.get(newest), entry);
    if (!before && isNewest) order.push(entry.id);
    else order = null;
  }

  function onRecord(record: HistoryRecord): void {
    revision += 1;
    if (record.is === 'started') {
      keep(begun(record));
    } else if (record.is === 'ended') {
      const entry = known.get(record.id);
      if (entry) keep(endedAs(entry, record));
    } else if (record.is === 'removed') {
      for (const id of record.ids) {
        const entry = known.get(id);
        if (entry) keep(record.what === 'all' ? without(entry) : { ...entry, kept: 'states', logBytes: 0 });
      }
    }
  }

  const file = createHistoryFile({
    path: join(dir, 'index.jsonl'),
    now,
    onRecord,
    onReset() {
      known.clear();
      order = [];
      sorted = null;
      revision += 1;
    },
    async unlisted() {
      const ids = (await listOperationIds(dir)).filter((id) => !known.has(id));
      const found: HistoryRecord[] = [];
      for (const id of ids) found.push(...(await recordsOf(dir, id)));
      return found.sort((a, b) => a.at - b.at);
    },
  });

  async function telling<T>(work: () => Promise<T>): Promise<T> {
    const before = revision;
    try {
      return await work();
    } finally {
      if (revision !== before) changed.emit();
    }
  }

  async function entries(): Promise<readonly IndexEntry[]> {
    await telling(file.follow);
    order ??= [...known.values()].sort(byStart).map(({ id }) => id);
    sorted ??= order.flatMap((id) => known.get(id) ?? []).reverse();
    return sorted;
  }

  return {
    entries,
    open: async () => (await entries()).filter((entry) => entry.open),
    get: (id) => known.get(id) ?? null,
    put: (operation) => telling(() => file.append([startOf(operation)])),
    async seal(operation) {
      const end = await endOf(dir, operation);
      const { seal, open } = known.get(operation.id) ?? {};
      // Looked at once more, and nothing was found.
      if (seal === end.seal && open === end.open) return;
      await telling(() => file.append([end]));
    },
    noteRemoved: (ids, what) => telling(() => file.append([{ is: 'removed', ids: [...ids], what, at: now() }])),
    get head() {
      return file.head;
    },
    get revision() {
      return revision;
    },
    onChange: changed.subscribe,
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

function startOf({ id, plan, startedBy, startedAt }: Operation): HistoryRecord & { readonly is: 'started' } {
  const { hostId, hostName, request } = plan;
  return { is: 'started', id, hostId, hostName, request, by: startedBy, at: startedAt };
}

async function endOf(dir: string, operation: Operation): Promise<HistoryRecord & { readonly is: 'ended' }> {
  const { id, endedAt, startedAt, outcome } = operation;
  const sums = await sealOperation(dir, id);
  return { is: 'ended', id, at: endedAt ?? startedAt, outcome, open: isOpen(operation), ...sums };
}

/** The lines that an operation has in the chain, from its folder. None for one that cannot be read. */
async function recordsOf(dir: string, id: string): Promise<HistoryRecord[]> {
  const operation = await readOperation(dir, id);
  if (!operation) return [];
  const start = startOf(operation);
  return operation.phase === 'ended' ? [start, await endOf(dir, operation)] : [start];
}

// Written out: a hundred thousand of them are made at the start, and of one shape they are made ten times as quickly.

function begun({ id, hostId, hostName, request, by, at }: HistoryRecord & { readonly is: 'started' }): IndexEntry {
  return {
    kind: 'operation',
    id,
    hostId,
    hostName,
    request,
    startedBy: by,
    startedAt: at,
    endedAt: null,
    outcome: null,
    kept: 'all',
    open: true,
    seal: null,
    logBytes: 0,
    stateBytes: 0,
  };
}

function endedAs(entry: IndexEntry, end: HistoryRecord & { readonly is: 'ended' }): IndexEntry {
  const { kind, id, hostId, hostName, request, startedBy, startedAt, kept } = entry;
  const { at: endedAt, outcome, open, seal, logBytes, stateBytes } = end;
  return {
    kind,
    id,
    hostId,
    hostName,
    request,
    startedBy,
    startedAt,
    endedAt,
    outcome,
    kept,
    open,
    seal,
    logBytes,
    stateBytes,
  };
}

function without(entry: IndexEntry): IndexEntry {
  return { ...entry, kept: 'entry', open: false, logBytes: 0, stateBytes: 0 };
}

function byStart(a: IndexEntry, b: IndexEntry): number {
  return a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1);
}

function isBefore(a: IndexEntry | undefined, b: IndexEntry): boolean {
  return a !== undefined && byStart(a, b) < 0;
}
