import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'interruptible-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A run of two programs. The first has a child, tells its number, and waits; it minds signals, or does not. */
const program = join(folder, 'run.mjs');
writeFileSync(
  program,
  `import { createInterruptibleRuns } from ${JSON.stringify(pathToFileURL('test/support/interruptible.mjs').href)};
   const runs = createInterruptibleRuns('/');
   await runs.run('sh', ['-c', process.argv[2] + '; sleep 1000 & echo child $!; wait; wait']);
   await runs.run('echo', ['second']);
   console.log('in order');
   process.exit(runs.interruptedAs ?? 0);`,
);

interface Run {
  readonly process: ChildProcess;
  /** The process that waits for nothing. */
  readonly child: number;
  said(): string;
}

async function start(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const [name = '', ...words] = argv;
  const child = spawn(name, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...env },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await expect.poll(() => said, { timeout: 8000 }).toMatch(/child \d+\n/);
  return { process: child, child: Number(/\d+/.exec(said)![0]), said: () => said };
}

const isGone = (pid: number) => expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 8000 }).toBe(false);

describe.runIf(process.platform === 'linux')('a run that is interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'by %s ends what it has started, starts nothing more, and puts its things in order',
    async (signal, code) => {
      const run = await start([process.execPath, program, ':']);
      run.process.kill(signal);
      expect(await once(run.process, 'close')).toEqual([code, null]);
      expect(run.said()).toMatch(/^child \d+\nin order\n$/);
      await isGone(run.child);
    },
  );

  it('twice does not wait for a program that will not end', async () => {
    const deaf = `process.on("SIGTERM", () => console.log("deaf")); setInterval(() => {}, 1e6); console.log("child", process.pid)`;
    const run = await start([process.execPath, program, `exec "${process.execPath}" -e '${deaf}'`]);
    run.process.kill('SIGTERM');
    await expect.poll(run.said, { timeout: 8000 }).toContain('deaf\n');
    expect(run.process.exitCode).toBeNull();
    run.process.kill('SIGTERM');
    expect(await once(run.process, 'close')).toEqual([143, null]);
    expect(run.said()).toMatch(/deaf\nin order\n$/);
    await isGone(run.child);
  });

  it('by the end of the shell that npm has put before it', async () => {
    const shell = `"${process.execPath}" "${program}" :; true`;
    const run = await start(['sh', '-c', shell], { npm_lifecycle_event: 'test' });
    run.process.kill('SIGTERM');
    await once(run.process, 'exit');
    await expect.poll(run.said, { timeout: 8000 }).toMatch(/in order\n$/);
    await isGone(run.child);
  });
});
