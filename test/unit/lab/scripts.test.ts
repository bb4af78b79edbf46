import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../../support/prerequisites.ts';

const folder = join(import.meta.dirname, '../../lab');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => /^#(!.*\b(bash|sh)$| shellcheck shell=bash$)/m.test(readFileSync(file, 'utf8').slice(0, 80)))
  .map((file) => file.slice(folder.length + 1));

describeWith('shellcheck')('every script of the lab', () => {
  it.each(files)('%s is clean for shellcheck', (file) => {
    const check = spawnSync('shellcheck', ['-x', join(folder, file)], { encoding: 'utf8' });
    expect(check.error).toBeUndefined();
    expect(check.stdout).toBe('');
  });
});
