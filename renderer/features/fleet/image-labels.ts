import { imageShortener } from '../../../shared/logic/format.ts';

/**
 * What images are called where there is little room: their last `parts` (1: `web:stable`, 2: `acme/web:stable`) where no other
 * image on the screen is called so, else with as much before them as tells them apart. An ostree branch keeps two parts
 * (`coreos/stable`).
 */
export function imageLabels(references: readonly string[], parts: 1 | 2 = 1): (reference: string) => string {
  const names = [...new Set(references.map(withoutTransport))];
  const uses = new Map<string, number>();
  for (const name of names) uses.set(tail(name, parts), (uses.get(tail(name, parts)) ?? 0) + 1);
  const shorten = imageShortener(names.filter((name) => !isBranch(name)));
  return (reference) => {
    const name = withoutTransport(reference);
    return (uses.get(tail(name, parts)) ?? 0) > 1 ? shorten(name) : tail(name, parts);
  };
}

/** rpm-ostree writes how it verifies and fetches before the image: `ostree-image-signed:docker://quay.io/acme/web`. */
function withoutTransport(reference: string): string {
  return reference.replace(/^ostree-[a-z-]+:(?:(?:docker|registry|oci|oci-archive|containers-storage):(?:\/\/)?)?/, '');
}

/** `remote:fedora/x86_64/coreos/stable`: a colon before the first slash that is no port, and no tag at the end. */
function isBranch(name: string): boolean {
  return /^[^/:]+:(?!\d+\/)[^/]+\/[^:@]*$/.test(name);
}

function tail(name: string, parts: number): string {
  return name
    .split('/')
    .slice(isBranch(name) ? -2 : -parts)
    .join('/');
}
