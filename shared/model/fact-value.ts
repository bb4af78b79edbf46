import type { Fact } from './fact.ts';

/** The value of a fact, or null where it is not known. */
export function valueOf<T>(fact: Fact<T>): T | null {
  return fact.state === 'known' ? fact.value : null;
}
