/** After the first failure; doubled by each further one. Short, since a lost connection is often back at once. */
const FIRST_DELAY_MS = 2_000;
/** Never longer: a host that is up again is seen within minutes. */
const LONGEST_DELAY_MS = 5 * 60_000;

/**
 * How long to wait after a failure, in milliseconds. `failures`: how many came before it; `random`: 0 to 1. Half of the delay
 * is by chance, so that hosts that were lost together do not come back together.
 */
export function retryDelayMs(failures: number, random: number): number {
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 20));
  return Math.round(delay * (0.5 + random / 2));
}
