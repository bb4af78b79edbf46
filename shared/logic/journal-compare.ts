import type { BootsCompared, ComparedLine, JournalEntry } from '../model/journal.ts';

/** Lines of one unit and one boot that are listed. */
const MAX_LINES = 400;
const MAX_UNITS = 500;

type ComparedUnit = BootsCompared['units'][number];

/**
 * Puts what two boots said beside each other, unit by unit. Two messages are the same where they differ in numbers, addresses and ids only. Listed
 * are those that only one boot has, and of the others those of priority warning and worse; the rest is counted. What is only in the bad boot
 * comes first, the worst first.
 */
export function compareUnits(bad: readonly JournalEntry[], good: readonly JournalEntry[]): ComparedUnit[] {
  const [badUnits, goodUnits] = [gather(bad), gather(good)];
  const names = [...new Set([...badUnits.keys(), ...goodUnits.keys()])];
  return names
    .map((unit) =>
      compareUnit(unit, badUnits.get(unit) ?? new Map<string, Said>(), goodUnits.get(unit) ?? new Map<string, Said>()),
    )
    .sort((a, b) => rank(a) - rank(b) || (a.unit < b.unit ? -1 : 1))
    .slice(0, MAX_UNITS);
}

/** What was said in one shape: its first entry, how often, and the worst priority of it. */
interface Said {
  readonly first: JournalEntry;
  readonly firstMs: number;
  count: number;
  priority: number | null;
}

function gather(entries: readonly JournalEntry[]): ReadonlyMap<string, ReadonlyMap<string, Said>> {
  const units = new Map<string, Map<string, Said>>();
  const start = entries[0]?.monotonicUs ?? 0;
  for (const entry of entries) {
    const name = entry.unit ?? (entry.identifier || 'journal');
    const shapes = units.get(name) ?? new Map<string, Said>();
    units.set(name, shapes);
    const shape = shapeOf(entry.message);
    const said = shapes.get(shape);
    if (!said) {
      const firstMs = Math.max(0, entry.monotonicUs - start) / 1000;
      shapes.set(shape, { first: entry, firstMs, count: 1, priority: entry.priority });
    } else {
      said.count += 1;
      said.priority = worse(said.priority, entry.priority);
    }
  }
  return units;
}

/** A message without what differs from boot to boot. */
function shapeOf(message: string): string {
  return message
    .slice(0, 400)
    .replace(/\b(?:0x)?(?=[0-9a-f-]*\d)[0-9a-f][0-9a-f-]{7,}\b/gi, '#')
    .replace(/\d+(?:[.:,]\d+)*/g, '#');
}

function compareUnit(unit: string, bad: ReadonlyMap<string, Said>, good: ReadonlyMap<string, Said>): ComparedUnit {
  const lines = (own: ReadonlyMap<string, Said>, other: ReadonlyMap<string, Said>) =>
    [...own]
      .map(([shape, said]) => ({ said, only: !other.has(shape) }))
      .filter(({ said, only }) => only || isBad(said.priority))
      .slice(0, MAX_LINES)
      .map(({ said, only }): ComparedLine => ({
        text: said.first.message.slice(0, 2000),
        priority: said.priority,
        count: said.count,
        firstMs: said.firstMs,
        cursor: said.first.cursor,
        only,
      }));
  const worst = [...bad.values()].reduce<number | null>((sum, { priority }) => worse(sum, priority), null);
  return {
    unit,
    in: good.size === 0 ? 'bad' : bad.size === 0 ? 'good' : 'both',
    worst,
    bad: lines(bad, good),
    good: lines(good, bad),
    common: [...bad.keys()].filter((shape) => good.has(shape)).length,
  };
}

const isBad = (priority: number | null) => priority !== null && priority <= 4;

function worse(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** First what only the bad boot says, by how bad; then what is missing in it; then what differs in nothing. */
function rank({ bad, good }: ComparedUnit): number {
  const own = bad.filter(({ only }) => only);
  if (own.length > 0) return Math.min(...own.map(({ priority }) => priority ?? 6));
  return good.some(({ only }) => only) ? 10 : 20;
}
