// `npm start [-- --demo[=N] --data-dir DIR …]`: builds when needed, then opens Berth in the best home that this machine has.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { findChromium, openAppWindow } from './app-window.mjs';
import { build, isBuilt } from './build.mjs';
import { chooseHome } from './choose-home.mjs';
import { downloadElectron, findElectron, sandboxProblem } from './electron-binary.mjs';
import { dist, root } from './paths.mjs';

const usage = `Usage: berth [OPTION…]            opens Berth in a window, or prints an address where there is no display
       berth status|upgrade …     works in the terminal (berth --help)

  --home=HOME         electron, window (of a Chromium) or address, instead of the best one
  --demo[=N]          a fleet of N simulated hosts (24), instead of your own
  --data-dir DIR      keep everything that Berth writes in DIR
  --config FILE       use FILE as the inventory
  --unix-socket PATH  serve the page on a socket that only you can open
  --port N            serve the page on this port of 127.0.0.1
`;

/**
 * @param {readonly string[]} words
 * @returns {Promise<number>} the exit code
 */
export async function start(words) {
  if (words.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  const wanted = words.find((word) => word.startsWith('--home='))?.slice('--home='.length);
  if (wanted !== undefined && !['electron', 'window', 'address'].includes(wanted)) {
    process.stderr.write(`berth: --home is electron, window or address, not “${wanted}”\n`);
    return 2;
  }
  const rest = words.filter((word) => !word.startsWith('--home='));

  if (!isBuilt()) {
    process.stdout.write('Building Berth…\n');
    await build();
  }
  const wantsSocket = rest.some((word) => /^--(unix-socket|port)(=|$)/.test(word));
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  const isRoot = process.getuid?.() === 0;
  const mayUseElectron = hasDisplay && !isRoot && !wantsSocket && (wanted ?? 'electron') === 'electron';
  const electron = mayUseElectron ? (findElectron() ?? (await downloadElectron())) : null;
  const chromium = findChromium();
  const chosen = chooseHome({
    isRoot,
    hasDisplay,
    electron,
    sandboxProblem: electron && sandboxProblem(electron.executable),
    chromium,
    wantsSocket,
  });
  const home = wanted ?? chosen.home;
  process.stdout.write(`${wanted === undefined ? chosen.line : `Berth: ${home}, as asked for`}.\n`);

  if (home === 'electron') {
    if (!electron) {
      process.stderr.write('berth: Electron cannot be used here; leave --home out\n');
      return 1;
    }
    return run(electron.executable, [root, ...rest]);
  }
  if (home === 'window') {
    if (chromium === null) {
      process.stderr.write('berth: no Chromium is here; leave --home out\n');
      return 1;
    }
    return serveInWindow(chromium, rest);
  }
  return run(process.execPath, [path.join(dist, 'server.cjs'), ...rest]);
}

/**
 * @param {string} program
 * @param {readonly string[]} words
 * @returns {Promise<number>}
 */
function run(program, words) {
  const child = spawn(program, words, { stdio: 'inherit' });
  // Ctrl-C reaches the child as well; this process waits for it to end in order.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => resolve(code ?? 1));
    child.once('error', reject);
  });
}

/**
 * Server and window end together, whichever ends first.
 * @param {string} chromium
 * @param {readonly string[]} words
 * @returns {Promise<number>}
 */
async function serveInWindow(chromium, words) {
  const server = spawn(process.execPath, [path.join(dist, 'server.cjs'), ...words], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => server.kill());
  const ended = new AbortController();
  /** @type {Promise<number>} */
  const exitCode = new Promise((resolve) => {
    server.once('error', () => resolve(1));
    server.once('exit', (code) => resolve(code ?? 0));
  });
  void exitCode.then(() => ended.abort());
  /** @type {Promise<string | null>} */
  const address = new Promise((resolve) => {
    server.once('message', (/** @type {{ url: string }} */ { url }) => resolve(url));
    void exitCode.then(() => resolve(null));
  });
  const url = await address;
  if (url !== null) {
    await openAppWindow(chromium, url, ended.signal);
    if (server.connected) server.disconnect();
  }
  return exitCode;
}

if (process.argv[1] === import.meta.filename) process.exit(await start(process.argv.slice(2)));
