import { useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import { runLimits } from '../../../shared/model/run-limits.ts';
import type { Run, RunOutput } from '../../../shared/model/run.ts';
import type { BerthConnection } from '../../connection/berth-connection.ts';
import { failureOf } from '../../state/failure-of.ts';
import { follow } from '../../state/follow.ts';
import { useSession } from '../../state/session-context.ts';

/** A run as it goes on. */
export type RunView =
  | { readonly kind: 'asking' }
  | { readonly kind: 'known'; readonly run: Run }
  | { readonly kind: 'failed'; readonly failure: Failure };

export function useRun(runId: string): RunView {
  const { client } = useSession();
  const [view, setView] = useState<RunView>({ kind: 'asking' });
  useEffect(() => {
    let stop = () => undefined as void;
    stop = follow({
      async open(signal) {
        try {
          return guarded(await client.run.watch({ id: runId }, { signal }));
        } catch (error) {
          setView({ kind: 'failed', failure: failureOf(error) });
          throw error;
        }
      },
      onValue(run) {
        setView({ kind: 'known', run });
        // The last word: another look would only say it again.
        if (run.endedAt !== null) stop();
      },
    });
    /** A run that is not known fails with the first value, not with the call. */
    async function* guarded(runs: AsyncIterable<Run>): AsyncGenerator<Run> {
      try {
        yield* runs;
      } catch (error) {
        const failure = failureOf(error);
        if (failure.code === 'run.unknown') {
          setView({ kind: 'failed', failure });
          stop();
        }
        throw error;
      }
    }
    return () => stop();
  }, [client, runId]);
  return view;
}

/** What a host of a run printed; null: nothing, or not known yet. It is asked again as there is more (`bytes`). */
export function useRunOutput(runId: string, hostId: string | null, bytes: number): RunOutput | null {
  const { client } = useSession();
  const [output, setOutput] = useState<RunOutput | null>(null);
  useEffect(() => {
    if (hostId === null) return undefined;
    let isWanted = true;
    client.run.outputs({ id: runId, hostIds: [hostId] }).then(
      ([told]) => {
        if (isWanted) setOutput(told ?? null);
      },
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [client, runId, hostId, bytes]);
  return output?.hostId === hostId ? output : null;
}

/** All outputs of a run, asked for in pieces. Rejects as the core does. */
export async function allOutputs(client: BerthConnection['client'], run: Run): Promise<Map<string, RunOutput>> {
  const outputs = new Map<string, RunOutput>();
  for (let from = 0; from < run.hosts.length; from += runLimits.outputs) {
    const hostIds = run.hosts.slice(from, from + runLimits.outputs).map(({ hostId }) => hostId);
    for (const output of await client.run.outputs({ id: run.id, hostIds })) outputs.set(output.hostId, output);
  }
  return outputs;
}
