import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { pathFromBytes } from '../../shared/logic/etc-path.ts';
import type { EtcNode, EtcNodeType, EtcPath } from '../../shared/model/etc.ts';

/** Names that break whoever takes them for words, lines, text or options. */
const ODD_NAMES: readonly Buffer[] = [
  ...[
    '-rf',
    '--help',
    '-',
    '--',
    '-exec',
    '!',
    '(',
    ',',
    '{}',
    '*',
    '?',
    '[a]',
    '~',
    '$HOME',
    '`id`',
    '$(id)',
    ';',
    '&',
    '|',
    '#',
    "'",
    '"',
  ],
  ...[
    '\\',
    'a\\nb',
    '\\0',
    '%s',
    '%P\\0',
    ' ',
    ' a ',
    'tab\there',
    'line\nfeed',
    '\n',
    'end\n',
    '\r',
    '\u001b[31mred',
    '\u202etxt.exe',
    'ä',
    '猫',
  ],
  ...[
    '== title',
    "'x' -> 'y'",
    `${'0'.repeat(64)}  other`,
    `x\n${'0'.repeat(64)}  shadow`,
    `\n${'0'.repeat(32)} end list 0`,
    'n'.repeat(255),
  ],
].map((name) => Buffer.from(name));
const NOT_UTF8 = [[0xff], [0xfe, 0xff], [0xc3], [0xe2, 0x82], [0x61, 0x80, 0x62], [0xed, 0xa0, 0x80], [0xc0, 0xaf]].map(
  (bytes) => Buffer.from(bytes),
);
const LINK_TARGETS = ['nowhere', '/', '..', 'loop', '-rf', 'a\nb', "' -> '", '\u202e', 'x'.repeat(4000)];

export const oddNames: readonly Buffer[] = [...ODD_NAMES, ...NOT_UTF8];

/** Makes `count` entries of every type and with odd names below a folder that exists. Resolves with what must be called at the end. */
export async function makeHostileTree(folder: string, count: number): Promise<() => void> {
  const fifos: Buffer[] = [];
  const folders: Buffer[] = [Buffer.from(folder)];
  let made = 0;
  for (let round = 0; made < count; round += 1) {
    for (const [index, name] of oddNames.entries()) {
      if (made >= count) break;
      const home = folders[(made * 7) % folders.length] ?? Buffer.from(folder);
      // Long names stay at 255 bytes.
      const path = join(home, round === 0 ? name : Buffer.concat([Buffer.from(String(round)), name]).subarray(0, 255));
      makeOne((index + round) % 8, path, { folders, fifos, round });
      made += 1;
    }
  }
  if (fifos.length > 0)
    spawnSync('xargs', ['-0', 'mkfifo', '--'], { input: Buffer.concat(fifos.flatMap((path) => [path, Buffer.of(0)])) });
  symlinkSync('loop-b', `${folder}/loop-a`);
  symlinkSync('loop-a', `${folder}/loop-b`);
  writeFileSync(`${folder}/twice`, 'one inode');
  linkSync(`${folder}/twice`, `${folder}/twice-too`);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${folder}/socket`, resolve));
  return () => server.close();
}

function makeOne(
  kind: number,
  path: Buffer,
  { folders, fifos, round }: { readonly folders: Buffer[]; readonly fifos: Buffer[]; readonly round: number },
): void {
  if (kind === 0 && path.length < 500) {
    mkdirSync(path, { mode: 0o700 + (round % 64) });
    folders.push(path);
  } else if (kind === 1) {
    symlinkSync(LINK_TARGETS[round % LINK_TARGETS.length] ?? 'x', path);
  } else if (kind === 2) {
    fifos.push(path);
  } else {
    writeFileSync(path, kind === 3 ? '' : `content ${String(round % 50)}\0\n`);
    if (kind === 4) chmodSync(path, 0o4711);
  }
}

/** What is below a folder, as node:fs sees it: what a scan must find, without inodes and labels. */
export function readTree(folder: string): Map<EtcPath, Expected> {
  const found = new Map<EtcPath, Expected>();
  const walk = (home: Buffer, prefix: Buffer) => {
    for (const name of readdirSync(home, { encoding: 'buffer' })) {
      const path = join(home, name);
      const below = prefix.length === 0 ? name : join(prefix, name);
      const stat = lstatSync(path);
      const type = typeOf(stat);
      found.set(pathFromBytes(below), {
        type,
        mode: stat.mode & 0o7777,
        uid: stat.uid,
        gid: stat.gid,
        size: stat.size,
        link: type === 'symlink' ? pathFromBytes(readlinkSync(path, { encoding: 'buffer' })) : null,
        hash: type === 'file' ? createHash('sha256').update(readFileSync(path)).digest('hex') : null,
        isReadable: true,
      });
      if (type === 'directory') walk(path, below);
    }
  };
  walk(Buffer.from(folder), Buffer.alloc(0));
  return found;
}

type Expected = Pick<EtcNode, 'type' | 'mode' | 'uid' | 'gid' | 'size' | 'link' | 'hash' | 'isReadable'>;

/** A scanned tree, as far as `readTree` tells it. */
export function comparable(tree: ReadonlyMap<EtcPath, EtcNode> | null): Map<EtcPath, Expected> {
  return new Map(
    [...(tree ?? [])].map(([path, { type, mode, uid, gid, size, link, hash, isReadable }]) => [
      path,
      { type, mode, uid, gid, size, link, hash, isReadable },
    ]),
  );
}

function typeOf(stat: ReturnType<typeof lstatSync>): EtcNodeType {
  if (!stat) return 'other';
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isFIFO()) return 'fifo';
  if (stat.isSocket()) return 'socket';
  return stat.isBlockDevice() ? 'block' : stat.isCharacterDevice() ? 'character' : 'other';
}

function join(home: Buffer, name: Buffer): Buffer {
  return Buffer.concat([home, Buffer.from('/'), name]);
}
