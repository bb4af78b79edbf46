import { failure, type Failure } from '../errors/failure.ts';
import { pathFromBytes } from '../logic/etc-path.ts';
import type { EtcNode, EtcPath, EtcSide } from '../model/etc.ts';
import { nodeFromFind, nodeFromStat, parseMount, unescapeOctal, type EtcMount, type RawNode } from './etc-nodes.ts';
import { createRecords, type Records } from './records.ts';
import { parseAssignments } from './sections.ts';
import { lastLine } from './text.ts';

/*
 * The frames of native/probes/etc.sh, in their order. Those with an argument `gzip` are packed, and are handed on here unpacked. A path
 * with its folder is written `<folder>/./<path>`.
 *
 *   host                    `key=value` lines: user-id; local, base, target: the folders
 *   mounts                  lines of /proc/self/mountinfo: /etc, and what is mounted below it
 *   list-<side>/find        records of three: `<type><mode> <uid> <gid> <size> <mtime, s> <device> <inode>`, path, target of a link
 *   list-<side>/find-label  records of four: the same, and the SELinux label
 *   list-<side>/stat        for busybox: `<word><raw mode, hex> <uid> <gid> <size> <mtime, date> <device> <inode><word><path with folder><word><%N of
 *                           stat>`, a line feed. In all of them `again` may stand for the side: the local tree once more, where it
 *                           changed while it was read
 *   hashes/nul              `<SHA-256>  <path with folder>`; of paths that are one file only one may be there
 *   hashes/lines            the same in lines, without the names that lines cannot hold; they come in odd-hashes/nul
 *   find_blind/<side>       paths with folder that this user cannot look into; not as root
 *   read_xattrs/<side>      `getfattr -d -e hex`, with folders; left out where the host has no getfattr
 *   read_accounts/<side>    pairs: name of a file of accounts, its first fields, one a line
 */

/** What a scan found, not compared. */
export interface EtcScan {
  readonly isRoot: boolean;
  /** Null: there was nothing to compare with, or its folder could not be read. */
  readonly trees: Readonly<Record<EtcSide, ReadonlyMap<EtcPath, EtcNode> | null>>;
  /** What is mounted on /etc and below it. */
  readonly mounts: readonly EtcMount[];
  /** Paths that changed while they were read: what is known of them is not of one moment. */
  readonly changedMeanwhile: readonly EtcPath[];
  /** Paths that nobody could look into, in any of the trees. */
  readonly unreadable: readonly EtcPath[];
  /** First fields of passwd and its like, by name of the file. */
  readonly accounts: Readonly<Record<EtcSide, ReadonlyMap<string, string>>>;
  readonly failures: readonly Failure[];
}

/** Takes the frames of a scan as they come. */
export interface EtcParser {
  begin(frame: string): void;
  /** A view, unpacked. */
  data(bytes: Uint8Array): void;
  end(): void;
  /** `stderr` by name of the frame. */
  finish(stderr: ReadonlyMap<string, string>): EtcScan;
}

/** More paths are not taken of one tree: no honest /etc comes near. */
const MAX_NODES = 400_000;
/** As `LARGE` of the script: of such files there is no hash. */
const LARGE = 256 * 1024 * 1024;
const MAX_PATH = 4096;
/** Deeper than any honest /etc: what merges does to a path takes as many steps as it has parts. */
const MAX_DEPTH = 100;
/** Of nothing. */
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const MAX_LINES = 5000;
const HASH = /^[0-9a-f]{64}$/;
const HASH_LENGTH = 64;
const SPACE = 0x20;

type ListName = EtcSide | 'again';
type RawTree = Map<EtcPath, RawNode>;

/** What is known when all frames are in. */
interface Collected {
  readonly lists: Map<ListName, RawTree>;
  /** By inode. */
  readonly hashes: Map<string, string>;
  readonly blind: Record<EtcSide, Set<EtcPath>>;
  readonly xattrs: Map<EtcSide, Map<EtcPath, string>>;
  readonly accounts: Record<EtcSide, Map<string, string>>;
  readonly lines: Map<string, string[]>;
  /** Frames of which something could not be taken. */
  readonly damaged: Set<string>;
}

/** `divider` is the word that the script was given. Never throws; what is missing or damaged is told by `failures`. */
export function createEtcParser(divider: string): EtcParser {
  const found: Collected = {
    lists: new Map(),
    hashes: new Map(),
    blind: { base: new Set(), local: new Set(), target: new Set() },
    xattrs: new Map(),
    accounts: { base: new Map(), local: new Map(), target: new Map() },
    lines: new Map(),
    damaged: new Set(),
  };
  let folders: readonly (readonly [EtcSide, string])[] = [];
  let frame = '';
  let records: Records | null = null;

  /** The side and the path of a path with its folder. */
  function locate(text: string): readonly [EtcSide, EtcPath] | null {
    for (const [side, folder] of folders) {
      if (text.startsWith(folder)) return [side, text.slice(folder.length)];
    }
    return null;
  }

  function recordsOf(name: string): Records {
    const [kind = '', detail = ''] = name.split('/');
    const list = /^list-(base|local|target|again)$/.exec(kind)?.[1] as ListName | undefined;
    if (list) return listRecords(list, detail);
    const side = detail === 'base' || detail === 'target' ? detail : 'local';
    switch (kind) {
      case 'hashes':
      case 'odd-hashes':
        return createRecords(detail === 'lines' ? '\n' : '\0', takeHash);
      case 'find_blind':
        return createRecords('\0', (bytes) => {
          const at = bytes && locate(pathFromBytes(bytes));
          if (at) found.blind[side].add(at[1]);
        });
      case 'read_accounts':
        return createRecords(
          '\0',
          inGroups(2, ([file, text]) => {
            if (file) found.accounts[side].set(file, text ?? '');
          }),
        );
      case 'read_xattrs':
        return takeXattrs(side);
      default:
        return createRecords('\n', (bytes) => {
          const lines = found.lines.get(name) ?? [];
          if (bytes && lines.length < MAX_LINES) lines.push(pathFromBytes(bytes));
          found.lines.set(name, lines);
        });
    }
  }

  function listRecords(name: ListName, how: string): Records {
    const tree: RawTree = new Map();
    found.lists.set(name, tree);
    const add = (path: EtcPath | null | undefined, node: RawNode | null) => {
      const fits = node && path && path.length <= MAX_PATH && depthOf(path) <= MAX_DEPTH && tree.size < MAX_NODES;
      if (fits) tree.set(path, node);
      else found.damaged.add(frame);
    };
    if (how !== 'stat') {
      const take = inGroups(how === 'find-label' ? 4 : 3, ([head, path, link, label]) =>
        add(path, head ? nodeFromFind(head, link ?? '', label ?? null) : null),
      );
      return createRecords('\0', take);
    }
    const take = inGroups(3, ([head, named, linked]) =>
      add(
        named ? locate(named)?.[1] : null,
        head && named && linked ? nodeFromStat(head, named, linked.replace(/\n$/, '')) : null,
      ),
    );
    let isFirst = true;
    return createRecords(divider, (bytes) => {
      // Nothing stands before the first one.
      if (!isFirst) take(bytes);
      isFirst = false;
    });
  }

  function takeHash(bytes: Uint8Array | null): void {
    // `<hash>  <name>`, cut by place: there are thousands.
    if (bytes?.[HASH_LENGTH] !== SPACE) return;
    const at = locate(pathFromBytes(bytes.subarray(HASH_LENGTH + 2)));
    const node = at && found.lists.get(at[0])?.get(at[1]);
    const hash = pathFromBytes(bytes.subarray(0, HASH_LENGTH));
    if (node && HASH.test(hash)) found.hashes.set(node.inode, hash);
  }

  function takeXattrs(side: EtcSide): Records {
    const kept = new Map<EtcPath, string>();
    found.xattrs.set(side, kept);
    let path: EtcPath | null = null;
    return createRecords('\n', (bytes) => {
      const line = bytes ? pathFromBytes(bytes) : '';
      const named = /^# file: (.+)$/s.exec(line)?.[1];
      if (named !== undefined) path = locate(unescapeOctal(named))?.[1] ?? null;
      else if (path !== null && line !== '') kept.set(path, `${kept.get(path) ?? ''}${line}\n`);
    });
  }

  return {
    begin(name) {
      frame = name;
      records = recordsOf(name);
    },
    data: (bytes) => records?.push(bytes),
    end() {
      records?.end();
      records = null;
      if (frame !== 'host') return;
      const host = parseAssignments((found.lines.get('host') ?? []).join('\n'));
      folders = (['local', 'base', 'target'] as const).flatMap((side) => {
        const folder = host.get(side) ?? '';
        return folder === '' ? [] : [[side, `${folder}/./`] as const];
      });
    },
    finish: (stderr) => scanOf(found, stderr),
  };
}

/** Takes records in groups of a size, as text; null stands for one that was too long. */
function inGroups(
  size: number,
  onGroup: (texts: readonly (string | null)[]) => void,
): (bytes: Uint8Array | null) => void {
  let texts: (string | null)[] = [];
  return (bytes) => {
    texts.push(bytes && pathFromBytes(bytes));
    if (texts.length < size) return;
    onGroup(texts);
    texts = [];
  };
}

function scanOf(found: Collected, stderr: ReadonlyMap<string, string>): EtcScan {
  const host = parseAssignments((found.lines.get('host') ?? []).join('\n'));
  const changedMeanwhile = takeSecondLook(found);
  const unreadable = new Set<EtcPath>();
  const failures: Failure[] = [];
  const treeOf = (side: EtcSide) => {
    if (side === 'target' && !host.get('target')) return null;
    const tree = found.lists.get(side);
    const said = wordsOf(stderr, `list-${side}/`);
    if (!tree || (tree.size === 0 && said !== '')) {
      const detail = said || 'no answer';
      failures.push(failure('etc.tree-unreadable', { folder: host.get(side) ?? side, detail }));
      return null;
    }
    return finished(found, side, tree, unreadable);
  };
  const trees = { base: treeOf('base'), local: treeOf('local'), target: treeOf('target') };
  const cut = [...found.damaged].find((name) => name.startsWith('list-'));
  if (cut !== undefined) failures.push(failure('etc.partly-read', { part: cut }));
  return {
    isRoot: host.get('user-id') === '0',
    trees,
    mounts: (found.lines.get('mounts') ?? []).flatMap((line) => parseMount(line) ?? []),
    changedMeanwhile,
    unreadable: [...unreadable],
    accounts: found.accounts,
    failures,
  };
}

function wordsOf(stderr: ReadonlyMap<string, string>, frame: string): string {
  for (const [name, text] of stderr) {
    if (name.startsWith(frame)) return lastLine(text);
  }
  return '';
}

/** The local tree as it was found again: what differs is taken as it is now, and its content is not known. */
function takeSecondLook({ lists }: Collected): EtcPath[] {
  const [first, again] = [lists.get('local'), lists.get('again')];
  if (!first || !again) return [];
  const changed: EtcPath[] = [];
  for (const [path, node] of again) {
    const before = first.get(path);
    if (before && isSameMoment(before, node)) continue;
    changed.push(path);
    // An inode of its own, of which there is no hash.
    first.set(path, { ...node, inode: '' });
  }
  for (const path of first.keys()) {
    if (again.has(path)) continue;
    changed.push(path);
    first.delete(path);
  }
  return changed;
}

function isSameMoment(a: RawNode, b: RawNode): boolean {
  return a.inode === b.inode && a.type === b.type && a.size === b.size && a.changedAt === b.changedAt;
}

/** The nodes with what the other frames told of them. */
function finished(found: Collected, side: EtcSide, tree: RawTree, unreadable: Set<EtcPath>): Map<EtcPath, EtcNode> {
  const attributes = found.xattrs.get(side);
  const blind = found.blind[side];
  const nodes = new Map<EtcPath, EtcNode>();
  for (const [path, { inode, ...node }] of tree) {
    if (node.type === 'file') {
      node.hash = node.size === 0 ? EMPTY_HASH : (found.hashes.get(inode) ?? null);
      // What changed meanwhile has no inode here.
      node.isReadable = !blind.has(path) && (node.hash !== null || node.size >= LARGE || inode === '');
    } else if (blind.has(path)) {
      node.isReadable = false;
    }
    if (attributes) node.xattrs = attributes.get(path) ?? '';
    if (!node.isReadable) unreadable.add(path);
    nodes.set(path, node);
  }
  return nodes;
}

function depthOf(path: EtcPath): number {
  let depth = 1;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) depth += 1;
  return depth;
}
