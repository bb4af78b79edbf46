import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { root } from '../../../build/paths.mjs';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'berth-start-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

function startBerth(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [join(root, 'build', 'start.mjs'), '--data-dir', dataDir, ...words], {
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, exitCode, output: () => output };
}

describe('npm start', () => {
  it('without a display says so in one line, serves the page at a one-time address, and ends when told to', async () => {
    const { child, exitCode, output } = startBerth(['--demo=2']);
    // Also time for a build, where this is the first thing that wants one.
    await vi.waitFor(() => expect(output()).toContain('#key='), { timeout: 50_000 });
    expect(output()).toContain('Berth serves its page, since there is no display here.\n');
    const address = new URL(/http:\S+/.exec(output())?.[0] ?? '');
    expect(address.hostname).toBe('127.0.0.1');
    expect(await (await fetch(address.origin)).text()).toContain('<title>Berth</title>');
    child.kill();
    expect(await exitCode).toBe(0);
    await expect(fetch(address.origin)).rejects.toThrow();
  });

  it.each([
    [['--home=browser'], '--home is electron, window or address'],
    [['--home=address', '--colour'], '“--colour” is not understood'],
    [['--home=address', '--demo=0'], '--demo takes a number'],
  ])('refuses %j with exit code 2', async (words, problem) => {
    const { exitCode, output } = startBerth(words);
    expect(await exitCode).toBe(2);
    expect(output()).toContain(problem);
  });
});
