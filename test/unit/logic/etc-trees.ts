import { createHash } from 'node:crypto';
import type { EtcNode, EtcTree } from '../../../shared/model/etc.ts';

const node: EtcNode = {
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  link: null,
  hash: null,
  isReadable: true,
  label: null,
  xattrs: null,
  changedAt: 0,
};

const contents = new Map<string, string>();

/** The content of a file that was made here. */
export function contentOf({ hash }: EtcNode): string {
  return contents.get(hash ?? '') ?? '';
}

export function file(content: string, more: Partial<EtcNode> = {}): EtcNode {
  const hash = createHash('sha256').update(content).digest('hex');
  contents.set(hash, content);
  return { ...node, size: Buffer.byteLength(content), hash, ...more };
}

export function folder(mode = 0o755, more: Partial<EtcNode> = {}): EtcNode {
  return { ...node, type: 'directory', mode, ...more };
}

export function link(target: string): EtcNode {
  return { ...node, type: 'symlink', mode: 0o777, link: target };
}

export function fifo(): EtcNode {
  return { ...node, type: 'fifo' };
}

/** A file that this user cannot read. */
export function hidden(size: number, more: Partial<EtcNode> = {}): EtcNode {
  return { ...node, size, isReadable: false, ...more };
}

/** A tree of nodes; a text is a file with that content, a path that ends in a slash a directory. */
export function tree(nodes: Readonly<Record<string, EtcNode | string>>): EtcTree {
  return new Map(
    Object.entries(nodes).map(([path, value]) => {
      if (path.endsWith('/')) return [path.slice(0, -1), typeof value === 'string' ? folder() : value];
      return [path, typeof value === 'string' ? file(value) : value];
    }),
  );
}
