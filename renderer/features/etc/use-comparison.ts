import { useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import type { EtcComparison, EtcView } from '../../../shared/model/etc.ts';
import { failureOf } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** What a comparison should be about: deployments by id (`target` null: there is none), read after the last change by Berth (epoch ms). */
export interface Wanted {
  readonly booted: string;
  readonly target: string | null;
  readonly after: number;
}

/** The comparison of one view of a host; the last one stays while another one is on its way. */
export interface ComparisonView {
  readonly comparison: EtcComparison | null;
  readonly failure: Failure | null;
  readonly reading: boolean;
  readonly compareAgain: () => void;
}

interface Told {
  readonly comparison: EtcComparison | null;
  readonly failure: Failure | null;
  /** Which question it answers. */
  readonly question: string | null;
}

const nothing: Told = { comparison: null, failure: null, question: null };

/**
 * Shows what was compared last when it is about the deployments of now, else compares once; and again when somebody asks. `wanted` null: the
 * host is not there, and only what is known is shown.
 */
export function useComparison(hostId: string, view: EtcView, wanted: Wanted | null): ComparisonView {
  const { client } = useSession();
  const [told, setTold] = useState<Told>(nothing);
  const [times, setTimes] = useState(0);
  const about = wanted === null ? null : `${wanted.booted} ${wanted.target ?? ''}`;
  const after = wanted?.after ?? 0;
  const question = `${hostId} ${view} ${about ?? 'away'} ${String(after)} ${String(times)}`;

  useEffect(() => {
    let current = true;
    const ask = async (): Promise<Told> => {
      const last = times === 0 ? await client.etc.last({ hostId, view }) : null;
      const isFresh =
        last !== null && last.readAt >= after && `${last.booted.deployment} ${last.target?.deployment ?? ''}` === about;
      if (about === null || isFresh) return { comparison: last, failure: null, question };
      return { comparison: await client.etc.compare({ hostId, view }), failure: null, question };
    };
    ask().then(
      (answer) => current && setTold(answer),
      (error: unknown) =>
        current &&
        setTold(({ comparison }) => ({
          comparison: comparison?.hostId === hostId && comparison.view === view ? comparison : null,
          failure: failureOf(error),
          question,
        })),
    );
    return () => {
      current = false;
    };
  }, [client, hostId, view, about, after, times, question]);

  const { comparison } = told;
  const fits = comparison?.hostId === hostId && comparison.view === view;
  return {
    comparison: fits ? comparison : null,
    failure: told.question === question ? told.failure : null,
    reading: told.question !== question,
    compareAgain: () => setTimes(times + 1),
  };
}
