import { Suspense, useEffect, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { lazyPart } from './components/lazy-part.ts';
import { useFleet, useSession } from './state/session-context.ts';

const Dock = lazyPart(async () => (await import('./features/terminals/dock.tsx')).Dock);

/** The dock, loaded when it is opened or when there are terminals from before. What there is is asked for behind the first fleet. */
export function DockSlot(): ReactNode {
  const { dock, terminals } = useSession();
  const isLoaded = useFleet((state) => state.revision !== null);
  const isOpen = useStore(dock, (state) => state.open);
  const isWanted = useStore(terminals, (state) => state.terminals.size > 0) || isOpen;
  useEffect(() => {
    if (isLoaded) terminals.start();
  }, [isLoaded, terminals]);
  // Names of hosts come with the fleet.
  if (!isWanted || !isLoaded) return null;
  return (
    <Suspense fallback={null}>
      <Dock />
    </Suspense>
  );
}
