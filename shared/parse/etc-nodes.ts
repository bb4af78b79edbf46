import type { EtcNode, EtcNodeType } from '../model/etc.ts';

/** A node while the trees are read. `inode`, with its device, tells which paths are one file. */
export type RawNode = { -readonly [Key in keyof EtcNode]: EtcNode[Key] } & { readonly inode: string };

/** The letters of find's `%y`. */
const LETTERS: Readonly<Record<string, EtcNodeType>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  p: 'fifo',
  s: 'socket',
  b: 'block',
  c: 'character',
};

/** S_IFMT of stat(2). */
const FORMATS: Readonly<Record<number, EtcNodeType>> = {
  0o10: 'file',
  0o04: 'directory',
  0o12: 'symlink',
  0o01: 'fifo',
  0o14: 'socket',
  0o06: 'block',
  0o02: 'character',
};

const BY_FIND = /^([a-zA-Z])([0-7]{1,5}) (\d{1,10}) (\d{1,10}) (\d{1,16}) (-?\d{1,13}(?:\.\d{1,12})?) (\d+) (\d+)$/;
const BY_STAT = /^([0-9a-f]{1,6}) (\d{1,10}) (\d{1,10}) (\d{1,16}) (.{1,40}) (\d+) (\d+)$/;

/** A node from the fields of `list-…/find`; null for what is none. */
export function nodeFromFind(head: string, link: string, label: string | null): RawNode | null {
  const [, letter = '', mode = '', uid = '', gid = '', size = '', time = '', device = '', inode = ''] =
    BY_FIND.exec(head) ?? [];
  if (letter === '') return null;
  const type = LETTERS[letter] ?? 'other';
  return node(
    type,
    parseInt(mode, 8),
    uid,
    gid,
    size,
    Math.round(Number(time) * 1000),
    `${device}:${inode}`,
    link,
    label,
  );
}

/** A node from the fields of `list-…/stat`: busybox says of a link `'name' -> 'target'`. */
export function nodeFromStat(head: string, named: string, linked: string): RawNode | null {
  const [, raw = '', uid = '', gid = '', size = '', time = '', device = '', inode = ''] = BY_STAT.exec(head) ?? [];
  if (raw === '') return null;
  const mode = parseInt(raw, 16);
  const type = FORMATS[mode >> 12] ?? 'other';
  const before = `'${named}' -> '`;
  const link = linked.startsWith(before) && linked.endsWith("'") ? linked.slice(before.length, -1) : '';
  // `2026-11-21 20:44:55.200087607 +0000`: the script's time zone is UTC.
  const changedAt = Date.parse(time.replace(/^(\S+) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\S* .*$/, '$1T$2Z'));
  return node(type, mode, uid, gid, size, Number.isNaN(changedAt) ? 0 : changedAt, `${device}:${inode}`, link, null);
}

function node(
  type: EtcNodeType,
  mode: number,
  uid: string,
  gid: string,
  size: string,
  changedAt: number,
  inode: string,
  link: string,
  label: string | null,
): RawNode {
  return {
    type,
    mode: mode & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    link: type === 'symlink' ? link : null,
    hash: null,
    isReadable: true,
    label: label === '' ? null : label,
    xattrs: null,
    changedAt,
    inode,
  };
}

/** What mountinfo and getfattr do to bytes in names: `\040` is a space. As text of `pathFromBytes`. */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => {
    const byte = parseInt(digits, 8);
    return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
  });
}

/** A mount on /etc or below it, from a line of mountinfo: the path below /etc is empty for /etc itself. */
export interface EtcMount {
  readonly path: string;
  readonly type: string;
  readonly source: string;
  readonly options: string;
}

/** Null for a line that is none. See proc_pid_mountinfo(5): fields of any number before ` - `. */
export function parseMount(line: string): EtcMount | null {
  const [head = '', tail] = line.split(' - ', 2);
  const point = head.split(' ')[4];
  if (point === undefined || tail === undefined) return null;
  const [type = '', source = '', options = ''] = tail.split(' ');
  const path = unescapeOctal(point);
  if (path !== '/etc' && !path.startsWith('/etc/')) return null;
  return { path: path.slice('/etc/'.length), type, source: unescapeOctal(source), options };
}
