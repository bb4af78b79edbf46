import { setMaxListeners } from 'node:events';

/** Ends with its owner, and whatever waits for that hears of it; as many may as there are hosts, which is no leak. */
export function createLifetime(): AbortController {
  const lifetime = new AbortController();
  setMaxListeners(0, lifetime.signal);
  return lifetime;
}
