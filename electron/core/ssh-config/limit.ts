/** Runs what it is given, at most so many at a time, in the order of the calls. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

export function createLimit(atATime: number): Limit {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atATime) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place goes from hand to hand.
      if (next) next();
      else running -= 1;
    }
  };
}
