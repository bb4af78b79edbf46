import { images, isContainer, newestOf, type DemoImage, type ImageName, type Release } from './releases.ts';

/** What a reference gets from the simulated registry. */
export interface PulledImage {
  readonly image: ImageName;
  readonly release: Release;
}

const names = Object.keys(images) as readonly ImageName[];

/** The words of skopeo and the registry, or the image. An image has the tag of its story, a tag for each version, and its digests. */
export type RegistryAnswer =
  ({ readonly kind: 'image' } & PulledImage) | { readonly kind: 'error'; readonly text: string };

/** What `reference` is to a host that asks the registry now. */
export function askRegistry(reference: string): RegistryAnswer {
  const { repository, tag, digest } = splitReference(reference);
  const image = names
    .filter(isContainer)
    .find((name) => splitReference(images[name].reference).repository === repository);
  if (image) {
    const release = releaseOf(image, tag, digest);
    if (release) return { kind: 'image', image, release };
  }
  const registry = repository.split('/')[0] ?? repository;
  const isKnown = names.some((name) => isContainer(name) && images[name].reference.startsWith(`${registry}/`));
  if (!isKnown) return { kind: 'error', text: noSuchHost(registry) };
  const what = image ? 'manifest unknown' : 'name unknown: repository not found';
  return { kind: 'error', text: `reading manifest ${digest ?? tag} in ${repository}: ${what}` };
}

export function noSuchHost(registry: string): string {
  return `pinging container registry ${registry}: Get "https://${registry}/v2/": dial tcp: lookup ${registry} on 10.20.0.53:53: no such host`;
}

export function unauthorized(reference: string): string {
  const { repository, tag } = splitReference(reference);
  return `reading manifest ${tag} in ${repository}: unauthorized: access to the requested resource is not authorized`;
}

/** The parts of an image reference; the tag is `latest` where none is named. */
export function splitReference(reference: string): {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | null;
} {
  const [name = '', digest = null] = reference.split('@');
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/')
    ? { repository: name.slice(0, colon), tag: name.slice(colon + 1), digest }
    : { repository: name, tag: 'latest', digest };
}

function releaseOf(image: ImageName, tag: string, digest: string | null): Release | null {
  const { reference, releases }: DemoImage = images[image];
  if (digest !== null) return releases.find((release) => release.digest === digest) ?? null;
  if (tag === splitReference(reference).tag) return newestOf(image);
  return releases.find(({ version }) => version === tag) ?? null;
}
