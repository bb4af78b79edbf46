/** The kernel arguments that a boot gains and loses, in their order. Arguments that stand twice count twice. */
export interface ArgumentChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Which deployment is booted, which kernel file and initramfs: not what anybody set, and never the same twice. */
const OF_THE_BOOT = /^(?:ostree|composefs|BOOT_IMAGE|initrd)=/;

/**
 * Splits a kernel command line at blanks outside of double quotes, as the kernel does. What only says which deployment is booted is
 * left out, and so are variables of the boot loader (`$tuned_params`).
 */
export function splitArguments(commandLine: string): string[] {
  const words = commandLine.slice(0, 16_384).match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return ownArguments(words);
}

/** Of some arguments those that somebody set, see `splitArguments`. */
export function ownArguments(words: readonly string[]): string[] {
  return words.filter((word) => !OF_THE_BOOT.test(word) && !word.startsWith('$'));
}

/** What changes from one list to another, whatever their order. */
export function argumentChange(from: readonly string[], to: readonly string[]): ArgumentChange {
  return { added: without(to, from), removed: without(from, to) };
}

/**
 * The arguments of a deployment that bootc stages (reference 5.2): what is there stays, what the new image asks for beyond the old one
 * comes last, and what only the old one asked for goes.
 */
export function stagedArguments(
  current: readonly string[],
  oldImage: readonly string[],
  newImage: readonly string[],
): string[] {
  const { added, removed } = argumentChange(oldImage, newImage);
  return [...without(current, removed), ...added];
}

/** What Berth's own arguments on a host are once some were added and removed: bootc takes the whole list of a source (reference 2.9). */
export function ownAfter(
  own: readonly string[],
  { append, remove }: { readonly append: readonly string[]; readonly remove: readonly string[] },
): string[] {
  const left = without(own, remove);
  return [...left, ...append.filter((word) => !left.includes(word))];
}

function without(words: readonly string[], gone: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of gone) counts.set(word, (counts.get(word) ?? 0) + 1);
  return words.filter((word) => {
    const left = counts.get(word) ?? 0;
    counts.set(word, left - 1);
    return left <= 0;
  });
}
