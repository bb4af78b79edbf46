import { createStore, type StoreApi } from 'zustand/vanilla';

/** Something that is to be shown in the dock. `another`: a new terminal even if the host has one. */
export type DockWish =
  | { readonly kind: 'terminal'; readonly hostId: string; readonly another: boolean }
  | { readonly kind: 'show'; readonly tab: string };

export interface DockSlice {
  readonly open: boolean;
  /** CSS pixels. */
  readonly height: number;
  /** Asked for, and not done yet: the dock is loaded when it is first needed. */
  readonly wishes: readonly DockWish[];
  /** Counts up when the dock is to take the focus. */
  readonly focus: number;
}

export interface DockStore extends StoreApi<DockSlice> {
  setOpen(open: boolean): void;
  setHeight(height: number): void;
  /** Opens the dock and has it show something. */
  ask(wish: DockWish): void;
  takeWishes(): readonly DockWish[];
  takeFocus(): void;
}

/** Between these the dock can be dragged, CSS pixels; on a small window it is lower still. */
export const dockHeights = { least: 120, usual: 287, most: 2000 } as const;

/** How a page on a host, an operation or a recording is called as a tab of the dock. */
export const dockTab = {
  terminal: (id: string) => `terminal:${id}`,
  operation: (id: string) => `operation:${id}`,
  recording: (id: string) => `recording:${id}`,
  recordings: 'recordings',
} as const;

const REMEMBERED = 'berth-dock';

/** Whether the dock is open, and how high; both are remembered on this computer. */
export function createDockStore(): DockStore {
  const store = createStore<DockSlice>()(() => ({ ...remembered(), wishes: [], focus: 0 }));
  function keep(change: Partial<Pick<DockSlice, 'open' | 'height'>>): void {
    store.setState(change);
    const { open, height } = store.getState();
    localStorage.setItem(REMEMBERED, JSON.stringify({ open, height }));
  }
  return {
    ...store,
    setOpen: (open) => keep({ open }),
    setHeight: (height) => keep({ height: clampHeight(height) }),
    ask(wish) {
      store.setState(({ wishes }) => ({ wishes: [...wishes, wish] }));
      keep({ open: true });
    },
    takeWishes() {
      const { wishes } = store.getState();
      if (wishes.length > 0) store.setState({ wishes: [] });
      return wishes;
    },
    takeFocus: () => store.setState(({ focus }) => ({ focus: focus + 1 })),
  };
}

export function clampHeight(height: number): number {
  return Math.round(Math.max(dockHeights.least, Math.min(dockHeights.most, height)));
}

function remembered(): Pick<DockSlice, 'open' | 'height'> {
  try {
    const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as { open?: unknown; height?: unknown };
    return {
      open: kept.open === true,
      height: typeof kept.height === 'number' ? clampHeight(kept.height) : dockHeights.usual,
    };
  } catch {
    return { open: false, height: dockHeights.usual };
  }
}
