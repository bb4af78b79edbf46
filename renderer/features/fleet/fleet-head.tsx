import { memo, useEffect, useMemo, useRef, type ReactNode } from 'react';
import type { Sort } from '../../../shared/logic/fleet-sort.ts';
import { Icon } from '../../components/icon.tsx';
import { useSession } from '../../state/session-context.ts';
import type { Column } from './columns.tsx';

/** The head of the table: select all that is shown, and sort by a column. */
export const FleetHead = memo(function FleetHead({
  columns,
  template,
  sort,
  shown,
  selected,
}: {
  readonly columns: readonly Column[];
  readonly template: string;
  readonly sort: Sort;
  readonly shown: readonly string[];
  readonly selected: ReadonlySet<string>;
}): ReactNode {
  const { view } = useSession();
  const box = useRef<HTMLInputElement>(null);
  const count = useMemo(() => shown.filter((id) => selected.has(id)).length, [shown, selected]);
  const all = count > 0 && count === shown.length;

  useEffect(() => {
    if (box.current) box.current.indeterminate = count > 0 && !all;
  }, [count, all]);

  return (
    <div className="fleet-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
      <span role="columnheader" aria-colindex={1} className="fleet-check">
        <input
          ref={box}
          type="checkbox"
          aria-label="Select all that are shown"
          checked={all}
          onChange={() => view.select(all ? new Set() : new Set(shown))}
        />
      </span>
      {columns.map(({ id, label, numeric, sort: column }, index) => {
        const direction = sort.column === column && id !== 'address' ? sort.direction : null;
        return (
          <span
            key={id}
            role="columnheader"
            aria-colindex={index + 2}
            aria-sort={direction ?? 'none'}
            className={numeric ? 'b-num' : undefined}
          >
            <button type="button" className="fleet-sort" onClick={() => view.sortBy(column)}>
              {label}
              {direction && <Icon name={direction === 'ascending' ? 'long-arrow-alt-up' : 'long-arrow-alt-down'} />}
            </button>
          </span>
        );
      })}
    </div>
  );
});
