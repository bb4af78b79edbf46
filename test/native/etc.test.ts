import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/prerequisites.ts';
import { runFrames, scanHere } from './etc-probe.ts';
import { comparable, makeHostileTree, oddNames, readTree } from './hostile-tree.ts';
import type { ShellName } from './probe.ts';

const NOBODY = 65_534;
const DEPLOYED = '/ostree/deploy/default/deploy/booted';
const STAGED = '/ostree/deploy/default/deploy/staged';

let folder: string;
let root: string;
/** A PATH with nothing but busybox on it. */
let busybox: string;
let hostile: ReturnType<typeof readTree>;
let closeTree = () => {};

/** A host with a few files in its /etc, by path, and none of any image. */
function small(name: string, files: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(folder, `${name}-`));
  chmodSync(home, 0o755);
  for (const place of ['etc', 'usr/etc', 'proc/self']) mkdirSync(join(home, place), { recursive: true });
  writeFileSync(join(home, 'proc/self/mountinfo'), '');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, 'etc', path)), { recursive: true });
    writeFileSync(join(home, 'etc', path), text);
  }
  return home;
}

const LABEL = 'system_u:object_r:etc_t:s0';

/** How a shell and the tools of a host go together. */
const HOSTS: readonly (readonly [string, ShellName, () => string | null])[] = [
  ['dash and GNU', 'dash', () => null],
  ['bash and GNU', 'bash --posix', () => null],
  ['busybox ash and GNU', 'busybox ash', () => null],
  ['busybox alone', 'busybox ash', () => busybox],
];

beforeAll(async () => {
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'berth-etc-'));
  chmodSync(folder, 0o755);
  busybox = join(folder, 'busybox');
  mkdirSync(busybox);
  for (const applet of [
    'find',
    'stat',
    'sha256sum',
    'sh',
    'gzip',
    'timeout',
    'head',
    'tail',
    'cut',
    'id',
    'xargs',
    'sort',
    'readlink',
  ]) {
    symlinkSync('/bin/busybox', join(busybox, applet));
  }
  root = join(folder, 'root');
  for (const place of ['etc', `${DEPLOYED}/usr/etc`, `${STAGED}/usr/etc`, 'proc/self'])
    mkdirSync(join(root, place), { recursive: true });
  writeFileSync(join(root, 'proc/self/mountinfo'), '');
  mkdirSync(join(root, 'fewer'));
  const closers = [await makeHostileTree(join(root, 'etc'), 10_000), await makeHostileTree(join(root, 'fewer'), 1500)];
  closeTree = () => {
    for (const close of closers) close();
  };
  // The same host with the smaller tree as its /etc.
  mkdirSync(join(root, 'busybox'));
  symlinkSync(join(root, 'fewer'), join(root, 'busybox/etc'));
  for (const shared of ['ostree', 'proc']) symlinkSync(join(root, shared), join(root, 'busybox', shared));
  hostile = readTree(join(root, 'etc'));
  const shipped = join(root, DEPLOYED, 'usr/etc');
  const staged = join(root, STAGED, 'usr/etc');
  writeFileSync(join(shipped, 'same'), 'same in both images');
  linkSync(join(shipped, 'same'), join(staged, 'same'));
  writeFileSync(join(shipped, 'changed'), 'old');
  writeFileSync(join(staged, 'changed'), 'new');
  writeFileSync(join(staged, 'group'), 'root:x:0:\nchrony:!secret:99:a,b\n');
  writeFileSync(join(shipped, 'shadow'), 'root:$6$hash:1::::\n');
}, 60_000);

afterAll(() => {
  closeTree();
  rmSync(folder, { recursive: true, force: true });
});

describeWith('root', 'dash', 'busybox', 'bash').each(HOSTS)('probes/etc with %s', (_, shell, path) => {
  it('finds thousands of entries of odd names and types as they are, in all trees', async () => {
    // Busybox takes a process for the hash of each odd name: a part of the tree says as much.
    const local = path() === null ? join(root, 'etc') : join(root, 'fewer');
    const home = path() === null ? root : join(root, 'busybox');
    const { scan } = await scanHere({ shell, path: path(), root: home, booted: DEPLOYED, target: `${STAGED}/usr/etc` });
    expect(scan.failures).toEqual([]);
    const { base, target } = scan.trees;
    expect(scan.trees.local?.size).toBeGreaterThan(path() === null ? 10_000 : 1500);
    expect(comparable(scan.trees.local)).toEqual(path() === null ? hostile : readTree(local));
    expect(comparable(base)).toEqual(readTree(join(root, DEPLOYED, 'usr/etc')));
    expect(comparable(target)).toEqual(readTree(join(root, STAGED, 'usr/etc')));
    expect(scan).toMatchObject({ isRoot: true, changedMeanwhile: [], unreadable: [], mounts: [] });
    expect(scan.accounts.target.get('group')).toBe('root\nchrony\n');
    expect(scan.accounts.base.get('shadow')).toBe('root\n');
  });

  it('reads the /etc of this machine', async () => {
    const { scan } = await scanHere({ shell, path: path(), root: '' });
    expect(comparable(scan.trees.local)).toEqual(readTree('/etc'));
  });

  it('tells what changed while it was read, and believes nothing of it', async () => {
    const home = small('changing', { steady: 'steady', grows: 'short', goes: 'gone' });
    const { scan } = await scanHere({
      ...{ shell, path: path(), root: home },
      onListing() {
        writeFileSync(join(home, 'etc/grows'), 'not as short as before');
        rmSync(join(home, 'etc/goes'));
        writeFileSync(join(home, 'etc/comes'), 'new');
      },
    });
    // Before it was listed, or after: either way of one moment, or told.
    const { local } = scan.trees;
    expect(local?.get('steady')).toMatchObject({ size: 6, isReadable: true });
    expect(local?.get('goes')).toBeUndefined();
    expect([...(local?.keys() ?? [])].sort()).toEqual(['comes', 'grows', 'steady']);
    if (scan.changedMeanwhile.includes('grows')) expect(local?.get('grows')?.hash).toBeNull();
    expect(local?.get('grows')).toMatchObject({ size: 22 });
  });

  it('counts what a user who is not root cannot look into', async () => {
    const home = small('closed', { open: 'open', shadow: 'secret', 'closed/inside': 'x' });
    chmodSync(join(home, 'etc/shadow'), 0o600);
    chmodSync(join(home, 'etc/closed'), 0o700);
    const { scan, frames } = await scanHere({ shell, path: path(), root: home, uid: NOBODY });
    expect(scan).toMatchObject({ isRoot: false, unreadable: ['closed', 'shadow'], failures: [] });
    expect(scan.trees.local?.get('open')).toMatchObject({ isReadable: true, size: 4 });
    expect(scan.trees.local?.get('shadow')).toMatchObject({ isReadable: false, hash: null, size: 6, mode: 0o600 });
    expect(scan.trees.local?.get('closed')).toMatchObject({ isReadable: false, type: 'directory' });
    expect(Buffer.concat(frames.map(({ bytes }) => bytes)).includes('secret')).toBe(false);
  });

  it('reads nothing where there is nothing to compare with', async () => {
    const { scan, frames } = await scanHere({ shell, path: path(), root, target: '/nowhere' });
    expect(frames.map(({ name }) => name)).toEqual(['host']);
    expect(scan.failures).toMatchObject([{ code: 'etc.tree-unreadable' }, {}, {}]);
  });

  it('has no password, not even as a hash, among the accounts', async () => {
    const home = small('accounts', { shadow: 'root:$6$salt$abc:1:0:::::\njb:!locked:2\n', group: '+:::\nodd\n' });
    symlinkSync('shadow', join(home, 'etc/passwd'));
    const { scan, frames } = await scanHere({ shell, path: path(), root: home });
    expect([...scan.accounts.local].sort()).toEqual([
      ['group', '+\nodd\n'],
      ['shadow', 'root\njb\n'],
    ]);
    expect(Buffer.concat(frames.map(({ bytes }) => bytes)).includes('salt')).toBe(false);
  });
});

describeWith(
  'root',
  'dash',
  'unshare',
)('probes/etc on a host with mounts', () => {
  it('looks under what is mounted on /etc, where composefs has what the image shipped', async () => {
    const home = small('composefs', { shipped: 'by the image' });
    mkdirSync(join(home, 'state'));
    writeFileSync(join(home, 'state/local'), 'of this host');
    mkdirSync(join(home, 'sysroot/state/deploy/next/etc'), { recursive: true });
    writeFileSync(join(home, 'sysroot/state/deploy/next/etc/comes'), 'with the next');
    const mounts = `mount --bind ${home}/state ${home}/etc`;
    const target = '/sysroot/state/deploy/next/etc';
    const { scan, stderr } = await scanHere({ shell: 'dash', root: home, backend: 'composefs', target, mounts });
    expect([...stderr.values()].join('')).toBe('');
    expect([...(scan.trees.base ?? [])]).toMatchObject([['shipped', { size: 12, isReadable: true }]]);
    expect([...(scan.trees.local ?? [])]).toMatchObject([['local', { size: 12 }]]);
    expect([...(scan.trees.target ?? [])]).toMatchObject([['comes', { size: 13 }]]);
    expect(scan.trees.base?.get('shipped')?.hash).not.toBeNull();
    // Nobody else sees the mount.
    expect(existsSync('/mnt/etc/shipped')).toBe(false);
  });

  it('tells labels and extended attributes, with stand-ins for the labels of find, for getfattr and for SELinux itself', async () => {
    const home = small('attributes', { plain: 'x', 'with attributes': 'y' });
    const tools = join(home, 'tools');
    mkdirSync(tools);
    // As getfattr prints them: spaces in names are octal.
    const standIn = `#!/bin/sh
for path do
  case $path in */with*) printf '# file: %s\\040attributes\nuser.origin=0x61\n\n' "\${path%% *}" ;; esac
done
`;
    writeFileSync(join(tools, 'getfattr'), standIn, { mode: 0o755 });
    const labelled = `#!/bin/sh
for word do
  shift
  case $word in *%Z*) word="\${word%%%Z*}${LABEL}\${word#*%Z}" ;; esac
  set -- "$@" "$word"
done
exec /usr/bin/find "$@"
`;
    writeFileSync(join(tools, 'find'), labelled, { mode: 0o755 });
    const mounts = 'mount -t tmpfs none /sys/fs && mkdir /sys/fs/selinux && : >/sys/fs/selinux/enforce';
    const { scan, frames } = await scanHere({
      ...{ shell: 'dash', root: home, mounts, path: `${tools}:/usr/sbin:/usr/bin:/sbin:/bin` },
    });
    expect(frames.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['list-local/find-label', 'read_xattrs/local']),
    );
    const { local } = scan.trees;
    expect(local?.get('with attributes')).toMatchObject({ size: 1, xattrs: 'user.origin=0x61\n', label: LABEL });
    expect(local?.get('plain')).toMatchObject({ size: 1, xattrs: '', label: LABEL });
    expect([...(local?.values() ?? [])].every(({ hash }) => hash !== null)).toBe(true);
  });

  it('reads what the merge of ostree will look at, not what is mounted over it, and tells that', async () => {
    const home = small('ostree', {});
    mkdirSync(join(home, DEPLOYED, 'etc'), { recursive: true });
    mkdirSync(join(home, DEPLOYED, 'usr/etc'), { recursive: true });
    writeFileSync(join(home, DEPLOYED, 'etc/resolv.conf'), 'on the disk');
    writeFileSync(join(home, DEPLOYED, 'usr/etc/resolv.conf'), 'by the image');
    writeFileSync(join(home, 'mounted'), 'over it');
    writeFileSync(
      join(home, 'proc/self/mountinfo'),
      [
        '22 1 8:1 / / rw - ext4 /dev/sda1 rw',
        '30 22 8:1 /ostree/etc /etc rw shared:1 - overlay overlay rw,lowerdir=/usr/etc',
        '31 30 0:5 / /etc/resolv\\040conf rw - tmpfs tmpfs rw',
        '32 22 0:5 / /etcetera rw - tmpfs tmpfs rw\n',
      ].join('\n'),
    );
    const mounts = `mount --bind ${home}${DEPLOYED}/etc ${home}/etc && mount --bind ${home}/mounted ${home}/etc/resolv.conf`;
    const { scan } = await scanHere({ shell: 'dash', root: home, booted: DEPLOYED, mounts });
    expect(scan.trees.local?.get('resolv.conf')).toMatchObject({ size: 'on the disk'.length });
    expect(scan.trees.base?.get('resolv.conf')).toMatchObject({ size: 'by the image'.length });
    expect(scan.mounts).toMatchObject([
      { path: '', type: 'overlay', source: 'overlay', options: 'rw,lowerdir=/usr/etc' },
      { path: 'resolv conf', type: 'tmpfs' },
    ]);
  });
});

describeWith('root', 'dash', 'busybox', 'bash').each(HOSTS)('probes/etc-content with %s', (_, shell, path) => {
  /** What the frame holds behind the line of stat; the reason where there is none. */
  async function piece(home: string, file: Buffer | string, offset = 0, length = 1000): Promise<string> {
    const octal = [...Buffer.from(file)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
    const args = [home, 'ostree', '', '', 'local', octal, String(offset), String(length)];
    const { frames, stderr } = await runFrames('probes/etc-content', args, { shell, path: path() });
    const { bytes, exitCode } = frames[0]!;
    if (exitCode !== 0) return `refused: ${stderr.get('content') ?? ''}`;
    expect(bytes.toString('latin1')).toMatch(/^[0-9a-f]{4} 0 0 \d+ \S+ \S+ \+0000 \d+ \d+\n/);
    return bytes.subarray(bytes.indexOf('\n') + 1).toString('latin1');
  }

  it('gives pieces of files with any name, and follows no link', async () => {
    const home = small('content', { plain: '0123456789', 'deep/er/file': 'deep', 'deep/secret': 'kept' });
    const etc = join(home, 'etc');
    for (const name of oddNames) writeFileSync(Buffer.concat([Buffer.from(`${etc}/`), name]), 'odd');
    symlinkSync('/etc/shadow', join(etc, 'link'));
    symlinkSync('deep', join(etc, 'aside'));
    symlinkSync('a\nb\n', join(etc, 'lines'));
    execFileSync('mkfifo', [join(etc, 'fifo')]);
    expect(await piece(home, 'plain')).toBe('0123456789');
    expect(await piece(home, 'plain', 3, 4)).toBe('3456');
    expect(await piece(home, 'plain', 10, 4)).toBe('');
    expect(await piece(home, 'deep/er/file')).toBe('deep');
    expect(await piece(home, 'link')).toBe('/etc/shadow');
    expect(await piece(home, 'lines')).toBe('a\nb\n');
    expect(await piece(home, 'deep')).toBe('');
    expect(await piece(home, 'fifo')).toBe('');
    expect(await piece(home, 'aside/secret')).toContain('a part of the path is a link');
    expect(await piece(home, 'missing')).toMatch(/^refused: .*No such file or directory\n/s);
    expect(await piece(home, 'plain/x')).toMatch(/^refused: /);
    // Each takes a shell: all of them for one, some for the others.
    for (const name of shell === 'dash' ? oddNames : oddNames.filter((_odd, index) => index % 5 === 0)) {
      expect([name.toString('latin1'), await piece(home, name)]).toEqual([name.toString('latin1'), 'odd']);
    }
  });
});
