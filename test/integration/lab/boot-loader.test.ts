import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../../support/prerequisites.ts';

const script = join(import.meta.dirname, '../../lab/boot/boot-loader.sh');

describeWith('bash')('the boot loader of a lab host', () => {
  let boot: string;
  beforeEach(async () => {
    boot = await mkdtemp(join(tmpdir(), 'berth-boot-'));
    await mkdir(join(boot, 'loader', 'entries'), { recursive: true });
  });
  afterEach(() => rm(boot, { recursive: true }));

  const addEntry = (name: string, version: number) =>
    writeFile(
      join(boot, 'loader', 'entries', name),
      `title Lab OS (${name})\nversion ${version}\noptions root=LABEL=root ostree=/${name}\nlinux /vmlinuz\n`,
    );
  const counters = () => readFile(join(boot, 'lab-grubenv'), 'utf8');

  /** Name of the entry that is booted. */
  function bootOnce(): string {
    const run = 'set -euo pipefail; shopt -s nullglob; source "$1"; choose_entry "$2" >&2; echo "$options"';
    const said = execFileSync('bash', ['-c', run, 'bash', script, boot], { encoding: 'utf8', stdio: 'pipe' });
    return /ostree=\/(\S+)/.exec(said)?.[1] ?? '';
  }

  it('boots the entry of the highest version, as a number', async () => {
    await addEntry('ostree-1.conf', 9);
    await addEntry('ostree-2.conf', 10);
    expect(bootOnce()).toBe('ostree-2.conf');
  });

  it('stops where there is no entry', () => {
    expect(() => bootOnce()).toThrow('no entry in /boot/loader/entries');
  });

  it('counts boots that were not confirmed, and falls back to the second entry', async () => {
    await addEntry('old.conf', 1);
    await addEntry('new.conf', 2);
    await writeFile(join(boot, 'lab-grubenv'), 'kept=as it is\nboot_counter=2\nboot_success=0\n');
    expect([bootOnce(), bootOnce(), bootOnce()]).toEqual(['new.conf', 'new.conf', 'old.conf']);
    expect(await counters()).toBe('kept=as it is\nboot_counter=-1\nboot_success=0\n');
  });

  it('does not count after a confirmed boot, whose mark is for one boot', async () => {
    await addEntry('old.conf', 1);
    await addEntry('new.conf', 2);
    await writeFile(join(boot, 'lab-grubenv'), 'boot_counter=0\nboot_success=1\n');
    expect(bootOnce()).toBe('new.conf');
    expect(await counters()).toBe('boot_counter=0\nboot_success=0\n');
    expect(bootOnce()).toBe('old.conf');
  });
});
