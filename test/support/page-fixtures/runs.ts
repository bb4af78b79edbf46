import { implement } from '@orpc/server';
import { run as runContract } from '../../../shared/contract/run.ts';
import { snippet as snippetContract } from '../../../shared/contract/snippet.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { Run, RunHost, RunOutput, RunRecord, RunRequest } from '../../../shared/model/run.ts';
import type { Snippet } from '../../../shared/model/snippet.ts';
import { createCell, type Cell } from './cell.ts';
import { NOW } from './hosts.ts';

/** The runs of a fixture. */
export interface RunWorld {
  /** The one that `run.start` answers with, and that is watched. */
  readonly run: Cell<Run>;
  readonly outputs: Map<string, RunOutput>;
  readonly asked: RunRequest[];
  readonly stopped: (string | null)[];
  earlier: RunRecord[];
  snippets: Snippet[];
}

/** A host of a run: one that has ended well and printed `six`. */
export function runHostOf(hostId: string, changes: Partial<RunHost> = {}): RunHost {
  return {
    ...{ hostId, hostName: hostId, state: 'ended', startedAt: NOW - 2000, endedAt: NOW - 1000, exitCode: 0 },
    ...{ failure: null, hash: 'six', line: 'six', bytes: 4 },
    ...changes,
  };
}

export function runOf(changes: Partial<Run> = {}): Run {
  return {
    ...{ id: '0123456789ab', command: 'uname -r', asRoot: false, startedBy: 'jb@desk', startedAt: NOW - 2000 },
    ...{ endedAt: NOW, atOnce: 10, timeoutSeconds: 60, isStopped: false, hosts: [runHostOf('h1')] },
    ...changes,
  };
}

export function createRunWorld(): RunWorld {
  return { run: createCell(runOf()), outputs: new Map(), asked: [], stopped: [], earlier: [], snippets: [] };
}

/** The fixture behind the contract. */
export function runProcedures(world: RunWorld) {
  const os = implement(runContract);
  const ofSnippets = implement(snippetContract);
  const sorted = () => [...world.snippets].sort((a, b) => a.name.localeCompare(b.name));
  return {
    run: {
      start: os.start.handler(({ input }) => {
        world.asked.push(input);
        return world.run.get();
      }),
      stop: os.stop.handler(({ input }) => void world.stopped.push(input.hostId)),
      watch: os.watch.handler(async function* ({ input, signal, errors }) {
        if (input.id !== world.run.get().id) {
          throw errors.FAILURE({ data: new BerthError('run.unknown', { id: input.id }).failure });
        }
        for await (const run of world.run.watch(signal)) yield run;
      }),
      list: os.list.handler(() => ({ runs: world.asked.length > 0 ? [world.run.get()] : [], earlier: world.earlier })),
      outputs: os.outputs.handler(({ input }) => input.hostIds.flatMap((hostId) => world.outputs.get(hostId) ?? [])),
    },
    snippet: {
      list: ofSnippets.list.handler(sorted),
      set: ofSnippets.set.handler(({ input: { id, ...rest } }) => {
        const kept = { id: id ?? String(world.snippets.length).padStart(12, '0'), ...rest };
        world.snippets = [...world.snippets.filter((each) => each.id !== id), kept];
        return sorted();
      }),
      remove: ofSnippets.remove.handler(({ input }) => {
        world.snippets = world.snippets.filter(({ id }) => id !== input.id);
        return sorted();
      }),
    },
  };
}
