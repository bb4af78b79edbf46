import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { dockHeights } from '../../state/dock-store.ts';
import { useSession } from '../../state/session-context.ts';

/** Steps of the keys, CSS pixels. */
const STEP = 16;
const PAGE = 96;

/** The upper edge of the dock: dragged, or moved by the arrow keys. */
export function HeightLine(): ReactNode {
  const { dock } = useSession();
  const height = useStore(dock, (state) => state.height);
  const drag = useRef<{ readonly y: number; readonly height: number } | null>(null);

  function onKeyDown(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowUp: STEP, ArrowDown: -STEP, PageUp: PAGE, PageDown: -PAGE };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    dock.setHeight(Math.min(height, innerHeight) + step);
  }

  return (
    <div
      className="dock__edge"
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the dock"
      aria-valuenow={height}
      aria-valuemin={dockHeights.least}
      aria-valuemax={dockHeights.most}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event: PointerEvent<HTMLElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { y: event.clientY, height: event.currentTarget.parentElement?.clientHeight ?? height };
      }}
      onPointerMove={(event) => {
        if (drag.current) dock.setHeight(drag.current.height + drag.current.y - event.clientY);
      }}
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
    />
  );
}
