import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** What a child does; see child.ts. */
export type Task = 'json-file' | 'append' | 'history' | 'hold';

/** Runs a task of child.ts in so many processes at once; rejects unless all of them end well. */
export async function inChildren(count: number, task: Task, options: object): Promise<void> {
  const children = await Promise.all(
    Array.from({ length: count }, (_each, index) => startChild(task, { ...options, index })),
  );
  await Promise.all(
    children.map(async (child) => {
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`A child ended with ${String(code)}`);
    }),
  );
}

export async function startChild(task: Task, options: object) {
  return spawn(process.execPath, [await bundle(), task, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

let bundled: Promise<string> | null = null;

/** Once a process, which may run several test files; it goes with the process. */
function bundle(): Promise<string> {
  bundled ??= (async () => {
    const outfile = join(tmpdir(), `berth-store-child-${String(process.pid)}.cjs`);
    process.once('exit', () => rmSync(outfile, { force: true }));
    await build({
      entryPoints: [join(import.meta.dirname, 'child.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    return outfile;
  })();
  return bundled;
}
