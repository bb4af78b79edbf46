import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import './cursor-list.css';

const OVERSCAN = 8;

/**
 * Lines of one height with a cursor, of which only those on the screen exist. The list has the focus and names its cursor; arrow keys, Home, End
 * and the page keys move it. What is under the cursor is chosen.
 */
export function CursorList({
  label,
  count,
  line,
  cursor,
  onCursor,
  onEnter,
  children,
}: {
  readonly label: string;
  readonly count: number;
  /** Height of a line, CSS pixels. */
  readonly line: number;
  readonly cursor: number;
  readonly onCursor: (index: number) => void;
  readonly onEnter?: (index: number) => void;
  readonly children: (index: number) => ReactNode;
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const getScrollElement = useCallback(() => box.current, []);
  const estimateSize = useCallback(() => line, [line]);
  const virtual = useVirtualizer({ count, getScrollElement, estimateSize, overscan: OVERSCAN });
  useEffect(() => virtual.measure(), [virtual, line]);

  function moveTo(index: number): void {
    const to = Math.max(0, Math.min(count - 1, index));
    onCursor(to);
    const element = box.current;
    if (!element) return;
    const lowest = (to + 1) * line - element.clientHeight;
    if (element.scrollTop > to * line) element.scrollTop = to * line;
    else if (element.scrollTop < lowest) element.scrollTop = lowest;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
    const screen = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / line) - 1);
    const to = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      PageDown: cursor + screen,
      PageUp: cursor - screen,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to !== undefined) moveTo(to);
    else if (event.key === 'Enter' && onEnter) onEnter(cursor);
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={box}
      className="b-cursorlist"
      role="listbox"
      aria-label={label}
      aria-activedescendant={cursor >= 0 && cursor < count ? `${id}${String(cursor)}` : undefined}
      tabIndex={0}
      data-region-focus
      onKeyDown={onKeyDown}
      onClick={({ target }) => {
        const element = target instanceof Element ? target.closest<HTMLElement>('[data-line]') : null;
        if (element) moveTo(Number(element.dataset['line']));
      }}
    >
      <div role="presentation" style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            id={`${id}${String(index)}`}
            data-line={index}
            role="option"
            aria-selected={index === cursor}
            aria-posinset={index + 1}
            aria-setsize={count}
            className={index === cursor ? 'b-cursorlist__line is-cursor' : 'b-cursorlist__line'}
            style={{ blockSize: line, transform: `translateY(${String(start)}px)` }}
          >
            {children(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
