import type { ImageReference } from '../model/image.ts';
import { cleanText } from './text.ts';

const SCHEMES = /^(ostree-(?:unverified|remote)-(?:registry|image)|ostree-image-signed):(.+)$/;
const TRANSPORTS = new Set([
  'registry',
  'oci',
  'oci-archive',
  'docker-archive',
  'docker-daemon',
  'containers-storage',
  'dir',
]);

/** What an origin file says of its deployment. `layered`: in bootc's eyes, so that bootc refuses to update it. */
export interface Origin {
  /** The container image reference or the ostree refspec, as written. */
  readonly source: string | null;
  readonly layered: boolean;
  readonly layers: readonly string[];
}

/** What was layered with rpm-ostree, by kind. */
export interface Layering {
  readonly packages: readonly string[];
  readonly localPackages: readonly string[];
  readonly removals: readonly string[];
  readonly replacements: readonly string[];
  readonly initramfs: boolean;
}

/**
 * An image reference as ostree's containers spell it (`ostree-unverified-registry:quay.io/acme/web:latest`,
 * `ostree-image-signed:docker://…`, `ostree-remote-registry:REMOTE:…`); null for anything else, such as a refspec.
 */
export function parseImageOrigin(text: string): ImageReference | null {
  const match = SCHEMES.exec(text);
  if (!match) return null;
  const scheme = match[1] ?? '';
  let rest = match[2] ?? '';
  let signature: string | null = null;
  if (scheme === 'ostree-image-signed') signature = 'containerPolicy';
  if (scheme.startsWith('ostree-remote-')) {
    const colon = rest.indexOf(':');
    if (colon < 1) return null;
    signature = `ostreeRemote:${rest.slice(0, colon)}`;
    rest = rest.slice(colon + 1);
  }
  if (scheme.endsWith('-registry')) return { image: rest, transport: 'registry', signature };
  if (rest.startsWith('docker://')) return { image: rest.slice('docker://'.length), transport: 'registry', signature };
  const colon = rest.indexOf(':');
  const transport = rest.slice(0, Math.max(colon, 0));
  return TRANSPORTS.has(transport) ? { image: rest.slice(colon + 1), transport, signature } : null;
}

/** Reads `/ostree/deploy/<stateroot>/deploy/<id>.origin`, a key file. Never fails: what it does not know it skips. */
export function parseOrigin(text: string): Origin {
  const values = new Map<string, string>();
  const groups = new Set<string>();
  let group = '';
  for (const line of text.split('\n', 500)) {
    const header = /^\[(.+)\]\s*$/.exec(line);
    const equals = line.indexOf('=');
    if (header) groups.add((group = header[1] ?? ''));
    else if (equals > 0) values.set(`${group}/${line.slice(0, equals).trim()}`, line.slice(equals + 1).trim());
  }
  const list = (key: string) => (values.get(key) ?? '').split(';').filter(Boolean);
  const source = values.get('origin/container-image-reference') ?? values.get('origin/refspec') ?? null;
  return {
    source: source === null ? null : cleanText(source) || null,
    layered: ['rpmostree', 'packages', 'overrides', 'modules'].some((name) => groups.has(name)),
    layers: layersInWords({
      packages: list('packages/requested'),
      localPackages: list('packages/requested-local').map(withoutChecksum),
      removals: list('overrides/remove'),
      replacements: list('overrides/replace-local').map(withoutChecksum),
      initramfs: values.get('rpmostree/regenerate-initramfs') === 'true',
    }),
  };
}

/** Layered things in words, at most 200 of them. */
export function layersInWords(layering: Layering): string[] {
  return [
    ...layering.packages,
    ...layering.localPackages.map((name) => `${name} (local file)`),
    ...layering.removals.map((name) => `${name} (removed)`),
    ...layering.replacements.map((name) => `${name} (replaced)`),
    ...(layering.initramfs ? ['initramfs made on the host'] : []),
  ]
    .slice(0, 200)
    .map((words) => cleanText(words, 300));
}

/** Local packages are written `<sha256>:<name-version-release.arch>`. */
function withoutChecksum(entry: string): string {
  return entry.replace(/^[0-9a-f]{64}:/, '');
}
