import { useState, type DragEvent, type HTMLAttributes, type ReactNode } from 'react';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { useDock } from './dock-context.ts';
import { placesOf } from './layout-places.ts';
import { moveTab, putTab, splitPane, type Side } from './layout.ts';

/** The tab that is dragged; null: none. One for the page: a person has one mouse. */
const dragged = createStore<{ readonly tab: string | null }>()(() => ({ tab: null }));

/** Properties for the list of tabs and for each tab, with which tabs can be dragged to another place of the list. */
export function useTabDrag(): {
  readonly list: HTMLAttributes<HTMLElement>;
  readonly tab: (tab: string) => HTMLAttributes<HTMLElement> & { readonly draggable: true };
} {
  const model = useDock();
  const dropAt = (event: DragEvent<HTMLElement>) => {
    const { tab } = dragged.getState();
    if (tab === null) return;
    event.preventDefault();
    const faces = [...event.currentTarget.querySelectorAll<HTMLElement>('.docktab')];
    const others = faces.filter((face) => face.querySelector<HTMLElement>('[data-tab]')?.dataset['tab'] !== tab);
    const before = others.findIndex((face) => {
      const { left, width } = face.getBoundingClientRect();
      return event.clientX < left + width / 2;
    });
    if (event.type === 'drop') model.setLayout((layout) => moveTab(layout, tab, before < 0 ? others.length : before));
  };
  return {
    list: { onDragOver: dropAt, onDrop: dropAt },
    tab: (tab) => ({
      draggable: true,
      onDragStart: (event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', '');
        // A frame later: what covers the panes must not be there while the browser takes its picture of the tab.
        requestAnimationFrame(() => dragged.setState({ tab }));
      },
      onDragEnd: () => dragged.setState({ tab: null }),
    }),
  };
}

type Target = Side | 'middle';

/** While a tab is dragged: where in the panes it would be put. */
export function DropSides(): ReactNode {
  const model = useDock();
  const tab = useStore(dragged, (state) => state.tab);
  const [target, setTarget] = useState<{ readonly pane: number; readonly side: Target } | null>(null);
  if (tab === null) return null;
  const { panes } = placesOf(model.getState().layout);
  return (
    <div className="dock__drop" aria-hidden="true">
      {panes.map(({ pane, place }) => (
        <div
          key={pane.id}
          className="dock__target"
          data-side={target?.pane === pane.id ? target.side : undefined}
          style={{
            left: `${place.x * 100}%`,
            top: `${place.y * 100}%`,
            width: `${place.width * 100}%`,
            height: `${place.height * 100}%`,
          }}
          onDragOver={(event) => {
            event.preventDefault();
            const side = sideOf(event);
            if (target?.pane !== pane.id || target.side !== side) setTarget({ pane: pane.id, side });
          }}
          onDragLeave={() => setTarget(null)}
          onDrop={(event) => {
            event.preventDefault();
            const side = sideOf(event);
            setTarget(null);
            dragged.setState({ tab: null });
            model.setLayout((layout) =>
              side === 'middle' ? putTab(layout, tab, pane.id) : splitPane(layout, pane.id, side, tab),
            );
            model.focusPane();
          }}
        />
      ))}
    </div>
  );
}

/** The outer quarters of a pane are its sides. */
function sideOf({ currentTarget, clientX, clientY }: DragEvent<HTMLElement>): Target {
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  const [x, y] = [(clientX - left) / width, (clientY - top) / height];
  const distances: readonly (readonly [Side, number])[] = [
    ['left', x],
    ['right', 1 - x],
    ['up', y],
    ['down', 1 - y],
  ];
  const [nearest] = [...distances].sort((a, b) => a[1] - b[1]);
  return nearest && nearest[1] < 0.25 ? nearest[0] : 'middle';
}
