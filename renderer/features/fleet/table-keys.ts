import type { FleetLine } from './use-fleet-rows.ts';

/** The line a key moves the cursor to, null for other keys. `from` -1: there is no cursor yet. `page`: lines of a screen. */
export function nextCursor(key: string, lines: readonly FleetLine[], from: number, page: number): number | null {
  const last = lines.length - 1;
  const to = {
    ArrowDown: from + 1,
    ArrowUp: from < 0 ? last : from - 1,
    PageDown: from + Math.max(1, page),
    PageUp: from - Math.max(1, page),
    Home: 0,
    End: last,
  }[key];
  if (to === undefined) return null;
  return skipHeading(lines, Math.max(0, Math.min(last, to)), to < from ? -1 : 1);
}

/** The cursor stays on hosts: there is nothing to do with a heading. */
function skipHeading(lines: readonly FleetLine[], at: number, step: 1 | -1): number {
  for (const direction of [step, -step]) {
    for (let index = at; index >= 0 && index < lines.length; index += direction) {
      if (lines[index]?.kind === 'host') return index;
    }
  }
  return at;
}

/** What is selected after Shift took the selection from one line to another: what was, and all hosts between. */
export function selectionAfter(
  lines: readonly FleetLine[],
  fromKey: string,
  toKey: string,
  before: ReadonlySet<string>,
): ReadonlySet<string> {
  const from = lines.findIndex(({ key }) => key === fromKey);
  const to = lines.findIndex(({ key }) => key === toKey);
  if (from < 0 || to < 0) return before;
  const between = lines.slice(Math.min(from, to), Math.max(from, to) + 1);
  return new Set([...before, ...between.flatMap((line) => (line.kind === 'host' ? [line.id] : []))]);
}
