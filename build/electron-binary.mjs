import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { root } from './paths.mjs';

/** Electron's own folder in node_modules; its binary is not part of the npm package and comes on first use. */
const electronPackage = path.join(root, 'node_modules', 'electron');

/** A network that drops packets is noticed after this long, in milliseconds; one that answers, at once. */
const REACHABLE_TIMEOUT_MS = 4000;
/** About 120 MB over a slow line. */
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/** The release that tests run on where Electron's own cannot be had (test/support/electron-runtime.mjs). */
export const TEST_RUNTIME_VERSION = '33.2.1';
export const testRuntimeDir = path.join(
  process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
  `electron-runtime-${TEST_RUNTIME_VERSION}`,
);

/**
 * @typedef {{ executable: string, version: string, origin: 'override' | 'own' | 'test-runtime' }} ElectronBinary
 */

/**
 * An Electron that is on this machine already, or null.
 * @returns {ElectronBinary | null}
 */
export function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return at(override, 'override');
  return at(path.join(electronPackage, 'dist'), 'own') ?? at(testRuntimeDir, 'test-runtime');
}

/**
 * @param {string} dir
 * @param {ElectronBinary['origin']} origin
 * @returns {ElectronBinary | null}
 */
function at(dir, origin) {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const executable = path.join(dir, names[/** @type {'darwin'} */ (process.platform)] ?? 'electron');
  if (!existsSync(executable)) return null;
  const versionFile = path.join(dir, 'version');
  const version = existsSync(versionFile)
    ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '')
    : '(unknown version)';
  return { executable, version, origin };
}

/**
 * Lets Electron's package fetch its binary, when the place it comes from answers.
 * @returns {Promise<ElectronBinary | null>} null when it cannot be had
 */
export async function downloadElectron() {
  const source =
    process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror || 'https://github.com/electron/electron/';
  try {
    await fetch(source, { method: 'HEAD', signal: AbortSignal.timeout(REACHABLE_TIMEOUT_MS) });
  } catch {
    return null;
  }
  const { status } = spawnSync(process.execPath, [path.join(electronPackage, 'install.js')], {
    stdio: 'ignore',
    timeout: DOWNLOAD_TIMEOUT_MS,
  });
  return status === 0 ? at(path.join(electronPackage, 'dist'), 'own') : null;
}

/**
 * Why Chromium's sandbox cannot work here, or null. Berth never runs without it.
 * @param {string} executable an Electron binary
 */
export function sandboxProblem(executable) {
  if (process.platform !== 'linux') return null;
  if (process.getuid?.() === 0) return 'Electron does not run as root';
  const helper = path.join(path.dirname(executable), 'chrome-sandbox');
  if (existsSync(helper) && statSync(helper).uid === 0 && (statSync(helper).mode & 0o4000) !== 0) return null;
  const forbidden =
    setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    setting('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    setting('/proc/sys/user/max_user_namespaces') === '0';
  return forbidden ? 'this system forbids the user namespaces that its sandbox needs' : null;
}

/** @param {string} file */
function setting(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
