import { memo, type ReactNode } from 'react';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { Icon } from '../../components/icon.tsx';
import { routeHref } from '../../state/route.ts';
import type { CellContext, Column } from './columns.tsx';

/** Facts that are older than this and not watched any more are written subtly, in ms. */
const STALE_MS = 10 * 60_000;

/**
 * One host. The grid has the focus, so nothing in here takes it. Drawn again only when something of it changes: scrolling
 * moves lines, and a fleet that connects changes a few of many.
 */
export const HostLine = memo(function HostLine({
  id,
  row,
  index,
  columns,
  context,
  top,
  template,
  selected,
  cursor,
}: {
  readonly id: string;
  readonly row: FleetRow;
  /** Among the lines, from 0. */
  readonly index: number;
  readonly columns: readonly Column[];
  readonly context: CellContext;
  /** CSS pixels. */
  readonly top: number;
  readonly template: string;
  readonly selected: boolean;
  readonly cursor: boolean;
}): ReactNode {
  const classes = ['fleet-line'];
  if (selected) classes.push('is-selected');
  if (cursor) classes.push('is-cursor');
  if (isStale(row, context.now)) classes.push('is-stale');
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      data-line={index}
      aria-selected={selected}
      className={classes.join(' ')}
      style={{ transform: `translateY(${top}px)`, gridTemplateColumns: template }}
    >
      <span role="gridcell" aria-colindex={1} className="fleet-check">
        <input type="checkbox" tabIndex={-1} aria-label={`Select ${row.name}`} checked={selected} readOnly />
      </span>
      {columns.map((column, at) => (
        <span
          key={column.id}
          role={column.id === 'host' ? 'rowheader' : 'gridcell'}
          aria-colindex={at + 2}
          className={column.numeric ? 'b-num' : 'b-cut'}
        >
          {column.id === 'host' ? (
            <HostName row={row} production={context.productionOf(row.tags)} />
          ) : (
            column.cell(row, context)
          )}
        </span>
      ))}
    </div>
  );
});

function HostName({ row, production }: { readonly row: FleetRow; readonly production: string | null }): ReactNode {
  const title = production === null ? row.name : `${row.name}, a production host: it has the tag ${production}`;
  return (
    <>
      <a className="fleet-host" tabIndex={-1} href={routeHref({ page: 'host', hostId: row.id })} title={title}>
        {row.name}
      </a>
      {production !== null && (
        <span className="fleet-production">
          <Icon name="shield-alt" tone="warn" label={`Production: ${production}`} />
        </span>
      )}
    </>
  );
}

/** What is shown of a host that is not connected is what was; after a while that must be seen. */
function isStale({ connection, factsReadAt }: FleetRow, now: number): boolean {
  if (connection === 'connected' || factsReadAt === null) return false;
  return connection === 'waiting' || connection === 'failed' || now - factsReadAt > STALE_MS;
}
