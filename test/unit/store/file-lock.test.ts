import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isHeld, lockFile, tryLock } from '../../../electron/core/store/file-lock.ts';
import { isAlive, ownIdentity } from '../../../electron/core/store/process-identity.ts';
import { startChild } from './children.ts';

describe('a file lock', () => {
  let dir: string;
  let path: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-lock-'));
    path = join(dir, 'lock');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is held by one at a time, and leaves nothing behind', async () => {
    const lock = await lockFile(path);
    expect(await tryLock(path)).toEqual({ heldBy: process.pid });
    expect(await isHeld(path)).toBe(true);
    await lock.release();
    await lock.release();
    expect(await isHeld(path)).toBe(false);
    expect(await readdir(dir)).toEqual([]);
  });

  it('is waited for, and not without an end', async () => {
    const lock = await lockFile(path);
    await expect(lockFile(path, 50)).rejects.toMatchObject({
      failure: { code: 'store.locked', params: { pid: process.pid } },
    });
    const waiting = lockFile(path);
    await lock.release();
    await (await waiting).release();
  });

  it('is free at once when its owner was killed', { timeout: 30_000 }, async () => {
    const child = await startChild('hold', { path });
    await once(child.stdout, 'data');
    expect(await tryLock(path)).toEqual({ heldBy: child.pid });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const began = performance.now();
    const lock = await lockFile(path);
    expect(performance.now() - began).toBeLessThan(1_000);
    await lock.release();
    expect(await readdir(dir)).toEqual([]);
  });

  it.each([
    [
      'a process that has the number of another one since',
      JSON.stringify({ pid: process.pid, startedAt: 'boot/1', token: 'a' }),
    ],
    ['no process at all', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '', token: 'b' })],
    ['nobody that can be read', '{"pid"'],
  ])('is taken from %s', async (_name, content) => {
    await writeFile(path, content);
    expect(await isHeld(path)).toBe(false);
    await (await lockFile(path)).release();
    expect(await readdir(dir)).toEqual([]);
  });

  it('of a dead owner goes to exactly one of many', async () => {
    for (let round = 0; round < 20; round += 1) {
      await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '', token: `dead${String(round)}` }));
      const attempts = await Promise.all(Array.from({ length: 8 }, () => tryLock(path)));
      const locks = attempts.flatMap((attempt) => ('release' in attempt ? [attempt] : []));
      expect(locks).toHaveLength(1);
      await locks[0]?.release();
    }
    expect(await readdir(dir)).toEqual([]);
  });

  it('keeps what it guards from happening twice at a time', async () => {
    let inside = 0;
    const most = vi.fn();
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        const lock = await lockFile(path);
        inside += 1;
        most(inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        await lock.release();
      }),
    );
    expect(most).toHaveBeenCalledTimes(12);
    expect(most.mock.calls.every(([count]) => count === 1)).toBe(true);
  });

  it('knows this process from others', () => {
    expect(isAlive(ownIdentity())).toBe(true);
    expect(isAlive({ ...ownIdentity(), startedAt: 'another' })).toBe(false);
    expect(isAlive({ pid: 2 ** 22 + 1, startedAt: '' })).toBe(false);
  });
});
