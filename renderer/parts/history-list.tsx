import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import type { HistoryEntry } from '../../shared/model/history.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { navigate } from '../state/route.ts';
import { useOperations } from '../state/session-context.ts';
import { HistoryDetails } from './history-details.tsx';
import { HistoryLine } from './history-line.tsx';
import type { History } from './use-history.ts';
import { useSeconds } from './use-seconds.ts';
import './history-list.css';

/** Height of a line, CSS pixels; the style sheet says the same. */
const LINE = 28;
const lineHeight = () => LINE;
/** Lines drawn beyond the edges, so that a fast wheel finds them there; once those within are on the screen. */
const OVERSCAN = 12;

/**
 * The history as a grid of which only the visible lines exist, and the line under the cursor in full. The answer to another question begins at its
 * top, without a cursor; until it is there the one before stands.
 */
export function HistoryList({
  history,
  withHost,
}: {
  readonly history: History;
  readonly withHost: boolean;
}): ReactNode {
  const { question, at, need } = history;
  const count = history.total ?? 0;
  const live = useOperations((state) => state.operations);
  const now = useSeconds(isAnyRunning(live));
  const grid = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(-1);
  const [shown, setShown] = useState(question);
  if (shown !== question) {
    setShown(question);
    setCursor(-1);
  }
  useLayoutEffect(() => {
    if (grid.current) grid.current.scrollTop = 0;
  }, [question]);
  const overscan = useOverscan();
  const getScrollElement = useCallback(() => grid.current, []);
  const virtual = useVirtualizer({
    count,
    getScrollElement,
    estimateSize: lineHeight,
    overscan,
    paddingStart: LINE,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => need(first, last), [need, first, last]);

  const chosen = cursor >= 0 && cursor < count ? at(cursor) : null;
  const liveOf = (entry: HistoryEntry | null) => (entry?.kind === 'operation' ? (live.get(entry.id) ?? null) : null);

  function moveTo(index: number): void {
    const to = Math.max(0, Math.min(index, count - 1));
    setCursor(to);
    const box = grid.current;
    if (!box) return;
    // The head covers the height of a line at the top.
    const lowest = (to + 2) * LINE - box.clientHeight;
    if (box.scrollTop > to * LINE) box.scrollTop = to * LINE;
    else if (box.scrollTop < lowest) box.scrollTop = lowest;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
    const screen = Math.max(1, Math.floor((grid.current?.clientHeight ?? 0) / LINE) - 2);
    const to = {
      ArrowDown: cursor + 1,
      ArrowUp: Math.max(0, cursor - 1),
      PageDown: cursor + screen,
      PageUp: cursor - screen,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to !== undefined) moveTo(to);
    else if (event.key === 'Escape') setCursor(-1);
    else if (event.key === 'Enter' && chosen) open(chosen);
    else return;
    event.preventDefault();
  }

  function onClick({ target }: MouseEvent): void {
    const line = target instanceof Element ? target.closest<HTMLElement>('[data-line]') : null;
    if (line) setCursor(Number(line.dataset['line']));
  }

  return (
    <div className="hist">
      <div
        ref={grid}
        className={withHost ? 'hist-grid hist-grid--hosts' : 'hist-grid'}
        role="grid"
        aria-label="History"
        aria-rowcount={count + 1}
        aria-activedescendant={chosen ? lineId(cursor) : undefined}
        tabIndex={0}
        data-region-focus
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (event.target === event.currentTarget && cursor < 0 && count > 0) setCursor(0);
        }}
      >
        <div className="hist-body" role="rowgroup" style={{ height: virtual.getTotalSize() }} onClick={onClick}>
          <div role="row" aria-rowindex={1} className="hist-head">
            <span role="columnheader">Operation</span>
            {withHost && <span role="columnheader">Host</span>}
            <span role="columnheader">Outcome</span>
            <span role="columnheader">Started</span>
            <span role="columnheader">Duration</span>
            <span role="columnheader">By</span>
          </div>
          {items.map(({ index, start, key }) => {
            const entry = at(index);
            return (
              <HistoryLine
                key={key}
                id={lineId(index)}
                index={index}
                entry={entry}
                live={liveOf(entry)}
                withHost={withHost}
                top={start}
                cursor={index === cursor}
                now={isRunning(entry) ? now : 0}
              />
            );
          })}
        </div>
      </div>
      {chosen && <HistoryDetails entry={chosen} live={liveOf(chosen)} />}
    </div>
  );
}

/** None in the first frame. */
function useOverscan(): number {
  const [overscan, setOverscan] = useState(0);
  useEffect(() => {
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setOverscan(OVERSCAN));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return overscan;
}

function open(entry: HistoryEntry): void {
  if (entry.kind === 'operation' && entry.kept !== 'entry') navigate({ page: 'operation', operationId: entry.id });
}

function lineId(index: number): string {
  return `history-line-${index}`;
}

function isRunning(entry: HistoryEntry | null): boolean {
  return entry?.kind === 'operation' && entry.endedAt === null;
}

function isAnyRunning(operations: ReadonlyMap<string, Operation>): boolean {
  for (const { phase } of operations.values()) if (phase !== 'ended') return true;
  return false;
}
