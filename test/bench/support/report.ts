/** One measure beside what it is held against: a peer that does the same work, or a limit, taken in the same run. */
export interface Measure {
  readonly bench: string;
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  /** The peer or limit, and its value in the same unit. */
  readonly against: string;
  readonly againstValue: number;
  /** Which values are good ones; times and sizes, the usual case, should be small. */
  readonly better?: 'smaller' | 'larger';
  /**
   * What `ratio` should be. `atLeast`: so many times better than the peer or limit; `atMost`: so large a part of it.
   * Null: nothing is asked of it, the number is for the reader.
   */
  readonly aim: { readonly atLeast: number } | { readonly atMost: number } | null;
}

/** Prints the measure as a JSON line. `ratio` is value / peer, or for an `atLeast` aim how many times better than the peer. */
export function report(measure: Measure): void {
  const { bench, measure: name, value, unit, against, againstValue, aim, better = 'smaller' } = measure;
  const timesBetter = aim !== null && 'atLeast' in aim && better === 'smaller';
  const ratio = timesBetter ? againstValue / value : value / againstValue;
  const met = aim && ('atLeast' in aim ? ratio >= aim.atLeast : ratio <= aim.atMost);
  const peer = { against, againstValue: round(againstValue), ratio: round(ratio) };
  console.log(JSON.stringify({ bench, measure: name, value: round(value), unit, ...peer, aim, met }));
}

/** A measure that cannot be taken here, and why. */
export function skip(bench: string, measure: string, reason: string): void {
  console.log(JSON.stringify({ bench, measure, skipped: reason }));
}

/** The middle of several runs. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `percent` of all do not exceed. NaN when there are none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
