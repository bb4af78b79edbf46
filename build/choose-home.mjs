/**
 * What is known about this machine when Berth starts.
 * @typedef {object} Situation
 * @property {boolean} isRoot
 * @property {boolean} hasDisplay
 * @property {{ version: string, origin: 'override' | 'own' | 'test-runtime' } | null} electron
 * @property {string | null} sandboxProblem why this Electron's sandbox cannot work
 * @property {string | null} chromium a program that opens app windows
 * @property {boolean} wantsSocket `--unix-socket` or `--port` was given, which only a server has
 */

/** @typedef {'electron' | 'window' | 'address'} Home */

/**
 * Electron, else a Chromium app window, else an address: which, and why, in one line.
 * @param {Situation} here
 * @returns {{ home: Home, line: string }}
 */
export function chooseHome(here) {
  if (here.wantsSocket) return { home: 'address', line: 'Berth serves its page, as asked for' };
  if (!here.hasDisplay) return { home: 'address', line: 'Berth serves its page, since there is no display here' };
  if (here.isRoot) {
    const reason = 'since neither Electron nor Chromium runs as root';
    return { home: 'address', line: `Berth serves its page for a browser, ${reason}` };
  }
  if (here.electron && here.sandboxProblem === null) {
    return {
      home: 'electron',
      line: `Berth runs in Electron ${here.electron.version}${originOf(here.electron.origin)}`,
    };
  }
  const reason = here.sandboxProblem ?? 'its binary is not here and cannot be had';
  return here.chromium
    ? { home: 'window', line: `Berth runs in a window of ${here.chromium}, not in Electron: ${reason}` }
    : { home: 'address', line: `Berth serves its page: no Chromium is here, and not Electron either: ${reason}` };
}

/** @param {'override' | 'own' | 'test-runtime'} origin */
function originOf(origin) {
  if (origin === 'override') return ' (from ELECTRON_OVERRIDE_DIST_PATH)';
  return origin === 'test-runtime' ? ' (the runtime of the tests, from the cache)' : '';
}
