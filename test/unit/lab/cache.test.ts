import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyOf, makeOnce, removeUnused, withLock } from '../../lab/cache.ts';
import { describeWith } from '../../support/prerequisites.ts';

describeWith('flock')('the cache of the lab', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-lab-cache-'));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  it('has another key for another name, content or mode, and the same for the same', async () => {
    const top = join(folder, 'top');
    await mkdir(join(top, 'below'), { recursive: true });
    const file = join(top, 'below', 'file');
    await writeFile(file, 'one');
    const key = () => keyOf({ texts: ['text'], files: [top] });
    const first = await key();
    expect(await key()).toBe(first);
    expect(first).toMatch(/^[0-9a-f]{16}$/);

    await writeFile(join(top, 'other'), '');
    const second = await key();
    await chmod(file, 0o755);
    const third = await key();
    await writeFile(file, 'two');
    const fourth = await key();
    expect(new Set([first, second, third, fourth, await keyOf({ texts: ['text2'], files: [top] })]).size).toBe(5);
  });

  it('makes a place once for all who ask at the same time', async () => {
    const place = join(folder, 'place');
    let made = 0;
    const ask = () =>
      makeOnce(place, async (scratch) => {
        made += 1;
        await writeFile(join(scratch, 'file'), 'complete');
      });
    await Promise.all([ask(), ask(), ask()]);
    expect(made).toBe(1);
    expect(await readFile(join(place, 'file'), 'utf8')).toBe('complete');
  });

  it('shows nothing of what failed, and starts from nothing the next time', async () => {
    const place = join(folder, 'place');
    const failing = makeOnce(place, async (scratch) => {
      await writeFile(join(scratch, 'half'), '');
      throw new Error('no archive');
    });
    await expect(failing).rejects.toThrow('no archive');
    await expect(stat(place)).rejects.toThrow('ENOENT');
    await makeOnce(place, async () => {});
    expect(await readdir(place)).toEqual([]);
  });

  it('removes what a killed process left, and gives its lock to the next', async () => {
    const place = join(folder, 'place');
    const leftover = join(folder, 'place.making-killed');
    await mkdir(leftover);
    await writeFile(join(leftover, 'half'), '');
    await makeOnce(place, async () => {});
    expect((await readdir(folder)).sort()).toEqual(['place', 'place.lock']);

    const holder = spawn('flock', ['--no-fork', `${place}.lock`, 'sh', '-c', 'echo locked && exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const waiting = withLock(`${place}.lock`, async () => 'locked');
    holder.stdin.destroy(); // As the end of whoever held it.
    expect(await waiting).toBe('locked');
  });

  it('gives a lock to one after the other', async () => {
    const steps: string[] = [];
    const turn = (name: string) =>
      withLock(join(folder, 'lock'), async () => {
        steps.push(`${name} in`);
        await readdir(folder);
        steps.push(`${name} out`);
      });
    await Promise.all([turn('a'), turn('b')]);
    expect(steps.map((step) => step.slice(2))).toEqual(['in', 'out', 'in', 'out']);
  });

  it('removes what nobody asked for in a fortnight', async () => {
    const [old, used] = [join(folder, 'old'), join(folder, 'used')];
    await makeOnce(old, async () => {});
    await makeOnce(used, async () => {});
    const longAgo = new Date(Date.now() - 15 * 24 * 3600 * 1000);
    await utimes(old, longAgo, longAgo);
    await utimes(used, longAgo, longAgo);
    await makeOnce(used, async () => {});
    await removeUnused(folder);
    expect((await readdir(folder)).filter((name) => !name.endsWith('.lock'))).toEqual(['used']);
  });

  it('keeps three of a kind, and what was asked for today', async () => {
    const key = (digit: number) => String(digit).repeat(16);
    const age = async (name: string, days: number) => {
      await makeOnce(join(folder, name), async () => {});
      const then = new Date(Date.now() - days * 24 * 3600 * 1000);
      await utimes(join(folder, name), then, then);
    };
    for (const days of [2, 3, 4, 5, 6]) await age(`full-${key(days)}`, days);
    for (const digit of [1, 2, 3, 4]) await age(`small-${key(digit)}`, digit / 10);
    await age(`full-composefs-${key(7)}`, 7);
    await removeUnused(folder);
    expect((await readdir(folder)).filter((name) => !name.endsWith('.lock')).sort()).toEqual([
      ...[2, 3, 4].map((days) => `full-${key(days)}`),
      `full-composefs-${key(7)}`,
      ...[1, 2, 3, 4].map((digit) => `small-${key(digit)}`),
    ]);
  });
});
