import { setTimeout as delay } from 'node:timers/promises';

/** Resolves once `condition` holds. Rejects after `timeoutMs`: a bench that waits for ever tells nothing. */
export async function waitUntil(
  what: string,
  timeoutMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`Waited ${timeoutMs / 1000} s for: ${what}`);
    await delay(20);
  }
}
