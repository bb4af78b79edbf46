import { stat } from 'node:fs/promises';
import type * as z from 'zod';
import { hostIdOf, startOf } from '../../../shared/logic/history-words.ts';
import { matchesHistory, parseHistoryFilter } from '../../../shared/logic/history-filter.ts';
import { EtcReveal } from '../../../shared/model/etc.ts';
import { HostKeyChange } from '../../../shared/model/host-key-change.ts';
import type {
  HistoryEntry,
  HistoryFormat,
  HistoryKeyChange,
  HistoryOperation,
  HistoryPage,
  HistoryProof,
  HistoryReveal,
} from '../../../shared/model/history.ts';
import type { HistoryLimits } from '../../../shared/model/settings.ts';
import type { Log } from '../log/log.ts';
import { readJsonLines } from '../store/append-log.ts';
import { exportHistory, type ExportedHistory } from './history-export.ts';
import type { HistoryIndex, IndexEntry } from './history-index.ts';
import { applyLimits, finishRemovals } from './history-retention.ts';
import { verifyHistory } from './history-verify.ts';
import { listOperationIds } from './operation-files.ts';

/** A filtered history is kept for so many questions, as a page asks for one part after another. */
const ANSWERS = 4;
/** How old an answer may be whose filter goes by age, in ms. */
const AGES_HOLD_MS = 10_000;
/** The limits are applied again so often, for those who never end Berth. */
const LIMITS_EVERY_MS = 6 * 3600_000;

export interface HistoryOptions {
  readonly index: HistoryIndex;
  /** The folder of the operations. */
  readonly dir: string;
  /** Where replaced host keys are noted. */
  readonly keyChangesFile: string;
  /** Where secrets of /etc that were shown are noted. */
  readonly revealsFile: string;
  readonly limits: { read(): HistoryLimits; onChange(listener: () => void): () => void };
  readonly log: Log;
  readonly now: () => number;
}

/** What of the history is asked for. `hostId` null: of all hosts. */
export interface HistoryQuery {
  readonly filter: string;
  readonly hostId: string | null;
}

/** What was done to hosts, by whom and how it ended: operations, replaced host keys and secrets that were shown, in one list by time. */
export interface History {
  /** A part of what passes the filter, newest first. */
  list(
    query: HistoryQuery & { readonly offset: number; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<HistoryPage>;
  /** All that passes the filter, as a document. */
  export(query: HistoryQuery & { readonly format: HistoryFormat }): Promise<ExportedHistory>;
  /** Reads everything again and compares it with the chain. */
  verify(signal: AbortSignal): Promise<HistoryProof>;
  /** Calls back when an operation was added, ended or removed. */
  onChange(listener: () => void): () => void;
  /** Resolves when no files are being removed any more. */
  dispose(): Promise<void>;
}

/** What is no operation. */
type Note = HistoryKeyChange | HistoryReveal;

interface Answer {
  readonly key: string;
  readonly madeAt: number;
  readonly entries: readonly HistoryEntry[];
  readonly all: number;
}

export function createHistory(options: HistoryOptions): History {
  const { index, dir, limits, log, now } = options;
  const readKeyChanges = followNotes(options.keyChangesFile, HostKeyChange, (change) => ({ kind: 'host-key', change }));
  const readReveals = followNotes(options.revealsFile, EtcReveal, (reveal) => ({ kind: 'etc-reveal', reveal }));
  const answers = new Map<string, Answer>();
  let revision = 0;
  let seenIndex = -1;
  let seenKeys: readonly Note[] = [];
  let seenReveals: readonly Note[] = [];
  let merged: readonly HistoryEntry[] = [];

  /** Everything, newest first. */
  async function everything(): Promise<readonly HistoryEntry[]> {
    const [operations, keyChanges, reveals] = [await index.entries(), await readKeyChanges(), await readReveals()];
    if (seenIndex !== index.revision || seenKeys !== keyChanges || seenReveals !== reveals) {
      [seenIndex, seenKeys, seenReveals] = [index.revision, keyChanges, reveals];
      revision += 1;
      merged = merge(
        operations,
        [...keyChanges, ...reveals].sort((a, b) => startOf(b) - startOf(a)),
      );
      answers.clear();
    }
    return merged;
  }

  function answer(all: readonly HistoryEntry[], { filter, hostId }: HistoryQuery): Answer {
    const key = JSON.stringify([filter, hostId]);
    const held = answers.get(key);
    const parsed = parseHistoryFilter(filter);
    const isByAge = parsed.terms.some((term) => term.key === 'age');
    if (held && (!isByAge || now() - held.madeAt < AGES_HOLD_MS)) return held;
    const time = now();
    const ofHost = hostId === null ? all : all.filter((entry) => hostIdOf(entry) === hostId);
    const entries = parsed.tests.length === 0 ? ofHost : ofHost.filter((entry) => matchesHistory(entry, parsed, time));
    const made = { key, madeAt: time, entries, all: ofHost.length };
    answers.delete(key);
    answers.set(key, made);
    for (const oldest of [...answers.keys()].slice(0, -ANSWERS)) answers.delete(oldest);
    return made;
  }

  let removing: Promise<void> = Promise.resolve();
  function limitLater(): void {
    removing = removing.then(async () => {
      const wanted = limits.read();
      if (Object.values(wanted).every((limit) => limit === null)) return;
      try {
        await finishRemovals(dir, index, new Set(await listOperationIds(dir)));
        await applyLimits({ dir, index, limits: wanted, log, now });
      } catch (error) {
        log.error('history-limits', 'The history could not be limited', error);
      }
    });
  }
  const timer = setInterval(limitLater, LIMITS_EVERY_MS).unref();
  const unsubscribe = limits.onChange(limitLater);
  limitLater();

  return {
    async list({ offset, limit, ...query }, signal) {
      const everyEntry = await everything();
      // Another filter has been asked about meanwhile: nobody waits for this.
      if (signal?.aborted === true) return { entries: [], total: 0, all: 0, revision };
      const { entries, all } = answer(everyEntry, query);
      return { entries: entries.slice(offset, offset + limit).map(told), total: entries.length, all, revision };
    },
    async export({ format, ...query }) {
      const { entries } = answer(await everything(), query);
      const context = { filter: query.filter, exportedAt: now(), head: index.head };
      return exportHistory(entries.map(told), format, context);
    },
    verify: (signal) => verifyHistory(dir, now, signal),
    onChange: index.onChange,
    async dispose() {
      clearInterval(timer);
      unsubscribe();
      await removing;
    },
  };
}

/** Two lists, each newest first, as one. */
function merge(operations: readonly IndexEntry[], notes: readonly Note[]): readonly HistoryEntry[] {
  if (notes.length === 0) return operations;
  const all: HistoryEntry[] = [];
  let next = 0;
  for (const operation of operations) {
    for (let note = notes[next]; note && startOf(note) > operation.startedAt; note = notes[next]) {
      all.push(note);
      next += 1;
    }
    all.push(operation);
  }
  return [...all, ...notes.slice(next)];
}

/** An entry as the contract has it, without what only the index needs. */
function told(entry: HistoryEntry): HistoryEntry {
  if (entry.kind !== 'operation') return entry;
  const { kind, id, hostId, hostName, request, startedBy, startedAt, endedAt, outcome, kept }: HistoryOperation = entry;
  return { kind, id, hostId, hostName, request, startedBy, startedAt, endedAt, outcome, kept };
}

/** The notes of a file, newest first; read again when the file is another one. The same list while it is not. */
function followNotes<T>(
  path: string,
  schema: z.ZodType<T>,
  toNote: (value: T) => Note,
): () => Promise<readonly Note[]> {
  let stamp = '';
  let notes: readonly Note[] = [];
  return async () => {
    const current = await stat(path).then(
      ({ ino, size, mtimeMs }) => [ino, size, mtimeMs].join(' '),
      () => '',
    );
    if (current === stamp) return notes;
    notes = (await readJsonLines(path, schema)).map(toNote).sort((a, b) => startOf(b) - startOf(a));
    stamp = current;
    return notes;
  };
}
