import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BaseTree, makeBase, type Suite } from '../base/base.ts';
import { keyOf, makeOnce } from '../cache.ts';
import { runCommand } from '../command.ts';
import { imagesPath } from '../places.ts';
import { commitCheckout, commitLayer, LAYER_REF, readCommitFile, type Workshop } from './commits.ts';
import { type Change, dpkgParagraphs, history, impliedChanges, type Release } from './history.ts';
import { type Image, type ImageKind, type ImageName, type ImageSet } from './image-set.ts';
import { type LayerPlan, writeOciImage } from './oci.ts';
import { type ImageFiles, replay } from './replay.ts';
import { initRepository, makeTreeRepository, TREE_REF, type TreeRepository, type TreeSize } from './tree-repository.ts';

const here = import.meta.dirname;

/** What runs on hosts: a folder each, with an `install.sh TREE KIND` that puts it into a tree. */
const hostFolder = join(here, '../host');

/** What shapes the commits beside the trees; a change of these files makes new sets. */
const sources = ['commits.ts', 'history.ts', 'make-images.ts', 'oci.ts', 'replay.ts', 'tar.ts'].map((file) =>
  join(here, file),
);

const kinds: Readonly<Record<ImageKind, { readonly suite: Suite; readonly size: TreeSize }>> = {
  small: { suite: 'forky', size: 'small' },
  full: { suite: 'forky', size: 'full' },
  'full-composefs': { suite: 'forky', size: 'full' },
  old: { suite: 'bookworm', size: 'full' },
};

/** The tree with the stand-ins in it, before the first image. */
const STAND_INS_REF = 'stand-ins';

const STAND_INS_DATE = '2026-01-02T00:00:00Z';

/**
 * Finds a set of images, or makes it from what can be found: base tree, tree, stand-ins, history. Needs root; needs Debian's
 * archive only when there is no base tree of the suite yet. Any number of processes may ask at once.
 */
export async function makeImages(kind: ImageKind): Promise<ImageSet> {
  const { suite, size } = kinds[kind];
  const base = await makeBase(suite);
  const tree = await makeTreeRepository(base, size);
  const key = await keyOf({ texts: ['images', kind, tree.key], files: [...sources, hostFolder] });
  const dir = imagesPath(`${kind}-${key}`);
  await makeOnce(dir, (folder) => fillSet(folder, kind, base, tree));
  const images = JSON.parse(await readFile(join(dir, 'images.json'), 'utf8')) as ImageSet['images'];
  const [repo, archive, oci] = [join(dir, 'repo'), join(dir, 'archive'), join(dir, 'oci')];
  return { kind, key, dir, repo, archive, oci, ostree: base.ostree, images };
}

async function fillSet(folder: string, kind: ImageKind, base: BaseTree, tree: TreeRepository): Promise<void> {
  const scratch = join(folder, 'scratch');
  const repo = join(folder, 'repo');
  const archive = join(folder, 'archive');
  const shop: Workshop = { ostree: base.ostree, repo, scratch };
  await mkdir(scratch);
  await initRepository(base.ostree, repo, 'bare');
  await initRepository(base.ostree, archive, 'archive');
  await linkObjects(tree.repo, repo);
  await linkObjects(tree.archive, archive);
  await commitStandIns(shop, kind);
  const standIns = await keyOf({ texts: [], files: [hostFolder] });

  const steps = history.map((release) => ({ ...release, changes: changesOf(kind, release, base) }));
  const files = await replay(steps, (path) => readCommitFile(shop, STAND_INS_REF, path));
  const images: Partial<Record<ImageName, Image>> = {};
  for (const release of history) {
    const plan = { release, tree, standIns, files: files.get(release.name) ?? new Map() };
    images[release.name] = await makeImage(shop, join(folder, 'oci'), plan);
    await copyRef(base.ostree, repo, archive, `lab/${release.name}`);
  }
  await runCommand([...base.ostree, 'refs', `--repo=${repo}`, '--delete', LAYER_REF]);
  await writeFile(join(folder, 'images.json'), `${JSON.stringify(images, null, 2)}\n`);
  await rm(scratch, { recursive: true });
}

/** All objects of a repository, and the ref to them, in one of the same mode. As `pull-local` would, without looking at each. */
async function linkObjects(from: string, to: string): Promise<void> {
  await runCommand(['cp', '--archive', '--link', `${from}/objects/.`, `${to}/objects`]);
  await copyFile(join(from, 'refs/heads', TREE_REF), join(to, 'refs/heads', TREE_REF));
}

/** A commit from one repository in another. */
async function copyRef(ostree: readonly string[], from: string, to: string, ref: string): Promise<void> {
  await runCommand([...ostree, 'pull-local', '--disable-fsync', `--repo=${to}`, from, ref]);
}

/**
 * Installs what runs on hosts into the tree. The tree's files are links into the repository: an install.sh replaces files
 * (install(1), ln -sfn, sed -i) and never writes into one that is there.
 */
async function commitStandIns(shop: Workshop, kind: ImageKind): Promise<void> {
  const tree = join(shop.scratch, 'tree');
  await runCommand([...shop.ostree, 'checkout', '--require-hardlinks', `--repo=${shop.repo}`, TREE_REF, tree]);
  for (const name of (await readdir(hostFolder)).sort()) {
    const script = join(hostFolder, name, 'install.sh');
    if (existsSync(script)) await runCommand(['sh', '-c', 'umask 022 && exec "$@"', 'sh', script, tree, kind]);
  }
  await commitCheckout(shop, { tree, to: STAND_INS_REF, timestamp: STAND_INS_DATE });
  await rm(tree, { recursive: true });
}

interface ImagePlan {
  readonly release: Release;
  readonly tree: TreeRepository;
  /** Hash of what runs on hosts. */
  readonly standIns: string;
  readonly files: ImageFiles;
}

async function makeImage(shop: Workshop, oci: string, plan: ImagePlan): Promise<Image> {
  const { name, version, timestamp, kernel, os } = plan.release;
  const subject = `${os.name} ${version}`;
  const { files } = plan;
  const commit = await commitLayer(shop, {
    tree: STAND_INS_REF,
    to: `lab/${name}`,
    version,
    subject,
    timestamp,
    files,
  });
  const digest = await writeOciImage(oci, { tag: name, version, timestamp, commit, layers: layersOf(plan, commit) });
  return { name, version, timestamp, commit, digest, kernel };
}

function changesOf(kind: ImageKind, release: Release, base: BaseTree): readonly Change[] {
  const previous = history.find(({ name }) => name === release.from);
  const composefs = '[sysroot]\nreadonly = true\n[composefs]\nenabled = yes\n';
  return [
    ...impliedChanges(release, previous?.kernel ?? null, base.packages),
    ...(kinds[kind].size === 'full' ? [dpkgStatus(release, base)] : []),
    ...(kind === 'full-composefs' ? [{ put: 'usr/lib/ostree/prepare-root.conf', text: composefs }] : []),
    ...release.changes,
  ];
}

function dpkgStatus(release: Release, base: BaseTree): Change {
  return { put: 'usr/lib/sysimage/dpkg/status', text: base.dpkgStatus + dpkgParagraphs(release.packages) };
}

/** Six layers, of which an update brings those that changed. */
function layersOf({ release, tree, standIns }: ImagePlan, commit: string): readonly LayerPlan[] {
  return [
    { name: 'base-system', content: tree.key, size: 420_000 },
    { name: 'base-services', content: tree.key, size: 360_000 },
    { name: 'stand-ins', content: standIns, size: 120_000 },
    { name: 'kernel', content: release.kernel, size: 480_000 },
    { name: 'packages', content: JSON.stringify(release.packages), size: 300_000 },
    { name: 'settings', content: commit, size: 150_000 },
  ];
}
