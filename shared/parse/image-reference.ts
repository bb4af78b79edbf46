import { failure, type Failure } from '../errors/failure.ts';
import type { ImageReference } from '../model/image.ts';

/** Where bootc can take an image from (reference 2.4); all but `registry` and `containers-storage` name a path. */
export const imageTransports = [
  'registry',
  'containers-storage',
  'oci',
  'oci-archive',
  'docker-archive',
  'dir',
] as const;
export type ImageTransport = (typeof imageTransports)[number];

/** What an image of a registry is called, in its parts. `host` null: none is told, which the host's registries.conf completes. */
export interface ParsedImageName {
  readonly host: string | null;
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

export type ImageNameResult =
  { readonly ok: true; readonly value: ParsedImageName } | { readonly ok: false; readonly failure: Failure };

/** The longest name (host and path) that the grammar allows; a tag is 128, a digest 32 to 128 hex digits. */
const MAX_NAME = 255;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,128}$/;
const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]{1,5})?$/;
const IPV6 = /^\[[0-9a-fA-F:]+\](?::[0-9]{1,5})?$/;

/**
 * Reads `[host[:port]/]path[:tag][@digest]` by the grammar of the distribution specification. A first part is a host if it has a dot or a
 * colon, or is `localhost`. What is wrong is said in words.
 */
export function parseImageName(text: string): ImageNameResult {
  if (text === '') return wrong('it is empty');
  if (/[^\x21-\x7e]/.test(text)) return wrong('it has a blank or a character that is not ASCII');
  if (/^[a-z-]+:\/\//i.test(text))
    return wrong('it is written without docker:// or https://; the transport stands apart');
  const at = text.indexOf('@');
  const digest = at === -1 ? null : text.slice(at + 1);
  if (digest !== null && !DIGEST.test(digest)) return wrong(`“${digest}” is no digest: sha256: and 64 hex digits`);
  if (digest?.startsWith('sha256:') && digest.length !== 71) return wrong('a sha256 digest has 64 hex digits');
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon === -1 ? null : named.slice(colon + 1);
  if (tag !== null && !TAG.test(tag)) return wrong(`“${tag}” is no tag: letters, digits, _ . and -, at most 128`);
  const name = colon === -1 ? named : named.slice(0, colon);
  if (name.length > MAX_NAME) return wrong(`its name is longer than ${MAX_NAME} characters`);
  const [first = '', ...rest] = name.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first));
  if (hasHost && !DOMAIN.test(first) && !IPV6.test(first)) return wrong(`“${first}” is no name of a registry`);
  const path = hasHost ? rest : [first, ...rest];
  const bad = path.find((component) => !COMPONENT.test(component));
  if (bad === '') return wrong('a part between slashes is empty');
  if (bad !== undefined)
    return wrong(`“${bad}” is no part of a name: lower case letters and digits, with . _ or - between`);
  return { ok: true, value: { host: hasHost ? first : null, path: path.join('/'), tag, digest } };
}

/** Why a reference cannot be switched to, or null. A path of a local transport is absolute, and has its tag after a colon at most. */
export function imageReferenceFailure({
  image,
  transport,
}: Pick<ImageReference, 'image' | 'transport'>): Failure | null {
  if (!(imageTransports as readonly string[]).includes(transport))
    return failure('input.image-transport', { value: transport });
  if (transport === 'registry' || transport === 'containers-storage') {
    const parsed = parseImageName(image);
    return parsed.ok ? null : parsed.failure;
  }
  if (!/^\/[\x21-\x7e]*$/.test(image) || image.length > 4096)
    return invalid('a local image is an absolute path without blanks');
  return null;
}

function wrong(detail: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: invalid(detail) };
}

function invalid(detail: string): Failure {
  return failure('input.image-reference', { detail });
}
