import { useMemo, useState, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { filterRows, parseFilter, type Filter } from '../../../shared/logic/fleet-filter.ts';
import { groupRows, sortRows } from '../../../shared/logic/fleet-sort.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { useNow } from '../../state/clock.ts';
import { wholeFilter } from '../../state/fleet-view-store.ts';
import { useFleet, useSession } from '../../state/session-context.ts';

/** A line of the table. The same host is on several lines when it is grouped by tags; `key` tells them apart. */
export type FleetLine =
  | { readonly kind: 'group'; readonly key: string; readonly label: string; readonly count: number }
  | { readonly kind: 'host'; readonly key: string; readonly id: string };

export interface FleetRows {
  /** All rows, live. */
  readonly rows: ReadonlyMap<string, FleetRow>;
  readonly filter: Filter;
  readonly lines: readonly FleetLine[];
  /** The hosts that pass the filter, in their order, each once. */
  readonly shown: readonly string[];
}

/** Which hosts pass and in which order is asked at most this often, in ms: with thousands that connect at once it is the dear part. */
const ORDER_INTERVAL_MS = 150;

/** The fleet filtered, sorted and grouped as the view says. */
export function useFleetRows(): FleetRows {
  const { view } = useSession();
  const { filter: text, draft, sort, grouping } = useStore(view);
  const rows = useFleet((state) => state.rows);
  const settled = useThrottled(rows, ORDER_INTERVAL_MS);
  const whole = wholeFilter({ filter: text, draft });
  const filter = useMemo(() => parseFilter(whole), [whole]);
  const now = useNow();

  const passing = useMemo(() => filterRows(settled.values(), filter, now), [settled, filter, now]);
  const order = useStable(useMemo(() => sortRows(passing, sort), [passing, sort]));
  const { lines, shown } = useMemo(() => {
    const groups = groupRows(order, grouping);
    const all = groups.flatMap(({ label, rows: members }): FleetLine[] => {
      const hosts = members.map(({ id }): FleetLine => ({ kind: 'host', key: `${label}\n${id}`, id }));
      if (grouping === 'none') return hosts;
      return [{ kind: 'group', key: label, label, count: members.length }, ...hosts];
    });
    return { lines: all, shown: order.map(({ id }) => id) };
  }, [order, grouping]);

  return { rows, filter, lines, shown };
}

/** The value, changing at most once in `interval` ms: at once when it was quiet, and always ending with the newest. */
function useThrottled<T>(value: T, interval: number): T {
  const [settled, setSettled] = useState(value);
  const last = useRef(0);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        last.current = performance.now();
        setSettled(value);
      },
      Math.max(0, last.current + interval - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [value, interval]);
  return settled;
}

/** The former array as long as it holds the same rows in the same order: most changes of a fleet move nothing. */
function useStable(rows: readonly FleetRow[]): readonly FleetRow[] {
  const [stable, setStable] = useState(rows);
  if (stable === rows) return stable;
  const same = stable.length === rows.length && rows.every((row, index) => row === stable[index]);
  if (same) return stable;
  setStable(rows);
  return rows;
}
