import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { missingPrerequisites, type Prerequisite } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';

describe('what tests need of the machine', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-prerequisites-'));
    await writeFile(join(folder, 'zsh'), '');
    await chmod(join(folder, 'zsh'), 0o755);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  const absent = 'a-program-that-is-nowhere' as Prerequisite;

  it('is looked for on the PATH, and told when it is not there', () => {
    expect(missingPrerequisites(['zsh', 'root'], folder, 0)).toBeNull();
    expect(missingPrerequisites(['zsh', absent, 'root'], folder, 1000)).toBe(`no ${absent}, no root`);
  });

  it('fails where it is missing under CI, and is skipped elsewhere', () => {
    vi.stubEnv('CI', 'true');
    expect(() => describeWith(absent)).toThrow(`These tests cannot run: no ${absent}`);
    expect(describeWith()).toBe(describe);
    vi.stubEnv('CI', '');
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(describeWith(absent)).not.toBe(describe);
    expect(said).toHaveBeenCalledWith(`Skipped: no ${absent}\n`);
    said.mockRestore();
  });
});
