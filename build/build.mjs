// `npm run build [-- --force]`: everything into dist/, unless dist/ was made from exactly these sources.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { dist, root } from './paths.mjs';

const sources = ['shared', 'electron', 'renderer', 'native', 'assets', 'build', 'package.json', 'package-lock.json'];
const stampFile = path.join(dist, 'build.json');

/** Whether dist/ was made from the sources as they are now. */
export function isBuilt() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')).sources === fingerprint();
  } catch {
    return false;
  }
}

/**
 * Builds into a folder beside and swaps at the end, so that a failed build leaves the old one, and nobody sees half a one.
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<boolean>} false when there was nothing to do
 */
export async function build({ force = false } = {}) {
  if (!force && isBuilt()) return false;
  const sourcesNow = fingerprint();
  const work = path.join(root, 'node_modules', '.cache', `berth-build-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const environment = process.env.NODE_ENV;
  // Whoever builds, a test runner too, gets the page as it ships: React looks at this, and Vite hands it on.
  process.env.NODE_ENV = 'production';
  try {
    // Loaded here: `isBuilt` is asked at every start and should not pay for the bundlers.
    const [{ buildBundles }, vite] = await Promise.all([import('./bundles.mjs'), import('vite')]);
    await buildBundles(work);
    await vite.build({
      configFile: path.join(root, 'build', 'vite.config.mjs'),
      logLevel: 'warn',
      build: { outDir: path.join(work, 'renderer') },
    });
    cpSync(path.join(root, 'native'), path.join(work, 'native'), { recursive: true });
    if (existsSync(path.join(root, 'assets', 'icons'))) {
      cpSync(path.join(root, 'assets', 'icons'), path.join(work, 'icons'), { recursive: true });
    }
    writeFileSync(path.join(work, 'build.json'), `${JSON.stringify({ sources: sourcesNow })}\n`);
    const old = `${work}-old`;
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(work, dist);
    rmSync(old, { recursive: true, force: true });
    return true;
  } finally {
    if (environment === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = environment;
    rmSync(work, { recursive: true, force: true });
  }
}

/** Names, sizes and times of all sources: also a deleted file, or one with an older time, makes another build. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const source of sources) {
    const start = path.join(root, source);
    if (!existsSync(start)) continue;
    const files = statSync(start).isDirectory()
      ? readdirSync(start, { recursive: true, encoding: 'utf8' }).map((name) => path.join(start, name))
      : [start];
    for (const file of files.sort()) {
      const { size, mtimeMs } = statSync(file);
      if (statSync(file).isFile()) hash.update(`${file} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

if (process.argv[1] === import.meta.filename) {
  const started = performance.now();
  const built = await build({ force: process.argv.includes('--force') });
  console.log(
    built ? `Built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s.` : 'dist/ is up to date.',
  );
}
