import { useVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { showPath } from '../../../shared/logic/etc-path.ts';
import { Icon, StateWord } from '../../components/icon.tsx';
import { entryWord, groupLook, outcomeLooks, shortenPath } from './entry-words.ts';
import type { ListLine } from './list-lines.ts';

/** Heights, CSS pixels; the style sheet says the same. */
const HEAD = 28;
const ENTRY = 25;
const OVERSCAN = 12;

/** Who holds the arrow key means where it stops: only what the cursor rests on for so long, ms, is opened. */
const REST_MS = 120;

/** So many letters of a path have room. */
const PATH_LETTERS = 27;

/**
 * The list as a tree of which only the visible lines exist. It has the focus and names its cursor. Up and down move, right and left
 * open and close, Enter goes on to the file, Space marks it to be done with others.
 */
export function FileTree({
  box,
  lines,
  selected,
  onSelect,
  marked,
  onMark,
  onToggle,
  empty,
}: {
  /** The element that has the focus; given, so that others can send it there. */
  readonly box: RefObject<HTMLDivElement | null>;
  readonly lines: readonly ListLine[];
  readonly selected: string | null;
  readonly onSelect: (path: string) => void;
  readonly marked: ReadonlySet<string>;
  readonly onMark: (marked: ReadonlySet<string>) => void;
  readonly onToggle: (key: string) => void;
  readonly empty: string;
}): ReactNode {
  const id = useId();
  const [cursor, setCursor] = useState<string | null>(selected);
  const found = useMemo(() => lines.findIndex(({ key }) => key === cursor), [lines, cursor]);
  const at = found < 0 ? 0 : found;
  useResting(cursor, lines, onSelect);

  const getScrollElement = useCallback(() => box.current, [box]);
  const estimateSize = useCallback((index: number) => (lines[index]?.kind === 'entry' ? ENTRY : HEAD), [lines]);
  const getItemKey = useCallback((index: number) => lines[index]?.key ?? index, [lines]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement,
    estimateSize,
    getItemKey,
    overscan: OVERSCAN,
  });
  // Heights are told by kind, which another filter changes at the same index.
  useEffect(() => virtual.measure(), [virtual, lines]);

  function moveTo(index: number): void {
    const to = Math.max(0, Math.min(lines.length - 1, index));
    const line = lines[to];
    if (!line) return;
    setCursor(line.key);
    virtual.scrollToIndex(to);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const line = lines[at];
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ENTRY) - 1);
    const moves: Record<string, number> = {
      ArrowDown: found < 0 ? 0 : at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: lines.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) moveTo(to);
    else if (!line) return;
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') fold(line, event.key === 'ArrowRight');
    else if (event.key === 'Enter' && line.kind !== 'entry') onToggle(line.key);
    else if (event.key === 'Enter' && line.kind === 'entry') {
      onSelect(line.entry.path);
      document.querySelector<HTMLElement>('[data-file-content]')?.focus();
    } else if (event.key === ' ' && line.kind === 'entry') onMark(toggledMark(marked, line.entry.path));
    else if (event.key === 'Escape' && marked.size > 0) onMark(new Set());
    else return;
    event.preventDefault();
  }

  /** Right opens, or goes in; left closes, or goes out. */
  function fold(line: ListLine, open: boolean): void {
    if (line.kind !== 'entry' && line.isOpen !== open) onToggle(line.key);
    else if (open) moveTo(at + 1);
    else moveTo(lines.findLastIndex((each, index) => index < at && each.level < line.level));
  }

  function onClick(event: MouseEvent): void {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-line]') : null;
    const line = element && lines[Number(element.dataset['line'])];
    if (!line) return;
    setCursor(line.key);
    if (line.kind !== 'entry') onToggle(line.key);
    else if (event.ctrlKey || event.metaKey)
      onMark(toggledMark(marked.size === 0 && selected ? new Set([selected]) : marked, line.entry.path));
    else {
      if (marked.size > 0) onMark(new Set());
      onSelect(line.entry.path);
    }
  }

  const active = lines[at];
  return (
    <div
      ref={box}
      className="etctree"
      role="tree"
      aria-label="Files by outcome"
      aria-multiselectable="true"
      aria-activedescendant={active ? `${id}${String(at)}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {lines.length === 0 && <p className="etctree__empty">{empty}</p>}
      <div role="presentation" style={{ blockSize: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start, size }) => {
          const line = lines[index];
          if (!line) return null;
          return (
            <TreeLine
              key={line.key}
              id={`${id}${String(index)}`}
              index={index}
              line={line}
              top={start}
              size={size}
              isCursor={index === at}
              isOn={line.key === selected}
              isMarked={marked.has(line.key)}
            />
          );
        })}
      </div>
    </div>
  );
}

interface TreeLineProps {
  readonly id: string;
  readonly index: number;
  readonly line: ListLine;
  /** CSS pixels, as `size` is. */
  readonly top: number;
  readonly size: number;
  readonly isCursor: boolean;
  readonly isOn: boolean;
  readonly isMarked: boolean;
}

/** A line. Those that stay while the list scrolls are not made again. */
const TreeLine = memo(function TreeLine(props: TreeLineProps): ReactNode {
  const { id, index, line, top, size, isOn, isMarked } = props;
  return (
    <div
      id={id}
      data-line={index}
      role="treeitem"
      aria-level={line.level}
      aria-expanded={line.kind === 'entry' ? undefined : line.isOpen}
      aria-selected={line.kind === 'entry' && (isOn || isMarked)}
      className={lineClass(line, props)}
      style={{ transform: `translateY(${String(top)}px)`, blockSize: size }}
    >
      <LineContent line={line} isMarked={isMarked} />
    </div>
  );
});

function lineClass(
  line: ListLine,
  { isCursor, isOn, isMarked }: { readonly isCursor: boolean; readonly isOn: boolean; readonly isMarked: boolean },
): string {
  const kind = line.kind === 'entry' ? 'etcent' : 'etcgrp';
  return `${kind}${isCursor ? ' is-cursor' : ''}${isOn ? ' is-on' : ''}${isMarked ? ' is-marked' : ''}`;
}

function LineContent({ line, isMarked }: { readonly line: ListLine; readonly isMarked: boolean }): ReactNode {
  if (line.kind === 'entry') {
    const { icon, tone, short } = outcomeLooks[line.entry.outcome];
    return (
      <>
        <span className="etcent__indent" style={{ inlineSize: (line.level - 1) * 14 + 4 }}>
          {isMarked && <Icon name="check" tone="accent" label="Chosen" />}
        </span>
        {line.inTree && <Icon name={icon} tone={tone} label={short} />}
        <span className="etcent__path" title={`/etc/${showPath(line.entry.path)}`}>
          {shortenPath(line.name, PATH_LETTERS)}
        </span>
        <span className="etcent__word">{entryWord(line.entry)}</span>
      </>
    );
  }
  const caret = <Icon name={line.isOpen ? 'chevron-down' : 'angle-right'} tone="muted" />;
  if (line.kind === 'folder') {
    return (
      <>
        <span style={{ inlineSize: (line.level - 1) * 14 }} />
        {caret}
        <span className="etcent__path">{line.name}</span>
        <span className="etcgrp__count">{line.count}</span>
      </>
    );
  }
  const { icon, tone, title, hint } = groupLook(line.outcome);
  return (
    <>
      {caret}
      <span className="etcgrp__title" title={hint}>
        <StateWord icon={icon} tone={tone}>
          {title}
        </StateWord>
      </span>
      <span className="etcgrp__count">{line.count}</span>
    </>
  );
}

/** Opens the file under a cursor that rests. */
function useResting(cursor: string | null, lines: readonly ListLine[], onSelect: (path: string) => void): void {
  const entry = useMemo(() => lines.find(({ key }) => key === cursor), [lines, cursor]);
  const path = entry?.kind === 'entry' ? entry.entry.path : null;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    if (path === null) return undefined;
    const timer = setTimeout(() => onSelect(path), REST_MS);
    return () => clearTimeout(timer);
  }, [path, onSelect]);
}

function toggledMark(marked: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const next = new Set(marked);
  if (!next.delete(path)) next.add(path);
  return next;
}
