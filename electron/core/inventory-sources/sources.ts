import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import {
  ApplyChanges,
  SourcePlace,
  SourceSays,
  type Discovery,
  type ImportResult,
  type SourceState,
} from '../../../shared/model/source.ts';
import { createEmitter } from '../emitter.ts';
import type { Inventory } from '../hosts/inventory.ts';
import type { Log } from '../log/log.ts';
import type { JsonFile } from '../store/json-file.ts';
import { hostsOf, isGroupName, movedHosts, planImport, sourceChanges, type ImportState } from './plan-import.ts';
import { fileOf, readPlace, type PlaceContext, type Reading } from './read-place.ts';
import { commandLabel } from './run-inventory-command.ts';
import { watchPaths } from './watch-paths.ts';

const KeptSource = z.object({
  id: z.string().min(1).max(64),
  place: SourcePlace,
  group: z.string().nullable(),
  apply: ApplyChanges,
  /** What was seen when changes were last taken over, entry by entry; null: not taken. */
  seen: z.array(z.tuple([z.string(), SourceSays.nullable()])),
});
type KeptSource = z.infer<typeof KeptSource>;

/** What `sources.json` holds (schema version 1). */
export const SourcesFile = z.object({ sources: z.array(KeptSource) });
export type SourcesFile = z.infer<typeof SourcesFile>;

export interface ImportRequest {
  readonly place: SourcePlace;
  /** By their names in the source. */
  readonly names: readonly string[] | 'all';
  readonly group: string | null;
  readonly apply: ApplyChanges;
}

/** Where hosts were imported from, and what becomes of it. All reject with BerthError `source.*`. */
export interface Sources {
  discover(place: SourcePlace): Promise<Discovery>;
  import(request: ImportRequest): Promise<ImportResult>;
  /** Files are read and watched from the first call on; a command only when it is asked to be. */
  list(): readonly SourceState[];
  refresh(id: string): Promise<SourceState>;
  /** Takes over what changed, and of what was added these. The rest of it is told no more. */
  apply(id: string, names: readonly string[] | 'all'): Promise<ImportResult>;
  setApply(id: string, apply: ApplyChanges): Promise<SourceState>;
  forget(id: string): Promise<void>;
  onChange(listener: () => void): () => void;
  /** Resolves when what is under way has ended. */
  dispose(): Promise<void>;
}

export interface SourcesOptions extends PlaceContext {
  readonly file: JsonFile<SourcesFile>;
  readonly inventory: Inventory;
  readonly log: Log;
  readonly now: () => number;
}

/** What was read last of a source. `failure`: the newest attempt failed; the reading is the one before. */
interface LastLook {
  readonly reading: Reading | null;
  readonly readAt: number | null;
  readonly failure: Failure | null;
}

/** How long an import may follow the look that somebody chose from, without a command being run again, ms. */
const COMMAND_HOLDS_MS = 10 * 60_000;
const NEVER: LastLook = { reading: null, readAt: null, failure: null };

export function createSources(options: SourcesOptions): Sources {
  const { file, inventory, log, now } = options;
  const looks = new Map<string, LastLook>();
  const commandReadings = new Map<string, { readonly reading: Reading; readonly at: number }>();
  const changed = createEmitter<void>();
  const stop = [file.onChange(() => changed.emit()), inventory.onChange(() => changed.emit())];
  const watcher = watchPaths(() => void enqueue(lookAtAll).catch(() => undefined));
  let isFollowing = false;
  let isDisposed = false;
  // One thing at a time: a look must not come between a decision and its write.
  let queue: Promise<unknown> = Promise.resolve();

  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  }

  function kept(id: string): KeptSource {
    const found = file.read().sources.find((source) => source.id === id);
    if (!found) throw new BerthError('source.unknown', { id });
    return found;
  }

  async function keep(id: string, change: (source: KeptSource) => KeptSource): Promise<void> {
    await file.update(({ sources }) => ({ sources: sources.map((one) => (one.id === id ? change(one) : one)) }));
  }

  const placeFile = (place: SourcePlace) => (place.kind === 'ssh-config' ? null : fileOf(place, options.home));
  const stateOf = ({ place, group, seen }: Omit<KeptSource, 'id' | 'apply'>, reading: Reading): ImportState => ({
    place,
    file: placeFile(place),
    group,
    reading,
    seen: new Map(seen),
  });

  /** Reads a source and follows what needs nobody's leave: entries that only moved, and everything where that was chosen. */
  async function look(source: KeptSource): Promise<void> {
    try {
      const reading = await readPlace(source.place, options);
      looks.set(source.id, { reading, readAt: now(), failure: null });
      const state = stateOf(source, reading);
      const moved = movedHosts(state, inventory.list());
      if (moved.size > 0) await inventory.change(() => ({ add: [], update: moved }));
      const { added, changed: others } = sourceChanges(state, inventory.list());
      if (source.apply === 'by-itself' && added.length + others.length > 0) await takeOver(source, reading, 'all');
    } catch (error) {
      if (!(error instanceof BerthError))
        log.error('source-look', 'A source could not be read', error, { id: source.id });
      const reason =
        error instanceof BerthError
          ? error.failure
          : failure('source.unreadable', { file: labelOf(source.place), detail: String(error) });
      looks.set(source.id, { ...(looks.get(source.id) ?? NEVER), failure: reason });
    }
  }

  async function lookAtAll(): Promise<void> {
    if (isDisposed) return;
    for (const source of file.read().sources) if (source.place.kind !== 'command') await look(source);
    follow();
    changed.emit();
  }

  function follow(): void {
    watcher.follow([...looks.values()].flatMap(({ reading }) => reading?.watched ?? []));
  }

  /** Takes what changed, and of what was added these names. Entries that were declined before, or removed in Berth, stay away. */
  async function takeOver(
    source: KeptSource,
    reading: Reading,
    names: readonly string[] | 'all',
  ): Promise<Omit<ImportResult, 'sourceId'>> {
    const state = stateOf(source, reading);
    const hosts = inventory.list();
    const wanted = names === 'all' ? sourceChanges(state, hosts).added.map(({ name }) => name) : names;
    // Own entries that are gone from the source have nothing to be taken from.
    const there = new Set(reading.hosts.map(({ name }) => name));
    const own = [...hostsOf(state, hosts).keys()].filter((name) => there.has(name));
    return take(source, reading, new Set([...wanted, ...own]));
  }

  async function take(
    source: KeptSource,
    reading: Reading,
    names: ReadonlySet<string> | 'all',
  ): Promise<Omit<ImportResult, 'sourceId'>> {
    let plan: ReturnType<typeof planImport> | null = null;
    const added = await inventory.change((hosts) => (plan = planImport(stateOf(source, reading), names, hosts)));
    // Assigned in the callback, which the compiler does not follow.
    const { result, seen } = plan as unknown as ReturnType<typeof planImport>;
    await keep(source.id, (one) => ({ ...one, seen: [...seen] }));
    return { added: added.map(({ id }) => id), ...result };
  }

  async function readForImport(place: SourcePlace): Promise<Reading> {
    const known = place.kind === 'command' ? commandReadings.get(commandLabel(place.words)) : undefined;
    return known && now() - known.at < COMMAND_HOLDS_MS ? known.reading : readPlace(place, options);
  }

  function describe(source: KeptSource): SourceState {
    const { reading, readAt, failure: reason } = looks.get(source.id) ?? NEVER;
    const { id, place, group, apply } = source;
    const hosts = inventory.list();
    return {
      id,
      place,
      label: labelOf(place),
      group,
      apply,
      hosts: hostsOf({ place, file: placeFile(place) }, hosts).size,
      files: [...(reading?.files ?? [])],
      readAt,
      changes: reading ? sourceChanges(stateOf(source, reading), hosts) : { added: [], changed: [], gone: [] },
      problems: [...(reading?.problems ?? [])],
      failure: reason,
    };
  }

  return {
    async discover(place) {
      const { hosts, leftOut, problems, files, ...rest } = await readPlace(place, options);
      if (place.kind === 'command') {
        const reading = { hosts, leftOut, problems, files, ...rest };
        commandReadings.set(commandLabel(place.words), { reading, at: now() });
      }
      const own = hostsOf({ place, file: placeFile(place) }, inventory.list());
      const known = hosts.map((host) => ({ ...host, hostId: own.get(host.name)?.id ?? null }));
      return { hosts: known, leftOut, problems, files };
    },
    import: ({ place, names, group, apply }) =>
      enqueue(async () => {
        if (!isGroupName(group)) throw new BerthError('input.control-characters');
        const reading = await readForImport(place);
        const same = JSON.stringify(place);
        const before = file.read().sources.find((source) => JSON.stringify(source.place) === same);
        const source: KeptSource = { id: before?.id ?? randomUUID(), place, group, apply, seen: before?.seen ?? [] };
        await file.update(({ sources }) => ({ sources: [...sources.filter(({ id }) => id !== source.id), source] }));
        const result = await take(source, reading, names === 'all' ? 'all' : new Set(names));
        looks.set(source.id, { reading, readAt: now(), failure: null });
        if (isFollowing) follow();
        changed.emit();
        return { sourceId: source.id, ...result };
      }),
    list() {
      if (!isFollowing && !isDisposed) {
        isFollowing = true;
        void enqueue(lookAtAll).catch((error: unknown) =>
          log.error('source-first-look', 'Sources could not be read', error),
        );
      }
      return file.read().sources.map(describe);
    },
    refresh: (id) =>
      enqueue(async () => {
        await look(kept(id));
        changed.emit();
        return describe(kept(id));
      }),
    apply: (id, names) =>
      enqueue(async () => {
        const source = kept(id);
        const reading = looks.get(id)?.reading ?? (await readForImport(source.place));
        const result = await takeOver(source, reading, names);
        changed.emit();
        return { sourceId: id, ...result };
      }),
    setApply: (id, apply) =>
      enqueue(async () => {
        kept(id);
        await keep(id, (source) => ({ ...source, apply }));
        if (kept(id).place.kind !== 'command') await look(kept(id));
        changed.emit();
        return describe(kept(id));
      }),
    forget: (id) =>
      enqueue(async () => {
        kept(id);
        looks.delete(id);
        await file.update(({ sources }) => ({ sources: sources.filter((source) => source.id !== id) }));
      }),
    onChange: changed.subscribe,
    async dispose() {
      isDisposed = true;
      watcher.dispose();
      for (const end of stop) end();
      await queue;
    },
  };
}

function labelOf(place: SourcePlace): string {
  switch (place.kind) {
    case 'ssh-config':
      return 'ssh configuration';
    case 'command':
      return commandLabel(place.words);
    case 'ansible':
    case 'list':
      return place.file;
  }
}
