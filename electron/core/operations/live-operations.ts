import { watch, type FSWatcher } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningOperation } from '../../../shared/logic/condition.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import type { Log } from '../log/log.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import { isHeld, tryLock, type FileLock } from '../store/file-lock.ts';
import { createLifetime } from '../lifetime.ts';
import type { EtcContents } from './etc-contents.ts';
import { isOpen, type HistoryIndex } from './history-index.ts';
import { openMirror, type Mirror } from './mirror.ts';
import { operationFiles, readOperation, writeOperation, type OperationFiles } from './operation-files.ts';
import { createProgressTracker, type ProgressTracker } from './progress-tracker.ts';
import { createPulse, type Pulse } from './pulse.ts';
import { streamRecords } from './record-stream.ts';
import { runOperation, type OperationRun } from './run-operation.ts';

/** How often the operations of another process are looked at, and whether it still lives. */
const FOREIGN_INTERVAL_MS = 1_000;
/** How often the change of progress alone is told: an eye does not need more in a table. */
const PROGRESS_TOLD_MS = 500;
/** A longer index takes so long to read that the start does not wait for it: it is read when somebody needs it, or after a while. */
const READ_AT_START_BYTES = 1_000_000;
const READ_LATER_MS = 1_500;
/** An operation of a host that the inventory does not have may belong to a command line; after this it is given up. */
const UNKNOWN_HOST_MS = 24 * 3600_000;

export interface LiveOptions {
  readonly dir: string;
  readonly hosts: HostAccess;
  readonly scripts: NativeScripts;
  readonly contents: EtcContents;
  readonly index: HistoryIndex;
  readonly log: Log;
  readonly now: () => number;
  /** An operation has a new state, or new progress. */
  readonly onChange: (operation: Operation) => void;
}

/** An operation that has not ended, whoever follows it. */
export interface LiveOperation {
  readonly operation: Operation;
  readonly files: OperationFiles;
  readonly pulse: Pulse;
  readonly progress: ProgressTracker;
}

/**
 * The operations that are open. Each is followed by one process, which holds its lock; the others read the files. When that process
 * ends or is killed, another Berth that runs takes over, or the next one that starts.
 */
export interface LiveOperations {
  /** What has not ended is known: at once, or soon where the history is long. Until then any host may be busy. */
  readonly known: Promise<void>;
  isKnown(): boolean;
  get(id: string): LiveOperation | null;
  running(hostId: string): RunningOperation | null;
  /** Follows an operation that was kept and whose lock is held. */
  begin(operation: Operation, lock: FileLock): Promise<void>;
  /** Takes notice of what other processes began. */
  refresh(): Promise<void>;
  /** Keeps a state that says that a cancel was marked, where it is this process that follows. */
  noteCancel(id: string): Promise<void>;
  dispose(): Promise<void>;
}

interface Entry extends LiveOperation {
  operation: Operation;
  run: OperationRun | null;
  /** Its files cannot be written: this process tries no more. */
  isLost: boolean;
}

export async function createLiveOperations(options: LiveOptions): Promise<LiveOperations> {
  const { dir, hosts, scripts, contents, index, log, now } = options;
  const entries = new Map<string, Entry>();
  const lifetime = createLifetime();
  const runs = new Set<Promise<void>>();
  /** What has ended and could not be said to have ended in the index. */
  const unsealed = new Set<string>();
  let refreshing: Promise<void> = Promise.resolve();
  let isKnown = false;
  let becomeKnown = () => {};
  const known = new Promise<void>((resolve) => (becomeKnown = resolve));

  function entryOf(operation: Operation): Entry {
    const known = entries.get(operation.id);
    if (known) return known;
    const entry: Entry = {
      operation,
      files: operationFiles(dir, operation.id),
      pulse: createPulse(),
      progress: createProgressTracker(),
      run: null,
      isLost: false,
    };
    entries.set(operation.id, entry);
    void trackProgress(entry).catch((error: unknown) => {
      log.error('operation-progress', 'The progress of an operation cannot be read', error);
    });
    return entry;
  }

  function changed(entry: Entry, operation: Operation): void {
    entry.operation = operation;
    if (operation.phase === 'verifying') entry.progress.reach('verify', now());
    if (!isOpen(operation)) entries.delete(operation.id);
    entry.pulse.beat();
    options.onChange(operation);
  }

  /** Progress comes from the local files for every process, so that there is one way. */
  async function trackProgress(entry: Entry): Promise<void> {
    const { files, pulse, progress } = entry;
    let toldAt = 0;
    const records = streamRecords({
      files,
      sources: ['progress'],
      from: { stdout: 0, stderr: 0, progress: 0, berth: 0 },
      pulse,
      isEnded: () => entry.operation.phase === 'ended',
      signal: lifetime.signal,
    });
    for await (const { time, bytes } of records) {
      progress.push(time, bytes);
      if (now() - toldAt < PROGRESS_TOLD_MS || entry.operation.phase === 'ended') continue;
      toldAt = now();
      options.onChange(entry.operation);
    }
  }

  async function begin(operation: Operation, lock: FileLock, isNew: boolean): Promise<void> {
    const entry = entryOf(operation);
    let mirror: Mirror;
    try {
      mirror = await openMirror(entry.files, now);
    } catch (error) {
      entry.isLost = true;
      await lock.release();
      throw error;
    }
    const run = runOperation({
      operation,
      isNew,
      files: entry.files,
      mirror,
      hosts,
      scripts,
      contents,
      log,
      now,
      pulse: entry.pulse,
      async save(next) {
        await writeOperation(dir, next);
        changed(entry, next);
      },
      show: (next) => changed(entry, next),
      signal: lifetime.signal,
    });
    entry.run = run;
    const over = run.done
      .then(async (how) => {
        entry.run = null;
        entry.isLost = how === 'lost';
        try {
          await mirror.close();
          // Its files are what they will be.
          if (entry.operation.phase === 'ended') await index.seal(entry.operation);
        } finally {
          entry.pulse.beat();
          await lock.release();
        }
      })
      .catch((error: unknown) => {
        unsealed.add(operation.id);
        log.error('operation-close', 'The files of an operation could not be closed', error);
      })
      .finally(() => runs.delete(over));
    runs.add(over);
  }

  /** Follows an open operation that nobody follows. */
  async function takeOver(id: string): Promise<void> {
    const lock = await tryLock(operationFiles(dir, id).owner);
    if (!('release' in lock)) return;
    const operation = await readOperation(dir, id);
    if (!operation || !isOpen(operation) || lifetime.signal.aborted) {
      try {
        // Its owner came to an end and could not say so in the index any more.
        if (operation && !isOpen(operation)) await index.seal(operation);
        unsealed.delete(id);
      } finally {
        await lock.release();
      }
      return;
    }
    log.info('operation-taken-over', 'Following an operation that was begun earlier', { operation: id });
    await begin(operation, lock, false);
  }

  async function look(id: string): Promise<void> {
    const entry = entries.get(id);
    if (entry?.run || entry?.isLost) return;
    const operation = await readOperation(dir, id);
    if (!operation || lifetime.signal.aborted) return;
    if (!isOpen(operation) && !entry) {
      await takeOver(id);
      return;
    }
    const current = entryOf(operation);
    if (!entry) options.onChange(operation);
    if (entry && JSON.stringify(operation) !== JSON.stringify(entry.operation)) changed(current, operation);
    if (operation.phase === 'ended' || (await isHeld(current.files.owner))) return;
    if (!hosts.host(operation.plan.hostId) && now() - operation.startedAt < UNKNOWN_HOST_MS) return;
    await takeOver(id);
  }

  async function lookAtAll(): Promise<void> {
    if (lifetime.signal.aborted) return;
    const open = (await index.open()).map(({ id }) => id);
    if (lifetime.signal.aborted) return;
    for (const id of new Set([...open, ...entries.keys(), ...unsealed])) await look(id);
    isKnown = true;
    becomeKnown();
  }

  function refresh(): Promise<void> {
    refreshing = refreshing.then(lookAtAll).catch((error: unknown) => {
      log.error('operations-refresh', 'The operations cannot be read', error);
    });
    return refreshing;
  }

  /** A host is back: whatever ended without its answer is looked at once more. */
  function onConnected(hostId: string): void {
    for (const { operation, run } of entries.values()) {
      if (operation.plan.hostId !== hostId || run || operation.phase !== 'ended') continue;
      refreshing = refreshing
        .then(() => (entries.get(operation.id)?.run ? undefined : takeOver(operation.id)))
        .catch((error: unknown) => {
          log.error('operation-second-look', 'An operation could not be looked at again', error);
        });
    }
  }

  await mkdir(dir, { recursive: true, mode: 0o700 });
  const watcher = watchIndex(dir, () => void refresh());
  const foreign = setInterval(() => {
    const isForeign = ({ run, operation }: Entry) => !run && operation.phase !== 'ended';
    if (unsealed.size > 0 || [...entries.values()].some(isForeign)) void refresh();
  }, FOREIGN_INTERVAL_MS).unref();
  const unsubscribe = hosts.onConnected(onConnected);
  if ((await sizeOf(join(dir, 'index.jsonl'))) <= READ_AT_START_BYTES) await refresh();
  const later = setTimeout(() => void (isKnown || refresh()), READ_LATER_MS).unref();

  return {
    known,
    isKnown: () => isKnown,
    get: (id) => entries.get(id) ?? null,
    running(hostId) {
      for (const { operation, progress, isLost } of entries.values()) {
        if (operation.plan.hostId === hostId && operation.phase !== 'ended' && !isLost) {
          return { operation, progress: progress.current() };
        }
      }
      return null;
    },
    async begin(operation, lock) {
      await begin(operation, lock, true);
      options.onChange(operation);
    },
    refresh,
    noteCancel: async (id) => entries.get(id)?.run?.noteCancel(),
    async dispose() {
      lifetime.abort();
      clearInterval(foreign);
      clearTimeout(later);
      watcher?.close();
      unsubscribe();
      await refreshing;
      await Promise.all(runs);
    },
  };
}

/** Other processes append to the index when they begin. Without a watch it is read when something is asked. */
function watchIndex(dir: string, onTouch: () => void): FSWatcher | null {
  try {
    const watcher = watch(dir, { persistent: false }, (_event, name) => {
      if (name === 'index.jsonl') onTouch();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
