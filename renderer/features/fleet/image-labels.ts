import { imageShortener } from '../../../shared/logic/format.ts';

/**
 * What images are called in a narrow column: the name alone (`web:stable`) where no other image on the screen is called so, else with
 * as much before it as tells them apart. An ostree branch keeps its last two parts (`coreos/stable`).
 */
export function imageLabels(references: readonly string[]): (reference: string) => string {
  const uses = new Map<string, number>();
  for (const reference of references) uses.set(tail(reference), (uses.get(tail(reference)) ?? 0) + 1);
  const shorten = imageShortener(references.filter((reference) => !isBranch(reference)));
  return (reference) => {
    if ((uses.get(tail(reference)) ?? 0) > 1) return shorten(reference);
    return isBranch(reference) ? tail(reference) : shorten(reference).split('/').slice(-1).join('');
  };
}

/** `remote:fedora/x86_64/coreos/stable`: the colon comes before the first slash, and no port follows it. */
function isBranch(reference: string): boolean {
  return /^[^/:]+:(?!\d+\/)[^/]+\//.test(reference);
}

function tail(reference: string): string {
  return reference
    .split('/')
    .slice(isBranch(reference) ? -2 : -1)
    .join('/');
}
