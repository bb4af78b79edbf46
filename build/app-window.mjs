import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge',
  'brave-browser',
];
const macApps = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'];

/** The first Chromium on this machine, as a path, or null. */
export function findChromium() {
  const candidates =
    process.platform === 'darwin'
      ? macApps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`)
      : (process.env.PATH ?? '').split(path.delimiter).flatMap((dir) => names.map((name) => path.join(dir, name)));
  return candidates.find(isExecutable) ?? null;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Opens an app window with a profile of its own, and resolves when it was closed. The address holds the launch key, which
 * must not be seen in the list of processes: the window opens on an empty page of the same origin and is sent on through the
 * debugging pipe, which leads to this process only, and ends the browser when this process ends.
 * @param {string} chromium
 * @param {string} address
 * @param {AbortSignal} signal closes the window
 */
export async function openAppWindow(chromium, address, signal) {
  // Chromium from a snap sees no hidden folders and no /tmp.
  const isSnap = realpathSync(chromium).startsWith('/snap/') || realpathSync(chromium) === '/usr/bin/snap';
  const profile = mkdtempSync(
    path.join(isSnap ? path.join(homedir(), 'snap', 'chromium', 'common') : tmpdir(), 'berth-window-'),
  );
  const browser = spawn(
    chromium,
    [
      `--app=${new URL('/starting', address)}`,
      `--user-data-dir=${profile}`,
      '--remote-debugging-pipe',
      '--class=Berth',
      '--window-size=1280,800',
      '--no-first-run',
      '--no-default-browser-check',
      '--disable-sync',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-extensions',
      '--password-store=basic',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const closed = new Promise((resolve) => {
    browser.once('exit', resolve);
    browser.once('error', resolve);
  });
  signal.addEventListener('abort', () => browser.kill());
  const pipe = debuggingPipe(browser.stdio[3], browser.stdio[4]);
  const navigated = sendTo(pipe, address);
  // A browser that ends early rejects nothing here: `closed` tells.
  navigated.catch(() => undefined);
  await closed;
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * @param {ReturnType<typeof debuggingPipe>} pipe
 * @param {string} address
 */
async function sendTo(pipe, address) {
  const targetId = await new Promise((resolve) => {
    pipe.on('Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.type === 'page') resolve(targetInfo.targetId);
    });
    void pipe.call('Target.setDiscoverTargets', { discover: true });
  });
  const { sessionId } = await pipe.call('Target.attachToTarget', { targetId, flatten: true });
  await pipe.call('Page.navigate', { url: address }, sessionId);
  await pipe.call('Target.detachFromTarget', { sessionId });
}

/**
 * The Chrome DevTools Protocol over a pair of pipes: JSON messages, each ended by a zero byte.
 * @param {any} input
 * @param {any} output
 */
function debuggingPipe(input, output) {
  /** @type {Map<number, (result: any) => void>} */
  const waiting = new Map();
  /** @type {Map<string, (params: any) => void>} */
  const listeners = new Map();
  let nextId = 1;
  let pending = '';
  input.on('error', () => undefined);
  output.on('error', () => undefined);
  output.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
    const messages = (pending + chunk).split('\0');
    pending = messages.pop() ?? '';
    for (const text of messages) {
      const message = JSON.parse(text);
      if (message.id !== undefined) waiting.get(message.id)?.(message.result ?? {});
      else listeners.get(message.method)?.(message.params);
    }
  });
  return {
    /** @param {string} method @param {object} params @param {string} [sessionId] @returns {Promise<any>} */
    call(method, params, sessionId) {
      const id = nextId++;
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    /** @param {string} event @param {(params: any) => void} listener */
    on(event, listener) {
      listeners.set(event, listener);
    },
  };
}
