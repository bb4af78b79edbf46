import type { CSSProperties, MouseEvent, ReactNode } from 'react';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { routeHref } from '../../state/route.ts';
import type { CellContext, Column } from './columns.tsx';

/** Facts that are older than this and not watched any more are written subtly, in ms. */
const STALE_MS = 10 * 60_000;

/** One host. The grid has the focus, so nothing in here takes it. */
export function HostLine({
  id,
  row,
  rowIndex,
  columns,
  context,
  style,
  selected,
  cursor,
  onClick,
  onMenu,
}: {
  readonly id: string;
  readonly row: FleetRow;
  readonly rowIndex: number;
  readonly columns: readonly Column[];
  readonly context: CellContext;
  readonly style: CSSProperties;
  readonly selected: boolean;
  readonly cursor: boolean;
  readonly onClick: (event: MouseEvent) => void;
  readonly onMenu: (event: MouseEvent) => void;
}): ReactNode {
  const classes = ['fleet-line'];
  if (selected) classes.push('is-selected');
  if (cursor) classes.push('is-cursor');
  if (isStale(row, context.now)) classes.push('is-stale');
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={selected}
      className={classes.join(' ')}
      style={style}
      onClick={onClick}
      onContextMenu={onMenu}
    >
      <span role="gridcell" aria-colindex={1} className="fleet-check">
        <input type="checkbox" tabIndex={-1} aria-label={`Select ${row.name}`} checked={selected} readOnly />
      </span>
      {columns.map((column, index) => (
        <span
          key={column.id}
          role={column.id === 'host' ? 'rowheader' : 'gridcell'}
          aria-colindex={index + 2}
          className={column.numeric ? 'b-num' : 'b-cut'}
        >
          {column.id === 'host' ? (
            <a className="fleet-host" tabIndex={-1} href={routeHref({ page: 'host', hostId: row.id })} title={row.name}>
              {row.name}
            </a>
          ) : (
            column.cell(row, context)
          )}
        </span>
      ))}
    </div>
  );
}

/** What is shown of a host that is not connected is what was; after a while that must be seen. */
function isStale({ connection, factsReadAt }: FleetRow, now: number): boolean {
  if (connection === 'connected' || factsReadAt === null) return false;
  return connection === 'waiting' || connection === 'failed' || now - factsReadAt > STALE_MS;
}
