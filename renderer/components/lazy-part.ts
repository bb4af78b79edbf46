import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

/** Between two attempts to load a part, milliseconds. A network that has just changed is there again by then. */
const AGAIN_AFTER_MS = [200, 1000, 3000] as const;

/**
 * A component that is loaded when it is first shown. A browser drops what it is loading when the network of the computer changes (a VPN comes up,
 * a cable goes), even from this computer itself: it is asked again.
 */
export function lazyPart<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await withPatience(load) }));
}

async function withPatience<T>(load: () => Promise<T>): Promise<T> {
  for (const wait of AGAIN_AFTER_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return load();
}
