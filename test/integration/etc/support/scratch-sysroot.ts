import { createHash } from 'node:crypto';
import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { EtcNode, EtcPath, EtcTree } from '../../../../shared/model/etc.ts';
import { contentOf } from '../../../unit/logic/etc-trees.ts';

const run = promisify(execFile);
const FENCE = path.resolve(import.meta.dirname, '../../../lab/boot/fence.py');
/** In memory where the machine has such a place: ostree syncs the file system that it deploys to. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** What the merge made of /etc, or why it ended. */
export type MergeResult = { readonly merged: EtcTree } | { readonly words: string };

/** A sysroot of its own in a folder, into which the real ostree deploys; nothing boots from it. */
export interface ScratchSysroot {
  /** Deploys an image with `base`, gives it `local` as its /etc, and deploys one with `target`, which merges. */
  begin(base: EtcTree): Promise<void>;
  merge(local: EtcTree, target: EtcTree): Promise<MergeResult>;
  dispose(): void;
}

export function createScratchSysroot(): ScratchSysroot {
  const folder = mkdtempSync(path.join(PLACE, 'berth-etc-'));
  const [sysroot, images] = [path.join(folder, 'sysroot'), path.join(folder, 'images')];
  const repo = path.join(sysroot, 'ostree/repo');
  const deployments = path.join(sysroot, 'ostree/deploy/os/deploy');
  let [count, booted] = [0, ''];
  mkdirSync(sysroot);

  // Without the flag that keeps a deployment's top folder from being removed, and behind the fence: it would freeze this machine's disk.
  const ostree = (...words: readonly string[]) =>
    run('python3', ['-ISB', FENCE, 'ostree', ...words], {
      env: { ...process.env, LC_ALL: 'C', OSTREE_SYSROOT_DEBUG: 'mutable-deployments' },
    });

  async function commit(tree: EtcTree): Promise<string> {
    const image = path.join(images, String((count += 1)));
    for (const name of ['usr/etc', 'usr/lib/modules/1']) mkdirSync(path.join(image, name), { recursive: true });
    writeFileSync(path.join(image, 'usr/lib/os-release'), 'PRETTY_NAME=Scratch\n');
    for (const name of ['vmlinuz', 'initramfs.img']) writeFileSync(path.join(image, 'usr/lib/modules/1', name), name);
    writeTree(path.join(image, 'usr/etc'), tree);
    const { stdout } = await ostree(
      `--repo=${repo}`,
      'commit',
      `--branch=image${String(count)}`,
      `--tree=dir=${image}`,
    );
    rmSync(image, { recursive: true });
    return stdout.trim();
  }

  const deploy = (checksum: string) => ostree('admin', 'deploy', `--sysroot=${sysroot}`, '--os=os', checksum);

  return {
    async begin(base) {
      await ostree('admin', 'init-fs', '--modern', sysroot);
      await ostree('admin', 'os-init', `--sysroot=${sysroot}`, 'os');
      for (const [key, value] of [
        ['sysroot.bootloader', 'none'],
        ['core.fsync', 'false'],
        ['core.min-free-space-percent', '0'],
      ] as const) {
        await ostree(`--repo=${repo}`, 'config', 'set', key, value);
      }
      booted = await commit(base);
      await deploy(booted);
    },
    async merge(local, target) {
      const etc = path.join(deployments, `${booted}.0/etc`);
      for (const name of readdirSync(etc)) rmSync(path.join(etc, name), { recursive: true });
      writeTree(etc, local);
      const checksum = await commit(target);
      try {
        await deploy(checksum);
      } catch (error) {
        return {
          words:
            String((error as { stderr?: unknown }).stderr)
              .trim()
              .split('\n')
              .at(-1) ?? '',
        };
      }
      return { merged: readMerged(path.join(deployments, `${checksum}.0/etc`), local, target) };
    },
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Extended attributes, of which every file system knows the trusted ones; Node knows none. */
const SET_ATTRIBUTES = `import json, os, sys
for path, value in json.load(sys.stdin): os.setxattr(path, "trusted.berth", value.encode())`;
const GET_ATTRIBUTES = `import json, os, sys
json.dump([os.getxattr(path, "trusted.berth").decode() if "trusted.berth" in os.listxattr(path) else "" for path in json.load(sys.stdin)], sys.stdout)`;

function python(script: string, input: unknown): string {
  return execFileSync('python3', ['-ISBc', script], { input: JSON.stringify(input), encoding: 'utf8' });
}

/** The merged tree; attributes of paths that have some in the trees it was made of. */
function readMerged(root: string, local: EtcTree, target: EtcTree): EtcTree {
  const tree = readTree(root);
  const names = [...tree.keys()].filter((name) =>
    [local, target].some((each) => (each.get(name)?.xattrs ?? null) !== null),
  );
  const values = JSON.parse(
    python(
      GET_ATTRIBUTES,
      names.map((name) => path.join(root, name)),
    ),
  ) as string[];
  for (const [index, name] of names.entries()) {
    const node = tree.get(name);
    if (node) tree.set(name, { ...node, xattrs: values[index] ?? '' });
  }
  return tree;
}

/** `tree` has directories before what is inside. */
function writeTree(root: string, tree: EtcTree): void {
  const fifos: string[] = [];
  for (const [name, node] of tree) {
    const file = path.join(root, name);
    if (node.type === 'directory') mkdirSync(file);
    else if (node.type === 'symlink') symlinkSync(node.link ?? '', file);
    else if (node.type === 'fifo') fifos.push(file);
    else writeFileSync(file, contentOf(node));
    if (node.type === 'symlink') lchownSync(file, node.uid, node.gid);
    else if (node.type !== 'fifo') {
      // Always: a directory may give its group to what is made in it.
      chownSync(file, node.uid, node.gid);
      chmodSync(file, node.mode);
    }
  }
  const attributes = [...tree].flatMap(([name, { xattrs }]) =>
    xattrs === null ? [] : [[path.join(root, name), xattrs]],
  );
  if (attributes.length > 0) python(SET_ATTRIBUTES, attributes);
  for (let at = 0; at < fifos.length; at += 1000) execFileSync('mkfifo', ['-m', '644', ...fifos.slice(at, at + 1000)]);
}

function readTree(root: string, below = ''): Map<EtcPath, EtcNode> {
  const tree = new Map<EtcPath, EtcNode>();
  for (const name of readdirSync(path.join(root, below))) {
    const at = below === '' ? name : `${below}/${name}`;
    const file = path.join(root, at);
    const stat = lstatSync(file);
    const type = stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'symlink' : stat.isFile() ? 'file' : 'fifo';
    tree.set(at, {
      type,
      mode: stat.mode & 0o7777,
      uid: stat.uid,
      gid: stat.gid,
      size: type === 'file' ? stat.size : 0,
      link: type === 'symlink' ? readlinkSync(file) : null,
      hash: type === 'file' ? createHash('sha256').update(readFileSync(file)).digest('hex') : null,
      isReadable: true,
      label: null,
      xattrs: null,
      changedAt: 0,
    });
    if (type === 'directory') for (const [inside, node] of readTree(root, at)) tree.set(inside, node);
  }
  return tree;
}
