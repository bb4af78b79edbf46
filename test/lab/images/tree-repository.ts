import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BaseTree } from '../base/base.ts';
import { keyOf, makeOnce } from '../cache.ts';
import { runCommand } from '../command.ts';
import { basePath } from '../places.ts';

/** How much of the base tree a host gets. */
export type TreeSize = 'small' | 'full';

/** Two repositories with one commit, `base`: a bare tree of that size, without stand-ins and without a version. */
export interface TreeRepository {
  readonly key: string;
  readonly repo: string;
  readonly archive: string;
}

/** The ref of the one commit. */
export const TREE_REF = 'base';

/** Everything in the trees is root's or a system user's as the packages say; security labels of this machine do not count. */
export const COMMIT_OPTIONS = ['--no-xattrs', '--disable-fsync', '--no-bindings'] as const;

const builders = join(import.meta.dirname, 'trees');

/** Finds or makes the repositories of a tree. */
export async function makeTreeRepository(base: BaseTree, size: TreeSize): Promise<TreeRepository> {
  const builder = join(builders, `${size}.sh`);
  const key = await keyOf({
    texts: ['tree', base.key, size],
    files: [builder, join(builders, 'common.sh'), join(import.meta.dirname, 'tree-repository.ts')],
  });
  const dir = basePath(`${base.suite}-${size}-${key}`);
  await makeOnce(dir, async (folder) => {
    const [tree, repo, archive] = [join(folder, 'tree'), join(folder, 'repo'), join(folder, 'archive')];
    await runCommand([builder, base.root, tree]);
    await initRepository(base.ostree, repo, 'bare');
    await initRepository(base.ostree, archive, 'archive');
    const commit = [...base.ostree, 'commit', `--repo=${repo}`, `--branch=${TREE_REF}`, ...COMMIT_OPTIONS];
    await runCommand([...commit, '--consume', '--timestamp=2026-01-01T00:00:00Z', `--tree=dir=${tree}`]);
    await runCommand([...base.ostree, 'pull-local', `--repo=${archive}`, repo, TREE_REF]);
    await rm(tree, { recursive: true, force: true });
  });
  return { key, repo: join(dir, 'repo'), archive: join(dir, 'archive') };
}

/** An empty repository. Nothing in the lab outlives the machine, so nothing waits for its disk. */
export async function initRepository(ostree: readonly string[], repo: string, mode: 'bare' | 'archive'): Promise<void> {
  await mkdir(repo);
  await runCommand([...ostree, 'init', `--repo=${repo}`, `--mode=${mode}`]);
  const set = (name: string, value: string) => runCommand([...ostree, 'config', `--repo=${repo}`, 'set', name, value]);
  await set('core.fsync', 'false');
  await set('core.min-free-space-percent', '0');
  if (mode === 'archive') await set('archive.zlib-level', '1');
}
