import { useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import type { Forensics } from '../../../shared/model/forensics.ts';
import { failureOf } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** What was read of the last boots of a host; the last reading stays while another one is on its way. */
export interface ForensicsView {
  readonly forensics: Forensics | null;
  readonly failure: Failure | null;
  readonly reading: boolean;
  readonly readAgain: () => void;
}

interface Told {
  readonly forensics: Forensics | null;
  readonly failure: Failure | null;
  /** Which question it answers. */
  readonly question: string | null;
}

/** Reads once for each boot of the host, and when somebody asks. `bootId` null: the host is not there now, and nothing is read. */
export function useForensics(hostId: string, bootId: string | null): ForensicsView {
  const { client } = useSession();
  const [told, setTold] = useState<Told>({ forensics: null, failure: null, question: null });
  const [times, setTimes] = useState(0);
  const question = bootId === null ? null : `${bootId} ${String(times)}`;

  useEffect(() => {
    if (question === null) return undefined;
    let current = true;
    client.forensics.read({ hostId }).then(
      (forensics) => current && setTold({ forensics, failure: null, question }),
      (error: unknown) => current && setTold(({ forensics }) => ({ forensics, failure: failureOf(error), question })),
    );
    return () => {
      current = false;
    };
  }, [client, hostId, question]);

  return {
    forensics: told.forensics,
    failure: told.failure,
    reading: question !== null && told.question !== question,
    readAgain: () => setTimes(times + 1),
  };
}
