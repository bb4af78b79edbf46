import { useEffect, useMemo, useRef } from 'react';
import { useSession } from '../../state/session-context.ts';
import type { FleetLine } from './use-fleet-rows.ts';

/** A person who scrolls past hosts does not mean them: only where the view rests for this long, in ms, is connected to. */
const REST_MS = 200;

/** The contract takes no more; far above what fits on a screen. */
const MOST = 500;

/** Indexes of lines, both included. */
export interface LineRange {
  readonly startIndex: number;
  readonly endIndex: number;
}

/**
 * Tells the core which hosts are on the screen, for nothing else is connected to by itself; and `onRest`. `range` is what the list
 * was drawn for, which may be a moment behind the height of its box; `inView` looks at the box itself once the view rests.
 * Neither function may change.
 */
export function useVisibleHosts(
  lines: readonly FleetLine[],
  range: LineRange | null,
  inView: () => LineRange | null,
  onRest: (hostIds: readonly string[]) => void,
): void {
  const { client } = useSession();
  const first = range?.startIndex ?? 0;
  const last = range?.endIndex ?? -1;
  // As one text, so that the effect runs when the hosts change and not whenever the array does.
  const drawn = useMemo(() => hostsAmong(lines, first, last).join('\n'), [lines, first, last]);
  const now = useRef({ lines, first, last });
  useEffect(() => {
    now.current = { lines, first, last };
  }, [lines, first, last]);

  useEffect(() => {
    const timer = setTimeout(() => {
      const seen = inView();
      const { current } = now;
      const from = Math.min(current.first, seen?.startIndex ?? current.first);
      const hostIds = hostsAmong(current.lines, from, Math.max(current.last, seen?.endIndex ?? current.last));
      onRest(hostIds);
      // A core that is gone forgets who sees what; the next session says it again.
      client.fleet.setVisible({ hostIds }).catch(() => {});
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [client, drawn, inView, onRest]);

  useEffect(
    () => () => {
      client.fleet.setVisible({ hostIds: [] }).catch(() => {});
    },
    [client],
  );
}

/** The hosts of some lines, each once. */
function hostsAmong(lines: readonly FleetLine[], first: number, last: number): string[] {
  const ids = lines.slice(first, last + 1).flatMap((line) => (line.kind === 'host' ? [line.id] : []));
  return [...new Set(ids)].slice(0, MOST);
}
