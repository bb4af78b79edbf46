import * as esbuild from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * What runs on Node or Electron, each bundled to one CommonJS file (ssh2 fails at run time as ESM). `without` are patterns of
 * inputs and externals that must not be in it: a second look at the import rules, at what really ships. `later` may be in it, but
 * behind an `import()`: it is nothing that the first window should wait for.
 */
const bundles = [
  {
    entry: 'electron/main/main.ts',
    file: 'main.cjs',
    without: [/^electron\/core\//, /^electron\/demo\//, /ssh2/],
    later: [/^node_modules\/zod\//],
  },
  {
    entry: 'electron/preload/preload.ts',
    file: 'preload.cjs',
    without: [/^electron\/(?!preload\/)/, /^shared\//, /^node:/, /node_modules\//],
  },
  {
    entry: 'electron/main/core-start.ts',
    file: 'core.cjs',
    without: [/^electron$/, /^electron\/core\//, /^shared\//, /node_modules\//],
  },
  { entry: 'electron/main/core-process.ts', file: 'core-program.cjs', without: [/^electron$/] },
  { entry: 'electron/server/main.ts', file: 'server.cjs', without: [/^electron$/, /^electron\/main\//] },
  { entry: 'electron/cli/main.ts', file: 'cli.cjs', without: [/^electron$/, /^electron\/main\//] },
  { entry: 'electron/demo/demo-worker.ts', file: 'demo-worker.cjs', without: [/^electron$/, /^electron\/main\//] },
];

/** Packages that are loaded only when they are needed, each in a file of its own: what is not in the core is not parsed at its start. */
const lazyPackages = ['ssh2', 'yaml', '@xterm/headless', '@xterm/addon-serialize', '@xterm/addon-unicode11'];

/** `@xterm/headless` is `xterm-headless.cjs`. @param {string} name */
const lazyFile = (name) => `${name.replace('@', '').replace('/', '-')}.cjs`;

/**
 * Bundles everything into `outDir`.
 * @param {string} outDir
 */
export async function buildBundles(outDir) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const name of lazyPackages) {
    await esbuild.build({
      ...common,
      stdin: { contents: `module.exports = require('${name}')`, resolveDir: root },
      outfile: path.join(outDir, lazyFile(name)),
      plugins: [optionalNatives()],
    });
  }
  for (const { entry, file, without, later = [] } of bundles) {
    if (!existsSync(path.join(root, entry))) continue;
    const { metafile } = await esbuild.build({
      ...common,
      entryPoints: [entry],
      outfile: path.join(outDir, file),
      external: ['electron'],
      define: { BERTH_VERSION: JSON.stringify(version) },
      plugins: [optionalNatives(), filesOfTheirOwn()],
      metafile: true,
    });
    const parts = [
      ...Object.keys(metafile.inputs),
      ...Object.values(metafile.outputs).flatMap(({ imports }) => imports.map((imported) => imported.path)),
    ];
    const foreign = parts.filter((part) => without.some((pattern) => pattern.test(part)));
    if (foreign.length > 0) throw new Error(`${file} must not hold ${foreign.slice(0, 5).join(', ')}`);
    const early = loadedAtOnce(metafile, entry).filter((part) => later.some((pattern) => pattern.test(part)));
    if (early.length > 0) throw new Error(`${file} must not load ${early.slice(0, 5).join(', ')} at its start`);
  }
}

/**
 * The entry and all that it imports, directly or not, other than by `import()`.
 * @param {import('esbuild').Metafile} metafile
 * @param {string} entry
 */
function loadedAtOnce({ inputs }, entry) {
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path: imported, kind } of inputs[file]?.imports ?? []) {
      if (kind !== 'dynamic-import') found.add(imported);
    }
  }
  return [...found];
}

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.18',
  // A third less to read and to parse at each start. Names and lines stay, for those who read a stack trace.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'eof',
  logLevel: 'warning',
};

/**
 * Leaves `lazyPackages` to the files beside the bundle.
 * @returns {import('esbuild').Plugin}
 */
function filesOfTheirOwn() {
  return {
    name: 'files-of-their-own',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(?:${lazyPackages.join('|')})$`) }, ({ path: id }) => ({
        path: `./${lazyFile(id)}`,
        external: true,
      }));
    },
  };
}

/**
 * ssh2 and ws try native addons and do without them when they are missing. Left as `require` of something that is not there,
 * they fail into exactly that path; an empty module in their place would not.
 * @returns {import('esbuild').Plugin}
 */
export function optionalNatives() {
  return {
    name: 'optional-natives',
    setup(build) {
      build.onResolve({ filter: /\.node$|^cpu-features$|^bufferutil$|^utf-8-validate$/ }, ({ path: id }) => ({
        path: id,
        external: true,
      }));
    },
  };
}
