import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../support/prerequisites.ts';

const folder = join(import.meta.dirname, '../../native');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sh'));

describeWith(
  'shellcheck',
  'dash',
  'busybox',
  'bash',
)('every script', () => {
  it.each(files)('%s is clean for shellcheck, and any sh can read it', (file) => {
    const path = join(folder, file);
    const check = spawnSync('shellcheck', ['-s', 'sh', path], { encoding: 'utf8' });
    expect(check.error).toBeUndefined();
    expect(check.stdout).toBe('');
    for (const [program, ...args] of [['dash'], ['busybox', 'ash'], ['bash', '--posix']] as const) {
      expect(spawnSync(program, [...args, '-n', path], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    }
  });
});
