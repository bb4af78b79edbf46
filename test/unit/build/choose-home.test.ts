import { describe, expect, it } from 'vitest';
import { chooseHome, type Situation } from '../../../build/choose-home.mjs';

const desktop: Situation = {
  isRoot: false,
  hasDisplay: true,
  electron: { version: '45.4.1', origin: 'own' },
  sandboxProblem: null,
  chromium: '/usr/bin/chromium',
  wantsSocket: false,
};

describe('chooseHome', () => {
  it.each([
    ['Electron where it is', {}, 'electron', 'Berth runs in Electron 45.4.1'],
    [
      'an Electron that was pointed at',
      { electron: { version: '33.2.1', origin: 'override' as const } },
      'electron',
      'Berth runs in Electron 33.2.1 (from ELECTRON_OVERRIDE_DIST_PATH)',
    ],
    [
      'the runtime of the tests, and says so',
      { electron: { version: '33.2.1', origin: 'test-runtime' as const } },
      'electron',
      'Berth runs in Electron 33.2.1 (the runtime of the tests, from the cache)',
    ],
    [
      'a Chromium without Electron',
      { electron: null },
      'window',
      'Berth runs in a window of /usr/bin/chromium, not in Electron: its binary is not here and cannot be had',
    ],
    [
      'a Chromium where the sandbox is forbidden',
      { sandboxProblem: 'this system forbids it' },
      'window',
      'Berth runs in a window of /usr/bin/chromium, not in Electron: this system forbids it',
    ],
    [
      'an address with neither',
      { electron: null, chromium: null },
      'address',
      'Berth serves its page: no Chromium is here, and not Electron either: its binary is not here and cannot be had',
    ],
    [
      'an address without a display',
      { hasDisplay: false },
      'address',
      'Berth serves its page, since there is no display here',
    ],
    [
      'an address for root',
      { isRoot: true },
      'address',
      'Berth serves its page for a browser, since neither Electron nor Chromium runs as root',
    ],
    ['an address where one was asked for', { wantsSocket: true }, 'address', 'Berth serves its page, as asked for'],
  ])('takes %s', (_name, change, home, line) => {
    expect(chooseHome({ ...desktop, ...change })).toEqual({ home, line });
  });
});
