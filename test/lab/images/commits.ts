import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '../command.ts';
import { type Change } from './history.ts';
import { COMMIT_OPTIONS } from './tree-repository.ts';

/** A repository that commits are made in, and a folder for what is needed meanwhile. */
export interface Workshop {
  readonly ostree: readonly string[];
  readonly repo: string;
  readonly scratch: string;
}

export interface CommitRequest {
  /** The ref that is changed, and the one that gets the commit. */
  readonly from: string;
  readonly to: string;
  readonly version: string;
  readonly subject: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly changes: readonly Change[];
}

/** A ref for commits in between; whoever has made all commits deletes it. */
export const SCRATCH_REF = 'scratch';

/**
 * Commits a tree with changes, hashing only these: first the old tree without what is removed, then a layer with what is put.
 * Resolves with the checksum.
 */
export async function commitChanges(shop: Workshop, request: CommitRequest): Promise<string> {
  const folder = await mkdtemp(join(shop.scratch, 'layer-'));
  const layer = join(folder, 'tree');
  await mkdir(layer);
  const from = await commitWithout(shop, request, join(folder, 'skip-list'));
  for (const change of request.changes) {
    if ('put' in change) {
      await put(layer, change.put, change.text, change.executable === true ? 0o755 : 0o644);
    } else if ('append' in change) {
      await appendTo(shop, from, layer, change.append, change.text);
    }
  }
  const about = [`--subject=${request.subject}`, `--add-metadata-string=version=${request.version}`];
  const checksum = await commit(shop, request.to, request.timestamp, [
    ...about,
    `--tree=ref=${from}`,
    `--tree=dir=${layer}`,
  ]);
  await rm(folder, { recursive: true });
  return checksum;
}

/** Commits a whole folder that was checked out with hard links: what was not replaced is not read again. */
export async function commitCheckout(
  shop: Workshop,
  request: { readonly tree: string; readonly to: string; readonly timestamp: string },
): Promise<string> {
  return commit(shop, request.to, request.timestamp, ['--link-checkout-speedup', `--tree=dir=${request.tree}`]);
}

/** The ref to go on from: the given one where nothing is removed. */
async function commitWithout(shop: Workshop, request: CommitRequest, skipList: string): Promise<string> {
  const removed = request.changes.flatMap((change) => ('remove' in change ? [`/${change.remove}\n`] : []));
  if (removed.length === 0) return request.from;
  await writeFile(skipList, removed.join(''));
  await commit(shop, SCRATCH_REF, request.timestamp, [`--skip-list=${skipList}`, `--tree=ref=${request.from}`]);
  return SCRATCH_REF;
}

async function commit(shop: Workshop, ref: string, timestamp: string, more: readonly string[]): Promise<string> {
  const fixed = [`--repo=${shop.repo}`, `--branch=${ref}`, '--parent=none', `--timestamp=${timestamp}`];
  const checksum = await runCommand([...shop.ostree, 'commit', ...fixed, ...COMMIT_OPTIONS, ...more]);
  return checksum.trim();
}

/** A file with its folders, whatever this process's umask is. */
async function put(layer: string, path: string, text: string, mode: number): Promise<void> {
  const file = join(layer, path);
  const made = await mkdir(dirname(file), { recursive: true });
  if (made !== undefined) await runCommand(['chmod', '-R', '755', made]);
  await writeFile(file, text);
  await chmod(file, mode);
}

/** A file with more lines than the old one has; who owns it and who may read it stays. */
async function appendTo(shop: Workshop, from: string, layer: string, path: string, text: string): Promise<void> {
  const old = await runCommand([...shop.ostree, 'cat', `--repo=${shop.repo}`, from, `/${path}`]);
  const listed = await runCommand([...shop.ostree, 'ls', `--repo=${shop.repo}`, from, `/${path}`]);
  const [, mode, user, group] = /^-(\d+) (\d+) (\d+) /.exec(listed) ?? [];
  if (mode === undefined) throw new Error(`/${path} is no file in ${from}.`);
  await put(layer, path, `${old}${text}`, parseInt(mode, 8));
  await chown(join(layer, path), Number(user), Number(group));
}
