// `npm run bench [-- NAME…]`: measures, and prints one JSON line a measure, each with its peer or limit from the same run.
// Machines are noisy: read the ratios, not the seconds. Exit code 1 when a bench could not be run.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { build } from '../../build/build.mjs';
import { optionalNatives } from '../../build/bundles.mjs';

const here = import.meta.dirname;
const root = path.resolve(here, '..', '..');
// Below node_modules, so that what stays external is found.
const outDir = path.join(root, 'node_modules', '.cache', 'berth-bench');

const wanted = process.argv.slice(2);
const names = readdirSync(here)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name));
if (names.length === 0) {
  console.error(`No bench is named ${wanted.join(' or ')}.`);
  process.exit(2);
}

// Programs of their own, which a bench starts.
const programs = ['fleet-process', 'startup-probe', 'empty-window'];

mkdirSync(outDir, { recursive: true });
await build();
await esbuild.build({
  absWorkingDir: root,
  entryPoints: [
    ...names.map((name) => `test/bench/${name}.bench.ts`),
    ...programs.map((name) => `test/bench/support/${name}.ts`),
  ],
  outdir: outDir,
  entryNames: '[name]',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.18',
  external: ['electron', 'playwright', 'playwright-core'],
  plugins: [optionalNatives(), ownPlaces()],
  define: { BERTH_VERSION: '"bench"' },
  logLevel: 'warning',
});

let failed = 0;
for (const name of names) {
  // A process each: what one leaves in memory is not measured in the next.
  const child = spawn(process.execPath, ['--expose-gc', path.join(outDir, `${name}.bench.cjs`)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) {
    failed += 1;
    console.error(`bench ${name} ended with exit code ${code}`);
  }
}
process.exit(failed === 0 ? 0 : 1);

/**
 * Modules of the tests and the build find their files beside themselves, and CommonJS has no `import.meta`: in a bundle they are
 * told where they came from.
 * @returns {esbuild.Plugin}
 */
function ownPlaces() {
  return {
    name: 'own-places',
    setup(bundler) {
      bundler.onLoad({ filter: /[\\/](?:test|build)[\\/].*\.(?:ts|mjs)$/ }, ({ path: file }) => {
        if (file.includes('node_modules')) return undefined;
        const contents = readFileSync(file, 'utf8')
          .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file)))
          .replaceAll('import.meta.filename', JSON.stringify(file))
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href));
        return { contents, loader: file.endsWith('.ts') ? 'ts' : 'js' };
      });
    },
  };
}
