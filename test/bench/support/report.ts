/** One measure beside what it is held against: a peer that does the same work, or a limit, taken in the same run. */
export interface Measure {
  readonly bench: string;
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  /** The peer or limit, and its value in the same unit. */
  readonly against: string;
  readonly againstValue: number;
  /** What `ratio` should be; `atLeast` for a peer that we want to beat, `atMost` for a limit. */
  readonly aim: { readonly atLeast: number } | { readonly atMost: number };
}

/** Prints the measure as a JSON line. `ratio` is peer / value for `atLeast` aims (times better), value / limit for `atMost`. */
export function report(measure: Measure): void {
  const { value, againstValue, aim } = measure;
  const ratio = 'atLeast' in aim ? againstValue / value : value / againstValue;
  const met = 'atLeast' in aim ? ratio >= aim.atLeast : ratio <= aim.atMost;
  const rounded = { value: round(value), againstValue: round(againstValue), ratio: round(ratio) };
  console.log(JSON.stringify({ ...measure, ...rounded, met }));
}

/** A measure that cannot be taken here, and why. */
export function skip(bench: string, measure: string, reason: string): void {
  console.log(JSON.stringify({ bench, measure, skipped: reason }));
}

/** The middle of several runs. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
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
