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

it('refuses a path that no archive can hold', () => {
  expect(() => tarOf([{ path: 'n'.repeat(120), content: bytes('') }], 0)).toThrow('Too long');
});
