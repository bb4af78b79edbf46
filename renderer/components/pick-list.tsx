import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useId, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './pick-list.css';

/** Height of a line, CSS pixels; the style sheet says the same. */
const LINE = 28;
const OVERSCAN = 10;
const lineHeight = () => LINE;

/** An entry that can be chosen, or says by `canPick: false` that it cannot. */
export interface PickItem {
  readonly id: string;
  readonly canPick: boolean;
}

/**
 * Thousands of entries of which any number can be chosen; only the visible ones exist. The list has the focus and names its cursor.
 * Arrow keys, Home, End and the page keys move, with Shift they choose; Space toggles, Ctrl-A chooses all.
 */
export function PickList<T extends PickItem>({
  label,
  items,
  picked,
  onPick,
  head,
  children,
}: {
  readonly label: string;
  /** Stays at the top; for eyes alone, since every entry says by itself what it is. */
  readonly head: ReactNode;
  readonly items: readonly T[];
  readonly picked: ReadonlySet<string>;
  readonly onPick: (picked: ReadonlySet<string>) => void;
  readonly children: (item: T) => ReactNode;
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(0);
  const id = useId();
  const getScrollElement = useCallback(() => box.current, []);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement,
    estimateSize: lineHeight,
    overscan: OVERSCAN,
    paddingStart: LINE,
    scrollPaddingStart: LINE,
  });
  const at = Math.min(cursor, items.length - 1);

  function toggle(indexes: readonly number[], to?: boolean): void {
    const next = new Set(picked);
    for (const index of indexes) {
      const item = items[index];
      if (!item?.canPick) continue;
      if (to ?? !next.has(item.id)) next.add(item.id);
      else next.delete(item.id);
    }
    onPick(next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / LINE) - 2);
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: items.length - 1,
    };
    const wanted = moves[event.key];
    if (wanted !== undefined) {
      const to = Math.max(0, Math.min(items.length - 1, wanted));
      if (event.shiftKey) toggle(between(at, to), true);
      setCursor(to);
      virtual.scrollToIndex(to);
    } else if (event.key === ' ') toggle([at]);
    else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) toggle([...items.keys()], true);
    else return;
    event.preventDefault();
  }

  function onClick({ target, shiftKey }: MouseEvent): void {
    const line = target instanceof Element ? target.closest<HTMLElement>('[data-line]') : null;
    if (!line) return;
    const index = Number(line.dataset['line']);
    if (shiftKey) toggle(between(at, index), true);
    else toggle([index]);
    setCursor(index);
  }

  return (
    <div
      ref={box}
      className="b-picks"
      role="listbox"
      aria-label={label}
      aria-multiselectable="true"
      aria-activedescendant={at >= 0 ? `${id}${at}` : undefined}
      tabIndex={0}
      data-autofocus
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div role="presentation" style={{ blockSize: virtual.getTotalSize() }}>
        <div className="b-picks__head" aria-hidden="true">
          {head}
        </div>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          if (!item) return null;
          return (
            <div
              key={item.id}
              id={`${id}${index}`}
              data-line={index}
              role="option"
              aria-selected={picked.has(item.id)}
              aria-disabled={!item.canPick}
              aria-posinset={index + 1}
              aria-setsize={items.length}
              className={index === at ? 'b-pick is-cursor' : 'b-pick'}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span className="b-pick__box">{picked.has(item.id) && <Icon name="check" />}</span>
              {children(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** All indexes from one to the other, both included, whichever is first. */
function between(a: number, b: number): readonly number[] {
  const first = Math.min(a, b);
  return Array.from({ length: Math.abs(a - b) + 1 }, (_, step) => first + step);
}
