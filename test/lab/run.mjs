// `npm run lab -- up 3 | status | ssh N | … | down`: bundles cli.ts and runs it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

if (process.platform !== 'linux')
  stop('The lab needs Linux: its hosts are made of namespaces. In a Linux machine: npm run lab');
if (process.getuid?.() !== 0)
  stop(`The lab needs root, for mounts and networks: sudo npm run lab -- ${process.argv.slice(2).join(' ')}`);

const root = path.resolve(import.meta.dirname, '..', '..');
const program = path.join(root, 'node_modules', '.cache', 'berth-lab', 'lab.cjs');

await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['test/lab/cli.ts'],
  outfile: program,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  plugins: [ownPlaces()],
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);

/**
 * @param {string} why
 * @returns {never}
 */
function stop(why) {
  console.error(why.trimEnd());
  process.exit(1);
}

/**
 * Modules of the lab find their scripts beside themselves: in the bundle they are told where they came from.
 * @returns {esbuild.Plugin}
 */
function ownPlaces() {
  return {
    name: 'own-places',
    setup(bundler) {
      bundler.onLoad({ filter: /[\\/]test[\\/].*\.ts$/ }, ({ path: file }) => {
        if (file.includes('node_modules')) return undefined;
        const contents = readFileSync(file, 'utf8')
          .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file)))
          .replaceAll('import.meta.filename', JSON.stringify(file))
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href));
        return { contents, loader: 'ts' };
      });
    },
  };
}
