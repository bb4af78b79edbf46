import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';
import type { CoreArguments } from './core-messages.ts';

/**
 * What main forks: the core, out of code that V8 compiled at an earlier start, which takes half the time of compiling it. Chromium does the
 * same for the page. V8 itself refuses what another version or other flags have made, but of the program it compares the
 * length only: therefore the name has the program's hash in it. Nothing depends on the cache; one that cannot be read or kept costs time.
 */
const CACHE_NAME = /^core-[0-9a-f]{16}\.bin$/;

const file = join(__dirname, 'core-program.cjs');
const { codeCacheDir } = JSON.parse(process.argv[2] ?? '{}') as Partial<CoreArguments>;
const source = readFileSync(file, 'utf8');
const cacheName = `core-${createHash('sha256').update(source).digest('hex').slice(0, 16)}.bin`;

const cachedData = readCache();
const script = new Script(`(function (require, module, __filename, __dirname) {${source}\n})`, {
  filename: file,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  ...(cachedData && { cachedData }),
});
type Program = (require: NodeJS.Require, module: { exports: unknown }, file: string, folder: string) => void;
(script.runInThisContext() as Program)(createRequire(file), { exports: {} }, file, dirname(file));

// At the end it holds what this run has used, and holds up nobody.
if (!cachedData || script.cachedDataRejected) process.once('exit', keepCache);

function readCache(): Buffer | null {
  try {
    return codeCacheDir ? readFileSync(join(codeCacheDir, cacheName)) : null;
  } catch {
    return null;
  }
}

/** Replaces what other versions of the program have left. */
function keepCache(): void {
  if (!codeCacheDir) return;
  try {
    mkdirSync(codeCacheDir, { recursive: true, mode: 0o700 });
    const target = join(codeCacheDir, cacheName);
    const temporary = `${target}.${String(process.pid)}`;
    writeFileSync(temporary, script.createCachedData(), { mode: 0o600 });
    renameSync(temporary, target);
    for (const name of readdirSync(codeCacheDir)) {
      if (CACHE_NAME.test(name) && name !== cacheName) rmSync(join(codeCacheDir, name), { force: true });
    }
  } catch {
    // The next start compiles again.
  }
}
