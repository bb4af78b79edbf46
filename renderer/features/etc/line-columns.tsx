import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useImperativeHandle, useMemo, useRef, useState, type ReactNode, type Ref } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { EtcSide } from '../../../shared/model/etc.ts';
import { Icon } from '../../components/icon.tsx';
import { useSession } from '../../state/session-context.ts';
import { cellsOf, columnsOf, markLooks, type Cell, type Columns } from './column-rows.ts';
import { changeStarts, displayRows, type DisplayRow } from './display-rows.ts';
import { LineText, whyNoLines } from './line-text.tsx';
import type { Texts } from './use-texts.ts';
import type { SideContent } from './use-file-content.ts';

/** Height of a line that needs no second one, and of a fold, CSS pixels; the style sheet says the same. */
const LINE = 19;
const FOLD = 24;
const OVERSCAN = 20;

/** Goes from change to change. */
export interface ChangeSteps {
  go(step: 1 | -1): void;
}

/** The versions of a text beside each other, scrolling together; what is equal in all is folded. Only visible rows exist. */
export function LineColumns({
  ref,
  sides,
  contents,
  texts,
  path,
}: {
  readonly ref: Ref<ChangeSteps>;
  readonly sides: readonly EtcSide[];
  readonly contents: readonly SideContent[];
  readonly texts: Texts;
  /** As it is shown. */
  readonly path: string;
}): ReactNode {
  const { announcer } = useSession();
  const box = useRef<HTMLDivElement>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const [place, setPlace] = useState(-1);
  const columns = useMemo(() => columnsOf(sides, texts), [sides, texts]);
  const isAlone = columns.present.length < 2;
  const rows = useMemo(
    () => displayRows(columns.blocks, isAlone ? new Set(columns.blocks.keys()) : unfolded),
    [columns, isAlone, unfolded],
  );
  const changes = useMemo(() => changeStarts(rows), [rows]);

  const getScrollElement = useCallback(() => box.current, []);
  const estimateSize = useCallback((index: number) => (rows[index]?.kind === 'fold' ? FOLD : LINE), [rows]);
  const getItemKey = useCallback((index: number) => rowKey(rows[index]), [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement,
    estimateSize,
    getItemKey,
    overscan: OVERSCAN,
  });

  useImperativeHandle(ref, () => ({
    go(step) {
      if (changes.length === 0) {
        announcer.say('No line differs.');
        return;
      }
      const to = (Math.max(place, step === 1 ? -1 : 0) + step + changes.length) % changes.length;
      setPlace(to);
      virtual.scrollToIndex(changes[to] ?? 0, { align: 'center' });
      announcer.say(`Change ${String(to + 1)} of ${String(changes.length)}${lineAt(columns, rows[changes[to] ?? 0])}`);
    },
  }));

  if (columns.present.length === 0) return <NoLines contents={contents} />;
  const current = changes[place];
  return (
    <div
      ref={box}
      className="etclines"
      role="table"
      aria-label={`${plural(sides.length, 'version')} of /etc/${path}`}
      aria-rowcount={rows.length}
      tabIndex={0}
      data-file-content
    >
      <div role="rowgroup" style={{ blockSize: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              role="row"
              aria-rowindex={index + 1}
              className={index === current ? 'etclines__row is-current' : 'etclines__row'}
              style={{ transform: `translateY(${String(start)}px)` }}
            >
              {row.kind === 'fold' ? (
                <Fold
                  row={row}
                  count={columns.present.length}
                  onOpen={() => setUnfolded(new Set(unfolded).add(row.block))}
                />
              ) : (
                <Lines columns={columns} contents={contents} at={row.at} isFirst={index === 0} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function rowKey(row: DisplayRow | undefined): string {
  if (!row) return '';
  return row.kind === 'fold' ? `fold ${String(row.block)}` : row.at.join(' ');
}

function lineAt({ present }: Columns, row: DisplayRow | undefined): string {
  if (row?.kind !== 'row') return '';
  const column = row.at.findIndex((line) => line !== null);
  const names = { base: 'the image now', local: 'this host', target: 'the new image' };
  return `, line ${String((row.at[column] ?? 0) + 1)} of ${names[present[column] ?? 'base']}`;
}

function Fold({
  row,
  count,
  onOpen,
}: {
  readonly row: Extract<DisplayRow, { kind: 'fold' }>;
  readonly count: number;
  readonly onOpen: () => void;
}): ReactNode {
  return (
    <span role="cell" className="etclines__cell-all">
      <button type="button" className="etcfold" onClick={onOpen}>
        <Icon name="ellipsis-h" /> {plural(row.count, 'line')} equal in {count === 3 ? 'all three' : 'both'}
      </button>
    </span>
  );
}

const Lines = memo(function Lines({
  columns,
  contents,
  at,
  isFirst,
}: {
  readonly columns: Columns;
  readonly contents: readonly SideContent[];
  readonly at: readonly (number | null)[];
  readonly isFirst: boolean;
}): ReactNode {
  const cells = cellsOf(columns, at);
  return (
    <span className={`tri tri--${String(cells.length)}`} role="presentation">
      {cells.map((cell, column) =>
        columns.present.includes(cell.side) ? (
          <LineCell key={cell.side} cell={cell} />
        ) : (
          <span key={cell.side} role="cell" className="ln ln--none">
            {isFirst && <span className="ln__why">{whyNoLines(contents[column])}</span>}
          </span>
        ),
      )}
    </span>
  );
});

function LineCell({ cell: { mark, number, parts } }: { readonly cell: Cell }): ReactNode {
  if (number === null) return <span role="cell" className="ln ln--void" />;
  const { sign, words } = markLooks[mark];
  return (
    <span role="cell" className={`ln ln--${mark}`}>
      <span className="ln__number">{number}</span>
      <span className="ln__sign" {...(words !== '' && { role: 'img', 'aria-label': words, title: words })}>
        {sign}
      </span>
      <LineText parts={parts} isOld={mark === 'replaced'} />
    </span>
  );
}

function NoLines({ contents }: { readonly contents: readonly SideContent[] }): ReactNode {
  return (
    <div className="etcfile__body" data-file-content tabIndex={-1}>
      <div className={`tri tri--${String(contents.length)}`}>
        {contents.map((content, index) => (
          <p key={index} className="etcfile__none">
            {whyNoLines(content)}
          </p>
        ))}
      </div>
    </div>
  );
}
