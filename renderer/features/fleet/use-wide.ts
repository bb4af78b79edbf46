import { useSyncExternalStore } from 'react';

/** From this window width on the table has all its columns; the style sheets know the same number. */
const query = '(min-width: 1001px)';

export function useWide(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

function subscribe(listener: () => void): () => void {
  const list = matchMedia(query);
  list.addEventListener('change', listener);
  return () => list.removeEventListener('change', listener);
}
