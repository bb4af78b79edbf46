import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import type { JournalClock } from '../../../shared/logic/journal-time.ts';
import { JournalLine } from './journal-line.tsx';
import type { JournalModel, JournalView } from './journal-model.ts';
import type { JournalRow } from './journal-rows.ts';

/** Height of a line, CSS pixels; the style sheet says the same. */
const LINE = 24;
const lineHeight = () => LINE;
/** Lines drawn beyond the edges, so that a fast wheel finds them there. */
const OVERSCAN = 16;
/** A list that is as near to its end is at it. */
const AT_END = 2 * LINE;

/** A host as the list names it. */
export interface ListHost {
  readonly id: string;
  readonly short: string;
}

/**
 * Entries as a grid of which only the visible lines exist, over a window of the journal that moves as it is scrolled: what comes in front or goes
 * there moves nothing on the screen. The cursor is the number of a row, which stays its own.
 */
export function JournalList({
  model,
  view,
  hosts,
  clock,
  cursor,
  centre,
  onCursor,
  onKey,
}: {
  readonly model: JournalModel;
  readonly view: JournalView;
  readonly hosts: readonly ListHost[];
  readonly clock: JournalClock;
  readonly cursor: number | null;
  /** The cursor of the entry that a new list is centred on; null: it begins at its newest. */
  readonly centre: string | null;
  readonly onCursor: (number: number | null) => void;
  /** Keys that do something with the row under the cursor; true: it was one. */
  readonly onKey: (key: string, row: JournalRow | null) => boolean;
}): ReactNode {
  const { rows, first, round, live } = view;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  // What the list was scrolled to by itself: anything else is a person's doing.
  const placed = useRef({ model: null as JournalModel | null, first, round: 0, top: 0 });
  const getScrollElement = useCallback(() => box.current, []);
  const getItemKey = useCallback((index: number) => first + index, [first]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement,
    estimateSize: lineHeight,
    getItemKey,
    overscan: OVERSCAN,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = items.at(-1)?.index ?? 0;
  useEffect(() => {
    const element = box.current;
    if (!element || rows.length === 0) return;
    // Of the box itself: what was drawn last may be of another place.
    const { scrollTop, clientHeight } = element;
    model.need(Math.floor(scrollTop / LINE), Math.ceil((scrollTop + clientHeight) / LINE));
  }, [model, from, to, rows.length, view.busy]);

  const at = cursor === null ? -1 : cursor - first;
  const isThere = at >= 0 && at < rows.length;

  const scrollTo = useCallback((top: number) => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = top;
    placed.current.top = element.scrollTop;
    // Told at once, so that the right lines are drawn before anything is painted.
    element.dispatchEvent(new Event('scroll'));
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const before = placed.current;
    if (before.model !== model || before.round !== round) {
      // Not there yet: the list is placed with its first rows.
      if (rows.length === 0) return;
      const at = centre === null ? -1 : rows.findIndex((row) => row.kind === 'entry' && row.e.cursor === centre);
      if (at >= 0) {
        onCursor(first + at);
        scrollTo((at + 0.5) * LINE - element.clientHeight / 2);
      } else scrollTo(view.newerLeft && !view.olderLeft ? 0 : rows.length * LINE);
      atEnd.current = at < 0;
    } else if (live === 'on' && atEnd.current) scrollTo(rows.length * LINE);
    else if (before.first !== first) scrollTo(element.scrollTop + (before.first - first) * LINE);
    placed.current = { ...placed.current, model, first, round };
  }, [model, rows, first, round, live, centre, onCursor, scrollTo, view.newerLeft, view.olderLeft]);

  // What was seen stays seen when the details take some of the height.
  const onResize = useEffectEvent(() => {
    const element = box.current;
    if (!element || rows.length === 0) return;
    const isSeen = isThere && at * LINE >= element.scrollTop;
    if (isSeen && (at + 1) * LINE > element.scrollTop + element.clientHeight) {
      scrollTo((at + 1) * LINE - element.clientHeight);
    } else if (atEnd.current && !isThere) scrollTo(rows.length * LINE);
  });
  useEffect(() => {
    const element = box.current;
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(() => onResize());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  function onScroll(): void {
    const element = box.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight <= AT_END;
    // Who scrolls up wants to read: what comes meanwhile waits.
    if (live === 'on' && !atEnd.current && element.scrollTop < placed.current.top - LINE) model.pause(true);
  }

  function moveTo(index: number): void {
    const target = Math.max(0, Math.min(rows.length - 1, index));
    onCursor(first + target);
    const element = box.current;
    if (!element) return;
    const lowest = (target + 1) * LINE - element.clientHeight;
    if (element.scrollTop > target * LINE) element.scrollTop = target * LINE;
    else if (element.scrollTop < lowest) element.scrollTop = lowest;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const screen = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / LINE) - 1);
    const here = isThere ? at : rows.length;
    const target = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      PageDown: here + screen,
      PageUp: here - screen,
    }[event.key];
    if (target !== undefined) {
      if (rows.length > 0) moveTo(target);
    } else if (event.key === 'Home') {
      if (view.olderLeft) model.go({ kind: 'oldest' });
      else moveTo(0);
    } else if (event.key === 'End') {
      if (view.newerLeft) model.go({ kind: 'newest' });
      else moveTo(rows.length - 1);
    } else if (!onKey(event.key, isThere ? (rows[at] ?? null) : null)) return;
    event.preventDefault();
  }

  function onClick({ target }: MouseEvent): void {
    const line = target instanceof Element ? target.closest<HTMLElement>('[data-line]') : null;
    if (line) onCursor(Number(line.dataset['line']));
  }

  return (
    <div
      ref={box}
      className={hosts.length > 1 ? 'logs-grid logs-grid--hosts' : 'logs-grid'}
      // It stays while another list is read, and the focus with it.
      role={rows.length > 0 ? 'grid' : 'group'}
      aria-label="Entries of the journal"
      aria-rowcount={rows.length > 0 ? -1 : undefined}
      aria-readonly={rows.length > 0 ? true : undefined}
      aria-busy={view.busy !== null}
      aria-activedescendant={isThere ? lineId(first + at) : undefined}
      tabIndex={0}
      data-region-focus
      onKeyDown={onKeyDown}
      onScroll={onScroll}
      onFocus={(event) => {
        if (event.target === event.currentTarget && !isThere && items.length > 0) onCursor(first + rows.length - 1);
      }}
    >
      <div
        className="logs-body"
        role={rows.length > 0 ? 'rowgroup' : undefined}
        style={{ blockSize: virtual.getTotalSize() }}
        onClick={onClick}
      >
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <JournalLine
              key={first + index}
              id={lineId(first + index)}
              number={first + index}
              row={row}
              host={row.h === null ? null : (hosts[row.h] ?? null)}
              withHost={hosts.length > 1}
              isNewBoot={isNewBoot(rows, index)}
              clock={clock}
              top={start}
              cursor={first + index === cursor}
            />
          );
        })}
      </div>
    </div>
  );
}

function lineId(number: number): string {
  return `logs-line-${String(number)}`;
}

/** Whether the entry is of another boot than the one before it, of the same host. */
function isNewBoot(rows: readonly JournalRow[], index: number): boolean {
  const [before, row] = [rows[index - 1], rows[index]];
  if (before?.kind !== 'entry' || row?.kind !== 'entry' || before.h !== row.h) return false;
  return before.e.bootId !== row.e.bootId;
}
