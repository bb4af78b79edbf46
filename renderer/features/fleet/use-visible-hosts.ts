import { useEffect, useMemo } from 'react';
import { useSession } from '../../state/session-context.ts';
import type { FleetLine } from './use-fleet-rows.ts';

/** A person who scrolls past hosts does not mean them: only where the view rests for this long, in ms, is connected to. */
const REST_MS = 200;

/** The contract takes no more; far above what fits on a screen. */
const MOST = 500;

/** Tells the core which hosts are on the screen, for nothing else is connected to by itself; and `onRest`, which must not change. */
export function useVisibleHosts(
  lines: readonly FleetLine[],
  range: { readonly startIndex: number; readonly endIndex: number } | null,
  onRest: (hostIds: readonly string[]) => void,
): void {
  const { client } = useSession();
  const first = range?.startIndex ?? 0;
  const last = range?.endIndex ?? -1;
  // As one text, so that the effect runs when the hosts change and not whenever the array does.
  const visible = useMemo(
    () =>
      lines
        .slice(first, last + 1)
        .flatMap((line) => (line.kind === 'host' ? [line.id] : []))
        .slice(0, MOST)
        .join('\n'),
    [lines, first, last],
  );

  useEffect(() => {
    const timer = setTimeout(() => {
      const hostIds = visible === '' ? [] : [...new Set(visible.split('\n'))];
      onRest(hostIds);
      // A core that is gone forgets who sees what; the next session says it again.
      client.fleet.setVisible({ hostIds }).catch(() => {});
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [client, onRest, visible]);

  useEffect(
    () => () => {
      client.fleet.setVisible({ hostIds: [] }).catch(() => {});
    },
    [client],
  );
}
