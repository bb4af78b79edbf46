import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { LabHostOptions } from '../../../support/lab.ts';

/** A process of its own that has acquired hosts, and does nothing with them. */
export interface HoldingProcess {
  readonly pid: number;
  readonly numbers: readonly number[];
  /** `address port` of each. */
  readonly addresses: readonly string[];
  /** SIGKILL, so that it can do nothing more; resolves when it has ended. */
  kill(): Promise<void>;
}

/** Starts a process that acquires a host for each of the options; `env` is added to this process's. */
export async function startHoldingProcess(
  hosts: readonly LabHostOptions[],
  env: NodeJS.ProcessEnv = {},
): Promise<HoldingProcess> {
  const program = await bundle(hosts);
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const ended = once(child, 'close');
  const said = once(child.stdout.setEncoding('utf8'), 'data') as Promise<[string]>;
  const [line] = await Promise.race([
    said,
    ended.then(() => Promise.reject(new Error('The process that was to hold hosts has ended.'))),
  ]);
  await rm(program);
  return {
    pid: child.pid!,
    ...(JSON.parse(line) as Pick<HoldingProcess, 'numbers' | 'addresses'>),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Node 20 runs no TypeScript. Below node_modules, so that packages are found. */
async function bundle(hosts: readonly LabHostOptions[]): Promise<string> {
  const root = join(import.meta.dirname, '../../../..');
  const folder = join(root, 'node_modules/.cache/berth-tests');
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, `holding-process-${process.pid}.mjs`);
  const contents = `
    import { acquireLabHost } from './test/support/lab.ts';
    const hosts = await Promise.all(${JSON.stringify(hosts)}.map((options) => acquireLabHost(options)));
    const numbers = hosts.map(({ number }) => number);
    const addresses = hosts.map(({ address, port }) => address + ' ' + port);
    console.log(JSON.stringify({ numbers, addresses }));
    setInterval(() => {}, 60_000);`;
  await build({
    ...{ stdin: { contents, resolveDir: root, loader: 'ts' }, outfile, plugins: [ownPlaces] },
    ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' },
  });
  return outfile;
}

/** Modules of the lab find their scripts beside themselves: in the bundle they are told where they came from. */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]test[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};
