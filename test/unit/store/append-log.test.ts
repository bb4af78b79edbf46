import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { appendJsonLines, readJsonLines, readLastJsonLine } from '../../../electron/core/store/append-log.ts';
import { inChildren } from './children.ts';

const Line = z.object({ name: z.string() });

describe('lines that are only appended', () => {
  let dir: string;
  let path: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-append-'));
    path = join(dir, 'deep', 'lines.jsonl');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('come back in order; a file that is not there has none', async () => {
    expect(await readJsonLines(path, Line)).toEqual([]);
    expect(await readLastJsonLine(path, Line)).toBeNull();
    await appendJsonLines(path, [{ name: 'a' }, { name: 'b' }]);
    await appendJsonLines(path, [{ name: 'c' }]);
    expect((await readJsonLines(path, Line)).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(await readLastJsonLine(path, Line)).toEqual({ name: 'c' });
  });

  it('survive a crash in the middle of a line, wherever it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), fc.nat(), async (names, cut) => {
        await rm(path, { force: true });
        await appendJsonLines(
          path,
          names.map((name) => ({ name })),
          false,
        );
        const whole = await readFile(path);
        const kept = cut % (whole.length + 1);
        await truncate(path, kept);
        const before = await readJsonLines(path, Line);
        await appendJsonLines(path, [{ name: 'after' }], false);
        const expected = [...before.map(({ name }) => name), 'after'];
        expect((await readJsonLines(path, Line)).map(({ name }) => name)).toEqual(expected);
        expect(before.length).toBeGreaterThanOrEqual(whole.subarray(0, kept).filter((byte) => byte === 10).length);
      }),
      { numRuns: 60 },
    );
  });

  it('that are not what is expected are skipped, and the last good one counts', async () => {
    await appendJsonLines(path, [{ name: 'a' }]);
    await appendFile(path, 'no json\n{"other":1}\n\n{"name":"b"}\n{"name":');
    expect((await readJsonLines(path, Line)).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await readLastJsonLine(path, Line)).toEqual({ name: 'b' });
  });

  it('of several processes do not mix', { timeout: 60_000 }, async () => {
    await inChildren(4, 'append', { path, times: 50 });
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    expect(lines).toHaveLength(200);
    expect(await readJsonLines(path, Line)).toHaveLength(200);
  });

  it('say that they cannot be written', async () => {
    await writeFile(join(dir, 'deep'), 'a file where the folder should be');
    await expect(appendJsonLines(path, [{}])).rejects.toMatchObject({ failure: { code: 'store.write-failed' } });
  });
});
