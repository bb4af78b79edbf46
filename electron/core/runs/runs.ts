import { randomBytes } from 'node:crypto';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import { guardRefusal, productionGuard } from '../../../shared/logic/guard-rails.ts';
import { runLimits } from '../../../shared/model/run-limits.ts';
import type { Run, RunHost, RunOutput, RunRequest } from '../../../shared/model/run.ts';
import type { Settings } from '../../../shared/model/settings.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import { createEmitter } from '../emitter.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import type { Log } from '../log/log.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import { createKeptOutput, type KeptOutput } from './kept-output.ts';
import { runOnHost } from './run-on-host.ts';
import type { RunRecords } from './run-records.ts';

/** Runs that are kept with their output: so many, and so many bytes of output of all but the newest. */
const KEPT_RUNS = 20;
const KEPT_BYTES = 96 * 1024 * 1024;
/** Of the first line of an output, for lists. */
const LINE = 200;

export interface RunsOptions {
  readonly hosts: HostAccess & { setVisible(viewer: object, hostIds: readonly string[]): void };
  readonly scripts: NativeScripts;
  readonly guard: () => Pick<Settings, 'readOnlyMode' | 'productionTags'>;
  readonly records: RunRecords;
  readonly startedBy: string;
  readonly log: Log;
  readonly now: () => number;
}

/** Commands on many hosts. They live and end with this. */
export interface Runs {
  /** Rejects with `guard.*`, `run.command-empty`, `input.host-unknown`. Resolves once it is on record that it began. */
  start(request: RunRequest): Promise<Run>;
  /** Of one host with `hostId`. Does nothing where it has ended. */
  stop(id: string, hostId: string | null): void;
  /** Throws `run.unknown`. */
  get(id: string): Run;
  /** Newest first. */
  list(): readonly Run[];
  outputs(id: string, hostIds: readonly string[]): RunOutput[];
  /** Calls back with the id of a run that has changed. */
  onChange(listener: (id: string) => void): () => void;
  /** Ends what runs; resolves when the hosts were asked to. */
  dispose(): Promise<void>;
}

/** Why the command of a host is ended before its end. */
type Ended = 'stopped' | 'timed-out';

interface Place {
  host: RunHost;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  readonly stop: AbortController;
  ended: Ended | null;
}

interface Entry {
  readonly run: Omit<Run, 'hosts'>;
  isStopped: boolean;
  endedAt: number | null;
  readonly places: Map<string, Place>;
}

export function createRuns({ hosts, scripts, guard, records, startedBy, log, now }: RunsOptions): Runs {
  const entries = new Map<string, Entry>();
  const changed = createEmitter<string>();
  const works = new Set<Promise<void>>();
  // What a run is at counts as looked at: its connection is not closed for being idle.
  const viewer = {};
  const inUse = new Set<string>();

  function viewOf({ run, isStopped, endedAt, places }: Entry): Run {
    return { ...run, isStopped, endedAt, hosts: [...places.values()].map(hostOf) };
  }

  function entryOf(id: string): Entry {
    const entry = entries.get(id);
    if (!entry) throw new BerthError('run.unknown', { id });
    return entry;
  }

  function update(entry: Entry, place: Place, changes: Partial<RunHost>): void {
    place.host = { ...place.host, ...changes };
    changed.emit(entry.run.id);
  }

  function use(hostId: string, isUsed: boolean): void {
    if (isUsed) inUse.add(hostId);
    else inUse.delete(hostId);
    hosts.setVisible(viewer, [...inUse]);
  }

  /** How root is had there. Rejects where it is not to be had. */
  async function rootOf(hostId: string): Promise<RootAccess> {
    if (hosts.rootAccess(hostId).kind === 'none' && hosts.facts(hostId) === null) await hosts.readFacts(hostId);
    const root = hosts.rootAccess(hostId);
    if (root.kind !== 'none') return root;
    const privilege = hosts.facts(hostId)?.privilege;
    if (privilege?.kind === 'none') throw BerthError.of(privilege.failure);
    throw new BerthError('facts.needs-root', { what: 'The command' });
  }

  async function runPlace(entry: Entry, place: Place): Promise<void> {
    const { hostId } = place.host;
    const { command, asRoot, timeoutSeconds } = entry.run;
    let timer: NodeJS.Timeout | undefined;
    update(entry, place, { state: 'running', startedAt: now() });
    use(hostId, true);
    try {
      const connection = await hosts.connect(hostId, 'user');
      const root = asRoot ? await rootOf(hostId) : null;
      timer = setTimeout(() => end(place, 'timed-out'), timeoutSeconds * 1000);
      const { stdout, stderr, stop } = place;
      const exitCode = await runOnHost(connection, scripts, {
        ...{ command, root, stdout, stderr, stop: stop.signal },
        onOutput: () => changed.emit(entry.run.id),
      });
      update(entry, place, { state: place.ended ?? 'ended', exitCode, endedAt: now(), hash: hashOf(place) });
    } catch (error) {
      const state = place.ended ?? 'failed';
      const reason = place.ended ? null : failureOf(error, log, hostId);
      update(entry, place, { state, failure: reason, endedAt: now(), hash: hashOf(place) });
    } finally {
      clearTimeout(timer);
      use(hostId, false);
    }
  }

  async function work(entry: Entry): Promise<void> {
    const queue = entry.places.values();
    const lane = async () => {
      for (const place of queue) {
        if (entry.isStopped || place.ended) update(entry, place, { state: 'skipped' });
        else await runPlace(entry, place);
      }
    };
    await Promise.all(Array.from({ length: Math.min(entry.run.atOnce, entry.places.size) }, lane));
    entry.endedAt = now();
    await records.add(viewOf(entry));
    changed.emit(entry.run.id);
    forgetOld();
  }

  /** The oldest that have ended go first. */
  function forgetOld(): void {
    const old = [...entries.values()].reverse();
    let bytes = 0;
    for (const [index, entry] of old.entries()) {
      for (const { stdout, stderr } of entry.places.values()) bytes += stdout.kept + stderr.kept;
      if (index > 0 && entry.endedAt !== null && (index >= KEPT_RUNS || bytes > KEPT_BYTES))
        entries.delete(entry.run.id);
    }
  }

  return {
    async start(request) {
      const command = request.command.trim();
      if (command === '' || command.includes('\0')) throw new BerthError('run.command-empty');
      const wanted = [...new Set(request.hostIds)].map((hostId) => {
        const host = hosts.host(hostId);
        if (!host) throw new BerthError('input.host-unknown', { value: hostId });
        const wrong = guardRefusal(
          productionGuard(guard(), host),
          request.typedNames.includes(host.name) ? host.name : null,
        );
        if (wrong) throw BerthError.of(wrong);
        return host;
      });
      const limit = Math.max(1024, Math.min(runLimits.text, Math.floor(runLimits.allTexts / wanted.length)));
      const { asRoot, atOnce, timeoutSeconds } = request;
      const id = randomBytes(6).toString('hex');
      const entry: Entry = {
        run: {
          id,
          command,
          asRoot,
          startedBy,
          startedAt: now(),
          endedAt: null,
          atOnce,
          timeoutSeconds,
          isStopped: false,
        },
        isStopped: false,
        endedAt: null,
        places: new Map(wanted.map((host) => [host.id, placeOf(host.id, host.name, limit)])),
      };
      await records.add(viewOf(entry));
      entries.set(id, entry);
      const done = work(entry)
        .catch((error: unknown) => void log.error('run', 'A run came to an end that was not foreseen', error))
        .finally(() => works.delete(done));
      works.add(done);
      return viewOf(entry);
    },
    stop(id, hostId) {
      const entry = entryOf(id);
      if (hostId === null) entry.isStopped = true;
      for (const place of entry.places.values()) {
        if (hostId === null || place.host.hostId === hostId) end(place, 'stopped');
      }
    },
    get: (id) => viewOf(entryOf(id)),
    list: () => [...entries.values()].reverse().map(viewOf),
    outputs(id, hostIds) {
      const { places } = entryOf(id);
      return hostIds.flatMap((hostId) => {
        const place = places.get(hostId);
        if (!place || place.stdout.bytes + place.stderr.bytes === 0) return [];
        return [{ hostId, stdout: place.stdout.text(), stderr: place.stderr.text() }];
      });
    },
    onChange: changed.subscribe,
    async dispose() {
      for (const entry of entries.values()) {
        entry.isStopped = true;
        for (const place of entry.places.values()) end(place, 'stopped');
      }
      await Promise.all(works);
    },
  };
}

function placeOf(hostId: string, hostName: string, limit: number): Place {
  return {
    host: {
      ...{ hostId, hostName, state: 'waiting', startedAt: null, endedAt: null },
      ...{ exitCode: null, failure: null, hash: null, line: '', bytes: 0 },
    },
    stdout: createKeptOutput(limit),
    stderr: createKeptOutput(limit),
    stop: new AbortController(),
    ended: null,
  };
}

function end(place: Place, why: Ended): void {
  if (place.host.endedAt !== null) return;
  place.ended ??= why;
  place.stop.abort();
}

/** As it is now, also in the middle of it. */
function hostOf(place: Place): RunHost {
  const { host, stdout, stderr } = place;
  if (host.startedAt === null) return host;
  const text = (stdout.bytes > 0 ? stdout : stderr).start(4 * LINE);
  const line = text.split('\n').find((each) => each.trim() !== '') ?? '';
  return { ...host, line: cleanText(line, LINE), bytes: stdout.bytes + stderr.bytes };
}

function hashOf({ stdout, stderr }: Place): string {
  return `${stdout.hash()} ${stderr.hash()}`;
}

function failureOf(error: unknown, log: Log, hostId: string): Failure {
  if (error instanceof BerthError) return error.failure;
  return failure('internal', { logId: log.error('run-host', 'A command could not be run', error, { hostId }) });
}
