import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '../command.ts';
import type { ImageFile, ImageFiles } from './replay.ts';
import { COMMIT_OPTIONS } from './tree-repository.ts';

/** A repository that commits are made in, and a folder for what is needed meanwhile. */
export interface Workshop {
  readonly ostree: readonly string[];
  readonly repo: string;
  readonly scratch: string;
}

export interface LayerRequest {
  /** The ref with the tree below, and the one that gets the commit. */
  readonly tree: string;
  readonly to: string;
  readonly version: string;
  readonly subject: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly files: ImageFiles;
}

/** A ref for a layer alone; whoever has made all commits deletes it. */
export const LAYER_REF = 'layer';

/**
 * Commits a tree with files above it and resolves with the checksum. The layer becomes a commit first: ostree joins two commits
 * without reading any file again.
 */
export async function commitLayer(shop: Workshop, request: LayerRequest): Promise<string> {
  const layer = await mkdtemp(join(shop.scratch, 'layer-'));
  for (const [path, file] of request.files) await writeImageFile(join(layer, path), file);
  await runCommand(['find', layer, '-type', 'd', '-exec', 'chmod', '755', '{}', '+']);
  await commit(shop, LAYER_REF, request.timestamp, [...COMMIT_OPTIONS, `--tree=dir=${layer}`]);
  await rm(layer, { recursive: true });
  return commit(shop, request.to, request.timestamp, [
    ...COMMIT_OPTIONS.filter((option) => option !== '--no-xattrs'), // It would read all files.
    `--subject=${request.subject}`,
    `--add-metadata-string=version=${request.version}`,
    ...[`--tree=ref=${request.tree}`, `--tree=ref=${LAYER_REF}`],
  ]);
}

/** Commits a whole folder that was checked out with hard links: what was not replaced is not hashed again. */
export async function commitCheckout(
  shop: Workshop,
  request: { readonly tree: string; readonly to: string; readonly timestamp: string },
): Promise<string> {
  const { tree, to, timestamp } = request;
  return commit(shop, to, timestamp, [...COMMIT_OPTIONS, '--link-checkout-speedup', `--tree=dir=${tree}`]);
}

/** A file of a commit with its owner and mode. Rejects where there is none. */
export async function readCommitFile(shop: Workshop, ref: string, path: string): Promise<ImageFile> {
  const listed = await runCommand([...shop.ostree, 'ls', `--repo=${shop.repo}`, ref, `/${path}`]);
  const [, mode, user, group] = /^-(\d+) (\d+) (\d+) /.exec(listed) ?? [];
  if (mode === undefined) throw new Error(`/${path} is no file in ${ref}.`);
  const text = await runCommand([...shop.ostree, 'cat', `--repo=${shop.repo}`, ref, `/${path}`]);
  return { text, mode: parseInt(mode, 8), user: Number(user), group: Number(group) };
}

async function commit(shop: Workshop, ref: string, timestamp: string, more: readonly string[]): Promise<string> {
  const fixed = [`--repo=${shop.repo}`, `--branch=${ref}`, '--parent=none', `--timestamp=${timestamp}`];
  return (await runCommand([...shop.ostree, 'commit', ...fixed, ...more])).trim();
}

async function writeImageFile(place: string, { text, mode, user, group }: ImageFile): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, text);
  await chown(place, user, group);
  await chmod(place, mode); // Whatever this process's umask is.
}
