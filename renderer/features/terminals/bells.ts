import type { TerminalInfo } from '../../../shared/model/terminal.ts';

/** How many bells of each terminal were seen, by its id. */
export type SeenBells = ReadonlyMap<string, number>;

/**
 * What has been seen now: bells of terminals that are looked at, and of those that are new here. `rings`: the ones with a bell that nobody has
 * seen or was told of; each is to be told once, until somebody looks.
 */
export function lookAtBells(
  terminals: Iterable<Pick<TerminalInfo, 'id' | 'bells' | 'hostId'>>,
  seen: SeenBells,
  told: ReadonlySet<string>,
  isLookedAt: (id: string) => boolean,
): {
  readonly seen: SeenBells;
  readonly told: ReadonlySet<string>;
  readonly rings: readonly { readonly id: string; readonly hostId: string }[];
} {
  const nextSeen = new Map<string, number>();
  const nextTold = new Set<string>();
  const rings: { id: string; hostId: string }[] = [];
  for (const { id, bells, hostId } of terminals) {
    const before = seen.get(id);
    if (before === undefined || before >= bells || isLookedAt(id)) {
      nextSeen.set(id, bells);
      continue;
    }
    nextSeen.set(id, before);
    nextTold.add(id);
    if (!told.has(id)) rings.push({ id, hostId });
  }
  return { seen: isSame(seen, nextSeen) ? seen : nextSeen, told: nextTold, rings };
}

function isSame(one: SeenBells, other: SeenBells): boolean {
  return one.size === other.size && [...one].every(([id, bells]) => other.get(id) === bells);
}
