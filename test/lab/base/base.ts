import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf, makeOnce } from '../cache.ts';
import { runCommand } from '../command.ts';
import { basePath } from '../places.ts';

/** Debian's suites, by the ostree that they bring: forky 2026.x, bookworm 2022.7. */
export type Suite = 'forky' | 'bookworm';

/** Packages of a suite, unpacked and configured: what the trees of images are taken from. */
export interface BaseTree {
  readonly key: string;
  readonly suite: Suite;
  readonly dir: string;
  readonly root: string;
  /** Name → version of each package. */
  readonly packages: Readonly<Record<string, string>>;
  /** dpkg's paragraphs of them. */
  readonly dpkgStatus: string;
  /** What to put before ostree's arguments to run the tree's own, from outside and without chroot. */
  readonly ostree: readonly string[];
}

const here = import.meta.dirname;
const scripts = { fetch: join(here, 'fetch.sh'), configure: join(here, 'configure.sh') };
const packageList = join(here, 'packages.txt');

/** Finds the base tree of a suite, or downloads and makes it. Needs root and, to download, Debian's archive. */
export async function makeBase(suite: Suite): Promise<BaseTree> {
  const key = await keyOf({ texts: ['base', suite], files: [scripts.fetch, scripts.configure, packageList] });
  const dir = basePath(`${suite}-${key}`);
  await makeOnce(dir, async (folder) => {
    await runCommand([scripts.fetch, suite, packageList, folder]);
    await runCommand([scripts.configure, join(folder, 'root')]);
    await copyFile(packageList, join(folder, 'packages.txt')); // So that a person can see what was asked for.
  });
  const root = join(dir, 'root');
  return {
    key,
    suite,
    dir,
    root,
    packages: parsePackages(await readFile(join(dir, 'packages'), 'utf8')),
    dpkgStatus: await readFile(join(dir, 'status'), 'utf8'),
    ostree: await ownOstree(root),
  };
}

/** Lines of `name version`. */
export function parsePackages(text: string): Readonly<Record<string, string>> {
  const pairs = text.split('\n').flatMap((line) => {
    const [name, version] = line.split(' ');
    return name !== undefined && version !== undefined ? [[name, version] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/** The tree's own loader runs the tree's ostree with the tree's libraries: this machine's may be older or missing. */
async function ownOstree(root: string): Promise<readonly string[]> {
  const found = await runCommand([
    'find',
    `${root}/usr/lib64/`,
    `${root}/usr/lib/`,
    ...['-maxdepth', '1', '-name', 'ld-linux*.so*', '-print', '-quit'],
  ]);
  const libraries = await runCommand(['find', `${root}/usr/lib/`, '-name', 'libostree-1.so.1', '-printf', '%h']);
  return [found.trim(), '--library-path', libraries.trim(), join(root, 'usr/bin/ostree')];
}
