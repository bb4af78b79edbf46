import { join } from 'node:path';
import { _electron, type ElectronApplication } from '@playwright/test';
import { electronRuntime } from '../../support/electron-runtime.mjs';
import { root } from '../../../build/paths.mjs';
import type { Display } from './display.ts';
import type { PrivateFolders } from './private-folders.ts';

/** Starts the desktop app as `npm start` does, on the display of the tests. */
export async function startElectron(
  folders: PrivateFolders,
  display: Display,
  words: readonly string[],
): Promise<ElectronApplication> {
  const { executable } = await electronRuntime();
  return _electron.launch({
    executablePath: executable,
    // Electron does not run as root with its sandbox; the app itself never asks for this.
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '-r',
      join(import.meta.dirname, 'hold-until-attached.cjs'),
      root,
      '--data-dir',
      folders.dataDir,
      ...words,
    ],
    env: { ...folders.env, DISPLAY: display.name },
    cwd: folders.home,
  });
}
