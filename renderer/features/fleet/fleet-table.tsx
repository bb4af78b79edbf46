import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { plural } from '../../../shared/logic/format.ts';
import { productionTag } from '../../../shared/logic/guard-rails.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { Menu } from '../../components/menu.tsx';
import { useNow } from '../../state/clock.ts';
import { navigate } from '../../state/route.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import { shownColumns, tracksOf } from './columns.tsx';
import { FleetHead } from './fleet-head.tsx';
import { HostLine } from './host-line.tsx';
import { hostMenu } from './host-menu.tsx';
import { imageLabels } from './image-labels.ts';
import { nextCursor, selectionAfter } from './table-keys.ts';
import type { FleetLine, FleetRows } from './use-fleet-rows.ts';
import { useVisibleHosts, type LineRange } from './use-visible-hosts.ts';
import { useWide } from './use-wide.ts';

/** Height of a line, CSS pixels; the style sheet says the same. */
const LINE = 28;
const lineHeight = () => LINE;

/**
 * Scrolls as little as brings a line into view, at once. All lines have one height, so that nothing is to be measured; the head
 * covers the height of one at the top.
 */
function reveal(element: HTMLElement, index: number): void {
  const highest = index * LINE;
  const lowest = (index + 2) * LINE - element.clientHeight;
  if (element.scrollTop > highest) element.scrollTop = highest;
  else if (element.scrollTop < lowest) element.scrollTop = lowest;
}

/** The lines that can be seen of a scrolled box, also those cut at its edges. */
function linesInView({ scrollTop, clientHeight }: HTMLElement): LineRange {
  return { startIndex: Math.floor(scrollTop / LINE), endIndex: Math.ceil((scrollTop + clientHeight) / LINE) - 2 };
}

/** Lines drawn beyond the edges, so that a fast wheel finds them there. */
const OVERSCAN = 12;

interface OpenMenu {
  readonly id: string;
  readonly anchor: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

/**
 * The hosts as a grid of which only the visible lines exist. The grid itself has the focus and names its cursor
 * (aria-activedescendant), so that scrolling never loses it.
 */
export function FleetTable({
  rows,
  lines,
  shown,
  onScreen,
}: Pick<FleetRows, 'rows' | 'lines' | 'shown'> & {
  /** Called with the hosts that are on the screen, when the view has come to rest. */
  readonly onScreen: (hostIds: readonly string[]) => void;
}): ReactNode {
  const { view, actions, dialogs, dock } = useSession();
  const { selected, sort, columns: chosen } = useStore(view);
  const now = useNow();
  const wide = useWide();
  const columns = useMemo(() => shownColumns(wide, chosen), [wide, chosen]);
  const grid = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const anchor = useRef<string | null>(null);
  const guarded = useGuarded();
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const closeMenu = useCallback(() => setMenu(null), []);

  // Functions that stay the same while the lines do: else all lines are measured anew at each step of scrolling.
  const getScrollElement = useCallback(() => grid.current, []);
  const getItemKey = useCallback((index: number) => lines[index]?.key ?? index, [lines]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement,
    estimateSize: lineHeight,
    getItemKey,
    overscan: OVERSCAN,
    paddingStart: LINE,
  });
  const items = virtual.getVirtualItems();
  const inView = useCallback(() => grid.current && linesInView(grid.current), []);
  useVisibleHosts(lines, virtual.range, inView, onScreen);

  const imageLabel = useImageLabels(rows);
  const { template, least } = useMemo(() => tracksOf(columns), [columns]);
  // A cursor on a host that was filtered away is none.
  const cursorIndex = useMemo(
    () => (cursor === null ? -1 : lines.findIndex(({ key }) => key === cursor)),
    [cursor, lines],
  );
  const cursorLine = lines[cursorIndex];
  const productionOf = useProduction();
  const context = useMemo(() => ({ now, imageLabel, productionOf }), [now, imageLabel, productionOf]);

  function openMenu(id: string, rect: OpenMenu['anchor']): void {
    setMenu({ id, anchor: rect });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key.toLowerCase() !== 'a' || event.altKey) return;
      view.select(new Set(shown));
    } else {
      const to = nextCursor(event.key, lines, cursorIndex, Math.floor((grid.current?.clientHeight ?? 0) / LINE) - 2);
      if (to !== null) {
        const target = lines[to];
        if (!target) return;
        if (event.shiftKey) {
          anchor.current ??= cursorLine?.key ?? target.key;
          view.select(selectionAfter(lines, anchor.current, target.key, selected));
        } else anchor.current = target.key;
        setCursor(target.key);
        if (grid.current) reveal(grid.current, to);
      } else if (event.key === 'Escape') {
        if (selected.size === 0) return;
        view.select(new Set());
      } else if (cursorLine?.kind !== 'host') return;
      else if (event.key === ' ') toggle(cursorLine.id);
      else if (event.key === 'Enter') navigate({ page: 'host', hostId: cursorLine.id });
      else if (event.key === 't') dock.ask({ kind: 'terminal', hostId: cursorLine.id, another: false });
      else if (event.key === '.') {
        const line = document.getElementById(lineId(cursorIndex));
        if (line) openMenu(cursorLine.id, indented(line.getBoundingClientRect()));
      } else return;
    }
    event.preventDefault();
  }

  function toggle(id: string): void {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    view.select(next);
  }

  /** The line of a host under the pointer. The lines have no handlers of their own: they are drawn often. */
  function lineAt({ target }: MouseEvent): Extract<FleetLine, { kind: 'host' }> | null {
    const element = target instanceof Element ? target.closest<HTMLElement>('[data-line]') : null;
    const line = element && lines[Number(element.dataset['line'])];
    return line?.kind === 'host' ? line : null;
  }

  function onClick(event: MouseEvent): void {
    const line = lineAt(event);
    if (!line) return;
    const { key, id } = line;
    setCursor(key);
    if (event.shiftKey && (anchor.current ?? cursorLine)) {
      view.select(selectionAfter(lines, anchor.current ?? key, key, selected));
      return;
    }
    anchor.current = key;
    const onCheckbox = event.target instanceof Element && event.target.closest('.fleet-check') !== null;
    if (onCheckbox || event.ctrlKey || event.metaKey) toggle(id);
  }

  function onContextMenu(event: MouseEvent): void {
    const line = lineAt(event);
    if (!line) return;
    event.preventDefault();
    setCursor(line.key);
    const { clientX: x, clientY: y } = event;
    openMenu(line.id, { top: y, bottom: y, left: x, right: x });
  }

  const menuRow = menu && rows.get(menu.id);
  return (
    <div className="fleet-tablebox">
      <div
        ref={grid}
        className="fleet-grid"
        role="grid"
        aria-label="Hosts"
        aria-rowcount={lines.length + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable="true"
        aria-activedescendant={cursorIndex >= 0 ? lineId(cursorIndex) : undefined}
        tabIndex={0}
        data-region-focus
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (event.target === event.currentTarget && cursorIndex < 0) {
            setCursor(lines.find(({ kind }) => kind === 'host')?.key ?? null);
          }
        }}
      >
        <div
          className="fleet-body"
          role="rowgroup"
          style={{ height: virtual.getTotalSize(), minInlineSize: least }}
          onClick={onClick}
          onContextMenu={onContextMenu}
        >
          <FleetHead columns={columns} template={template} sort={sort} shown={shown} selected={selected} />
          {items.map(({ index, start, key }) => {
            const line = lines[index];
            if (!line) return null;
            if (line.kind === 'group') {
              return (
                <div
                  key={key}
                  id={lineId(index)}
                  role="row"
                  aria-rowindex={index + 2}
                  className={index === cursorIndex ? 'fleet-group is-cursor' : 'fleet-group'}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <span role="gridcell" aria-colspan={columns.length + 1}>
                    {line.label} <span className="b-subtle">{plural(line.count, 'host')}</span>
                  </span>
                </div>
              );
            }
            const row = rows.get(line.id);
            if (!row) return null;
            return (
              <HostLine
                key={key}
                id={lineId(index)}
                index={index}
                row={row}
                columns={columns}
                context={context}
                top={start}
                template={template}
                selected={selected.has(row.id)}
                cursor={index === cursorIndex}
              />
            );
          })}
        </div>
      </div>
      {menu && menuRow && (
        <Menu
          anchor={menu.anchor}
          label={`Actions for ${menuRow.name}`}
          items={hostMenu(menuRow, { actions, dialogs, dock }, guarded)}
          onClose={closeMenu}
        />
      )}
    </div>
  );
}

function lineId(index: number): string {
  return `fleet-line-${index}`;
}

/** Where the menu of a line opens with the keyboard: under its name. */
function indented({ top, bottom, left, right }: DOMRect): OpenMenu['anchor'] {
  return { top, bottom, left: left + 44, right };
}

/** The tag that makes a host a production host, as the settings say; the same function while they do. */
function useProduction(): (tags: readonly string[]) => string | null {
  const { settings } = useSession();
  const productionTags = useStore(settings, (state) => state.settings.productionTags);
  return useCallback((tags) => productionTag({ productionTags }, tags), [productionTags]);
}

/** The labels of all images, made anew only when another set of images runs. */
function useImageLabels(rows: ReadonlyMap<string, FleetRow>): (reference: string) => string {
  const references = useMemo(() => {
    const found = new Set<string>();
    for (const { booted } of rows.values()) if (booted?.image) found.add(booted.image);
    return [...found].sort().join('\n');
  }, [rows]);
  return useMemo(() => imageLabels(references.split('\n')), [references]);
}
