import { useEffect, useLayoutEffect, useRef, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { useDock, useDockState } from './dock-context.ts';
import { DropSides } from './drop-sides.tsx';
import { moveLine, placesOf, type Line, type Place } from './layout-places.ts';
import { focusedPane, type Pane } from './layout.ts';
import { NewTerminalButton } from './new-terminal.tsx';
import { TabContent } from './tab-content.tsx';

/** A step of the arrow keys on a line, as a share of its split. */
const STEP = 0.04;

/**
 * The panes, each where the layout says. They lie side by side in the document too, so that none is made anew when another one is divided; the
 * lines come first, since a terminal keeps the Tab key to itself.
 */
export function DockPanes(): ReactNode {
  const model = useDock();
  const layout = useDockState((state) => state.layout);
  const focusWish = useDockState((state) => state.focusWish);
  const body = useRef<HTMLDivElement>(null);
  const { panes, lines } = placesOf(layout);

  useEffect(() => {
    if (focusWish === 0) return;
    const pane = focusedPane(model.getState().layout).id;
    body.current?.querySelector<HTMLElement>(`[data-pane="${pane}"] [data-pane-focus]`)?.focus();
  }, [model, focusWish]);

  return (
    <div ref={body} className="dock__body">
      {lines.map((line) => (
        <PaneLine key={`${line.split} ${line.index}`} line={line} box={body} />
      ))}
      {panes.map(({ pane, place }) => (
        <PaneBox
          key={pane.id}
          pane={pane}
          place={place}
          isFocused={pane.id === layout.focused}
          isAlone={panes.length === 1}
        />
      ))}
      <DropSides />
    </div>
  );
}

function PaneBox({
  pane,
  place,
  isFocused,
  isAlone,
}: {
  readonly pane: Pane;
  readonly place: Place;
  readonly isFocused: boolean;
  readonly isAlone: boolean;
}): ReactNode {
  const model = useDock();
  const ref = useRef<HTMLDivElement>(null);
  const { id, tab } = pane;

  // What is searched for in a tab ends with the tab.
  useLayoutEffect(() => {
    ref.current?.scrollTo(0, 0);
  }, [tab]);

  return (
    <div
      ref={ref}
      className={isFocused && !isAlone ? 'dock__pane is-focused' : 'dock__pane'}
      style={boxOf(place)}
      data-pane={id}
      {...(tab !== null && { role: 'tabpanel', id: `dock-panel-${id}`, 'aria-labelledby': `dock-tab-${tab}` })}
      onFocus={() => {
        if (!isFocused) model.setLayout((layout) => ({ ...layout, focused: id }));
      }}
    >
      {tab === null ? <NothingOpen /> : <TabContent key={tab} tab={tab} />}
    </div>
  );
}

function NothingOpen(): ReactNode {
  return (
    <div className="dock__nothing">
      <EmptyState icon="terminal" title="No terminal is open">
        <p className="b-subtle">
          A shell on a host goes on when this window is closed; it is here again when you come back.
        </p>
        <NewTerminalButton />
      </EmptyState>
    </div>
  );
}

function PaneLine({
  line,
  box,
}: {
  readonly line: Line;
  readonly box: { readonly current: HTMLElement | null };
}): ReactNode {
  const model = useDock();
  const isRow = line.direction === 'row';
  const percent = Math.round((line.share / line.room) * 100);
  const move = (share: number) => model.setLayout((layout) => moveLine(layout, line.split, line.index, share));

  function onKeyDown(event: KeyboardEvent): void {
    const steps: Record<string, number> = isRow
      ? { ArrowLeft: -STEP, ArrowRight: STEP }
      : { ArrowUp: -STEP, ArrowDown: STEP };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(line.share + step);
  }

  return (
    <div
      className={isRow ? 'dock__line dock__line--row' : 'dock__line dock__line--column'}
      style={boxOf(line)}
      role="separator"
      aria-orientation={isRow ? 'vertical' : 'horizontal'}
      aria-label={isRow ? 'Width of the pane on the left' : 'Height of the pane above'}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        const bounds = box.current?.getBoundingClientRect();
        if (!bounds || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const at = isRow ? (event.clientX - bounds.left) / bounds.width : (event.clientY - bounds.top) / bounds.height;
        const from = isRow ? line.x : line.y;
        move(line.share + (at - from) / line.whole);
      }}
    />
  );
}

function boxOf({ x, y, width, height }: Place): CSSProperties {
  const percent = (share: number) => `${share * 100}%`;
  return { left: percent(x), top: percent(y), width: percent(width), height: percent(height) };
}
