import { useEffect, useMemo, useState } from 'react';
import { isKept, keptOf } from '../../../shared/logic/etc-kept.ts';
import type { EtcKept } from '../../../shared/model/etc-act.ts';
import type { EtcComparison, EtcEntry } from '../../../shared/model/etc.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** Differences that a person wants as they are, as noted by Berth; nothing of it is on the host. */
export interface Keeping {
  readonly paths: ReadonlySet<string>;
  set(entries: readonly EtcEntry[], isKept: boolean): void;
}

/** What of a comparison is wanted as it is. */
export function useKept({ hostId, entries }: EtcComparison): Keeping {
  const { client, toasts } = useSession();
  const [kept, setKept] = useState<readonly EtcKept[]>([]);
  useEffect(() => {
    let current = true;
    client.etc.kept({ hostId }).then(
      (told) => current && setKept(told),
      // Nothing is hidden without it.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [client, hostId]);

  const paths = useMemo(
    () => new Set(kept.length === 0 ? [] : entries.filter((entry) => isKept(entry, kept)).map(({ path }) => path)),
    [entries, kept],
  );
  return {
    paths,
    set(changed, to) {
      const notes = changed.map(keptOf);
      client.etc.keep({ hostId, kept: notes, isKept: to }).then(
        () => {
          const about = new Set(notes.map(({ path }) => path));
          setKept((before) => [...before.filter(({ path }) => !about.has(path)), ...(to ? notes : [])]);
        },
        (error: unknown) => toasts.add({ tone: 'danger', text: failureText(failureOf(error)) }),
      );
    },
  };
}
