import { createStore, type StoreApi } from 'zustand/vanilla';

/** A short message. With an action it stays longer: a person must be able to reach the button. */
export interface Toast {
  readonly id: number;
  readonly tone: 'ok' | 'info' | 'warn' | 'danger';
  readonly text: string;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** How long a toast stays, in milliseconds. Bad news stays until it is closed. */
export const TOAST_STAY_MS = { plain: 6000, withAction: 15_000 } as const;

export interface ToastsStore extends StoreApi<{ readonly toasts: readonly Toast[] }> {
  add(toast: Omit<Toast, 'id' | 'action'> & { readonly action?: Toast['action'] }): void;
  dismiss(id: number): void;
  dispose(): void;
}

export function createToastsStore(): ToastsStore {
  const store = createStore<{ toasts: readonly Toast[] }>()(() => ({ toasts: [] }));
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let lastId = 0;

  function dismiss(id: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    store.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
  }

  return {
    ...store,
    add({ action = null, ...toast }) {
      const id = (lastId += 1);
      store.setState(({ toasts }) => ({ toasts: [...toasts, { ...toast, action, id }] }));
      if (toast.tone === 'danger') return;
      timers.set(
        id,
        setTimeout(() => dismiss(id), action ? TOAST_STAY_MS.withAction : TOAST_STAY_MS.plain),
      );
    },
    dismiss,
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
