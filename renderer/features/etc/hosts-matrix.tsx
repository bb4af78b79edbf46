import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useRef, type ReactNode } from 'react';
import { showPath } from '../../../shared/logic/etc-path.ts';
import { plural } from '../../../shared/logic/format.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon } from '../../components/icon.tsx';
import type { HostsComparison } from './hosts-dialog.tsx';

/** Height of a row, CSS pixels; the style sheet says the same. */
const LINE = 26;
const rowHeight = () => LINE;

/** Names of a group that are written out. */
const MOST_NAMES = 6;

/** The groups, the smallest first, and below them what is not the same: a path a row, a group a column. */
export function HostsMatrix({
  compared: { groups, rows, notRead },
  nameOf,
}: {
  readonly compared: HostsComparison;
  readonly nameOf: (hostId: string) => string;
}): ReactNode {
  const letters = groups.map((_, index) => letterOf(index));
  return (
    <div className="etchosts">
      {notRead.length > 0 && (
        <p>
          <Icon name="exclamation-triangle" tone="warn" /> Not read:{' '}
          {notRead.map(({ hostId, why }) => `${nameOf(hostId)} (${why})`).join(', ')}
        </p>
      )}
      <ul className="etchosts__groups" aria-label="Hosts with the same drift">
        {groups.map(({ fingerprint, hostIds, drift }, index) => (
          <li key={fingerprint}>
            <b className="b-strong">{letters[index]}</b>
            <span>
              {plural(hostIds.length, 'host')}, {drift === 0 ? 'no drift' : `${plural(drift, 'path')} changed`}
            </span>
            <span className="b-subtle" title={hostIds.map(nameOf).join(', ')}>
              {hostIds.slice(0, MOST_NAMES).map(nameOf).join(', ')}
              {hostIds.length > MOST_NAMES && ` and ${String(hostIds.length - MOST_NAMES)} more`}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > 0 ? (
        <Matrix rows={rows} letters={letters} />
      ) : (
        groups.length > 0 && (
          <EmptyState icon="equals" tone="ok" title="No difference">
            <p>{groups.length === 1 ? 'What was changed in /etc is the same on all of them.' : 'Nothing differs.'}</p>
          </EmptyState>
        )
      )}
    </div>
  );
}

function Matrix({
  rows,
  letters,
}: {
  readonly rows: HostsComparison['rows'];
  readonly letters: readonly string[];
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const getScrollElement = useCallback(() => box.current, []);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement,
    estimateSize: rowHeight,
    overscan: 10,
    paddingStart: LINE,
  });
  const template = `minmax(220px, 1fr) repeat(${String(letters.length)}, minmax(110px, 180px))`;
  return (
    <div
      ref={box}
      className="etcmatrix"
      role="table"
      aria-label="Paths that are not the same on all"
      aria-rowcount={rows.length + 1}
      tabIndex={0}
    >
      <div
        role="rowgroup"
        style={{ blockSize: virtual.getTotalSize(), position: 'relative', minInlineSize: 220 + letters.length * 110 }}
      >
        <div
          role="row"
          aria-rowindex={1}
          className="etcmatrix__row etcmatrix__head"
          style={{ gridTemplateColumns: template }}
        >
          <span role="columnheader">Path</span>
          {letters.map((letter) => (
            <span key={letter} role="columnheader">
              {letter}
            </span>
          ))}
        </div>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div
              key={row.path}
              role="row"
              aria-rowindex={index + 2}
              className="etcmatrix__row"
              style={{ gridTemplateColumns: template, transform: `translateY(${String(start)}px)` }}
            >
              <span role="rowheader" className="etcent__path" title={`/etc/${showPath(row.path)}`}>
                {showPath(row.path)}
              </span>
              {row.cells.map((cell, column) => (
                <span
                  key={letters[column]}
                  role="cell"
                  className={cell === null ? 'b-subtle' : ''}
                  title={cell ?? undefined}
                >
                  {cell ?? 'as its image'}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A, B, … Z, AA: short names for the columns. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`;
}
