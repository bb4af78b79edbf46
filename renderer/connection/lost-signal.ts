/** Something that happens at most once; who subscribes later is told at once. */
export interface LostSignal {
  fire(): void;
  subscribe(listener: () => void): () => void;
}

export function createLostSignal(): LostSignal {
  let fired = false;
  const listeners = new Set<() => void>();
  return {
    fire() {
      if (fired) return;
      fired = true;
      for (const listener of listeners) listener();
      listeners.clear();
    },
    subscribe(listener) {
      if (fired) queueMicrotask(listener);
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
