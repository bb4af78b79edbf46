import { join } from 'node:path';

/**
 * The folder of everything the lab keeps: BERTH_LAB_DIR, else /var/cache/berth-lab. It must be one file system (object stores are
 * hard-linked) that knows owners, modes and immutable flags; root's, mode 0755.
 */
export function labDir(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['BERTH_LAB_DIR'];
  return given !== undefined && given !== '' ? given : '/var/cache/berth-lab';
}

/** A base tree: packages, unpacked. The key is a hash of all that goes in, so a finished folder never changes. */
export function basePath(key: string): string {
  return join(labDir(), 'base', key);
}

/** A set of images: repositories and OCI blobs. The key is a hash of all that goes in, so a finished folder never changes. */
export function imagesPath(key: string): string {
  return join(labDir(), 'images', key);
}

/** A running lab: its hosts, keys and processes. */
export function labPath(name: string): string {
  return join(labDir(), 'labs', name);
}
