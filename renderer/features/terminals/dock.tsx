import './dock.css';
import { useCallback, useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useSession } from '../../state/session-context.ts';
import { shellKey } from '../../terminal/shell-keys.ts';
import { BroadcastBar } from './broadcast-bar.tsx';
import { DockContext } from './dock-context.ts';
import { DockDialogs } from './dock-dialogs.tsx';
import { DockHead } from './dock-head.tsx';
import { createDockModel, type DockModel } from './dock-model.ts';
import { DockPanes } from './dock-panes.tsx';
import { HeightLine } from './height-line.tsx';

/** Terminals, logs of operations and recordings at the foot of every page: a row of tabs, and below it what they show, side by side or stacked. */
export function Dock(): ReactNode {
  const session = useSession();
  const { dock } = session;
  const { open, height } = useStore(dock);
  const [model, setModel] = useState<DockModel | null>(null);

  const ref = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return undefined;
      const created = createDockModel(session);
      setModel(created);
      return () => {
        setModel(null);
        created.dispose();
      };
    },
    [session],
  );

  /** The keys of a terminal work in the whole dock; what has the focus comes first. */
  function onKeyDown(event: KeyboardEvent): void {
    const isTyping = event.target instanceof Element && event.target.closest('input, textarea') !== null;
    const what = isTyping || event.defaultPrevented ? null : shellKey(event.nativeEvent);
    if (what === null || typeof what === 'string') return;
    event.preventDefault();
    model?.act(what.action);
  }

  return (
    <section
      ref={ref}
      className={open ? 'dock' : 'dock dock--closed'}
      aria-label="Dock"
      data-region="dock"
      style={open ? { blockSize: height } : undefined}
      onKeyDown={onKeyDown}
    >
      {model && (
        <DockContext value={model}>
          <Wishes model={model} />
          {open && <HeightLine />}
          <DockHead />
          {open && <BroadcastBar />}
          {open && <DockPanes />}
          <DockDialogs />
        </DockContext>
      )}
    </section>
  );
}

/** What the page asks of the dock, once there are terminals to choose from. */
function Wishes({ model }: { readonly model: DockModel }): null {
  const { dock, terminals } = useSession();
  const { wishes, focus } = useStore(dock);
  const isLoaded = useStore(terminals, (state) => state.loaded);
  useEffect(() => {
    if (isLoaded && wishes.length > 0) model.fulfil(dock.takeWishes());
  }, [dock, isLoaded, model, wishes]);
  useEffect(() => {
    if (focus > 0) model.focusPane();
  }, [model, focus]);
  return null;
}
