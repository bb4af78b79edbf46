import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { tarOf } from '../../../electron/core/forensics/tar.ts';

const bytes = (text: string) => Buffer.from(text);

it('makes an archive that tar reads, with names of any length it takes', () => {
  const files = [
    { path: 'a.txt', content: bytes('short\n') },
    { path: 'empty', content: bytes('') },
    { path: 'block', content: bytes('x'.repeat(512)) },
    { path: `${'folder/'.repeat(20)}${'n'.repeat(90)}`, content: bytes('deep\n') },
  ];
  const archive = tarOf(files, Date.UTC(2026, 10, 21));
  expect(archive.length % 512).toBe(0);
  const list = spawnSync('tar', ['--list', '--verbose', '--utc', '--file=-'], { input: archive, encoding: 'utf8' });
  expect(list).toMatchObject({ status: 0, stderr: '' });
  const lines = list.stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.split(/\s+/).at(-1))).toEqual(files.map(({ path }) => path));
  expect(lines[0]).toMatch(/^-rw------- .* 6 2026-11-21 00:00 a\.txt$/);
  for (const { path, content } of files) {
    const one = spawnSync('tar', ['--extract', '--to-stdout', '--file=-', path], { input: archive });
    expect(one.stdout).toEqual(content);
  }
});

it('keeps kinds, modes and owners, and names that are no text or too long for a header', () => {
  const none = bytes('');
  const long = 'n'.repeat(255);
  const files = [
    { path: 'folder/', type: 'directory', mode: 0o2750, uid: 7, gid: 8, content: none },
    { path: 'folder/set', mode: 0o4755, uid: 1000, gid: 100, content: bytes('set') },
    { path: 'link', type: 'symlink', link: '../some where', mode: 0o777, content: none },
    { path: 'queue', type: 'fifo', mode: 0o600, content: none },
    { path: `folder/${long}`, content: bytes('long') },
    { path: 'far', type: 'symlink', link: long, mode: 0o777, content: none },
    { path: Buffer.from([0x63, 0xff, 0x64]), content: bytes('odd') },
  ] as const;
  const list = spawnSync('tar', ['--list', '--verbose', '--numeric-owner', '--quoting-style=escape', '--file=-'], {
    input: tarOf(files, 0),
    encoding: 'utf8',
  });
  expect(list).toMatchObject({ status: 0, stderr: '' });
  const told = list.stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/\s+\d+ \d{4}-\d\d-\d\d \d\d:\d\d /, ' '));
  expect(told).toEqual([
    'drwxr-s--- 7/8 folder/',
    '-rwsr-xr-x 1000/100 folder/set',
    'lrwxrwxrwx 0/0 link -> ../some where',
    'prw------- 0/0 queue',
    `-rw------- 0/0 folder/${long}`,
    `lrwxrwxrwx 0/0 far -> ${long}`,
    '-rw------- 0/0 c\\377d',
  ]);
});
