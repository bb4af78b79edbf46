import { chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile, lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { openJsonFile, type JsonFile } from '../../../electron/core/store/json-file.ts';
import { inChildren } from './children.ts';

const Names = z.object({ names: z.array(z.string()) });
type Names = z.infer<typeof Names>;

describe('openJsonFile', () => {
  let dir: string;
  let path: string;
  const open: JsonFile<Names>[] = [];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-store-'));
    path = join(dir, 'deep', 'names.json');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((file) => file.dispose()));
    await rm(dir, { recursive: true, force: true });
  });

  async function openNames(version = 1): Promise<JsonFile<Names>> {
    const file = await openJsonFile({ path, schema: Names, version, defaults: { names: ['default'] } });
    open.push(file);
    return file;
  }
  const add =
    (name: string) =>
    ({ names }: Names) => ({ names: [...names, name] });

  it('begins with the defaults and writes nothing before the first change', async () => {
    const file = await openNames();
    expect(file.read()).toEqual({ names: ['default'] });
    expect(await readdir(join(dir, 'deep'))).toEqual([]);
    await file.update(add('a'));
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, names: ['default', 'a'] });
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(dir, 'deep'))).toEqual(['names.json']);
  });

  it('keeps the order of changes that are asked for at once', async () => {
    const file = await openNames();
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => file.update(add(name))));
    expect((await openNames()).read().names).toEqual(['default', 'a', 'b', 'c', 'd']);
  });

  it('tells its listeners, also of what another instance wrote', async () => {
    const [one, two] = [await openNames(), await openNames()];
    const heard = vi.fn();
    two.onChange(heard);
    await one.update(add('a'));
    await vi.waitFor(() => expect(two.read().names).toEqual(['default', 'a']));
    expect(heard).toHaveBeenCalledTimes(1);
    await one.update((value) => value);
    await two.update(add('b'));
    await vi.waitFor(() => expect(one.read().names).toEqual(['default', 'a', 'b']));
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['half a document', '{"version": 1, "names": ["a"'],
    ['another shape', '{"version": 1, "names": "a"}'],
    ['no version', '{"names": []}'],
    ['nothing', ''],
  ])('sets aside a file with %s, untouched, and goes on', async (_name, content) => {
    await openNames();
    await writeFile(path, content);
    const file = await openNames();
    expect(file.read()).toEqual({ names: ['default'] });
    expect(file.problem).toMatchObject({ code: 'store.unreadable', params: { file: path } });
    const aside = String(file.problem?.params['setAside']);
    expect(await readFile(aside, 'utf8')).toBe(content);
    await file.update(add('a'));
    expect(await readFile(aside, 'utf8')).toBe(content);
    expect((await openNames()).problem).toBeNull();
  });

  it('does not overwrite a file that was broken while it was open', async () => {
    const file = await openNames();
    await file.update(add('a'));
    await writeFile(path, 'an accident');
    await file.update(add('b'));
    expect(file.read().names).toEqual(['default', 'a', 'b']);
    expect(await readFile(String(file.problem?.params['setAside']), 'utf8')).toBe('an accident');
  });

  it('refuses a file of a newer Berth and leaves it alone', async () => {
    await (await openNames(2)).update(add('new'));
    const content = await readFile(path, 'utf8');
    await expect(openNames(1)).rejects.toMatchObject({ failure: { code: 'store.newer-version' } });
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  it('refuses to write once a newer Berth has written', async () => {
    const old = await openNames(1);
    await (await openNames(2)).update(add('new'));
    await expect(old.update(add('old'))).rejects.toMatchObject({ failure: { code: 'store.newer-version' } });
  });

  it('writes through a symbolic link', async () => {
    await openNames();
    const target = join(dir, 'elsewhere.json');
    await writeFile(target, '{"version":1,"names":[]}');
    await symlink(target, path);
    await (await openNames()).update(add('a'));
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(target, 'utf8'))).toEqual({ version: 1, names: ['a'] });
  });

  it('goes on after a change that fails', async () => {
    const file = await openNames();
    await expect(
      file.update(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await file.update(add('a'));
    expect(file.read().names).toEqual(['default', 'a']);
  });

  it('says that it cannot write', async () => {
    const file = await openNames();
    await rm(join(dir, 'deep'), { recursive: true });
    await writeFile(join(dir, 'deep'), 'a file where the folder was');
    await chmod(join(dir, 'deep'), 0o400);
    await expect(file.update(add('a'))).rejects.toMatchObject({ failure: { code: 'store.write-failed' } });
  });

  it('gives back whatever was put in', async () => {
    const file = await openNames();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (names) => {
        await file.update(() => ({ names }));
        const read = await openJsonFile({ path, schema: Names, version: 1, defaults: { names: [] } });
        await read.dispose();
        expect(read.read()).toEqual({ names });
      }),
      { numRuns: 30 },
    );
  });

  it('loses nothing when several processes write at once', { timeout: 60_000 }, async () => {
    await inChildren(4, 'json-file', { path, times: 25 });
    const { names } = (await openNames()).read();
    expect(names).toHaveLength(1 + 4 * 25);
    expect(new Set(names).size).toBe(names.length);
    expect((await openNames()).problem).toBeNull();
  });
});
