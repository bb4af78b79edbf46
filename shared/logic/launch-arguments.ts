/** How Berth is asked to start, the same in every home. Null: not asked for. */
export interface LaunchArguments {
  readonly dataDir: string | null;
  /** Another inventory file than the one in the data folder. */
  readonly inventoryFile: string | null;
  /** Number of simulated hosts. */
  readonly demo: number | null;
  /** Browser home: listen here instead of on a port. */
  readonly unixSocket: string | null;
  /** Browser home: a fixed port on loopback; 0 takes a free one. */
  readonly port: number;
}

/** Hosts of `--demo` without a number. */
export const DEFAULT_DEMO_HOSTS = 24;

export const LAUNCH_USAGE = [
  '  --demo[=N]          a fleet of N simulated hosts (24), instead of your own',
  '  --data-dir DIR      keep everything that Berth writes in DIR',
  '  --config FILE       use FILE as the inventory',
  '  --unix-socket PATH  browser home: listen on a socket that only you can open',
  '  --port N            browser home: listen on this port of 127.0.0.1',
].join('\n');

/**
 * Reads command line words, each option as `--name value` or `--name=value`. `strict` refuses what is not known; Electron
 * gets switches of Chromium among its arguments and is not strict.
 */
export function parseLaunchArguments(
  words: readonly string[],
  options: { readonly strict: boolean },
): { readonly ok: true; readonly value: LaunchArguments } | { readonly ok: false; readonly problem: string } {
  let result: LaunchArguments = { dataDir: null, inventoryFile: null, demo: null, unixSocket: null, port: 0 };
  const problem = (text: string) => ({ ok: false, problem: text }) as const;

  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [name = '', ...rest] = word.split('=');
    const inline = word.includes('=') ? rest.join('=') : null;
    if (name === '--demo') {
      const hosts = inline === null ? DEFAULT_DEMO_HOSTS : wholeNumber(inline, 1, 5000);
      if (hosts === null) return problem(`--demo takes a number of hosts from 1 to 5000, not “${inline ?? ''}”`);
      result = { ...result, demo: hosts };
      continue;
    }
    if (!isOption(name)) {
      if (options.strict) return problem(`“${word}” is not understood`);
      continue;
    }
    if (inline === null) at += 1;
    const value = inline ?? words[at];
    if (value === undefined || value === '') return problem(`${name} needs a value`);
    if (name === '--port') {
      const port = wholeNumber(value, 0, 65535);
      if (port === null) return problem(`--port takes a number from 0 to 65535, not “${value}”`);
      result = { ...result, port };
    } else {
      result = { ...result, [texts[name]]: value };
    }
  }
  return { ok: true, value: result };
}

const texts = { '--data-dir': 'dataDir', '--config': 'inventoryFile', '--unix-socket': 'unixSocket' } as const;

function isOption(name: string): name is keyof typeof texts | '--port' {
  return name === '--port' || Object.hasOwn(texts, name);
}

function wholeNumber(text: string, min: number, max: number): number | null {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  return number >= min && number <= max ? number : null;
}
