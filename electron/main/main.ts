import { app, BrowserWindow, dialog, ipcMain, safeStorage, session } from 'electron';
import { join } from 'node:path';
import type { Failure } from '../../shared/errors/failure.ts';
import { parseLaunchArguments } from '../../shared/logic/launch-arguments.ts';
import { openPageFiles } from '../page/page-files.ts';
import { createCoreHost } from './core-host.ts';
import { lockDownPages, lockDownSession } from './lock-down.ts';
import { installMenu } from './menu.ts';
import { isOwnPage } from './page-address.ts';
import { registerPageScheme, servePage } from './page-protocol.ts';
import type { KeychainAnswers } from './serve-keychain.ts';
import { openWindow } from './window.ts';

/**
 * Electron's main process: windows, and who may do what. It starts the core and hands every page a port to it; it is not
 * in the data path, and knows nothing of hosts.
 */
const parsed = parseLaunchArguments(process.argv.slice(1), { strict: false });
if (!parsed.ok) {
  process.stderr.write(`berth: ${parsed.problem}\n`);
  app.exit(2);
} else {
  const { dataDir, inventoryFile, demo } = parsed.value;
  // Also what the single instance lock goes by: a demo may run beside the user's own Berth, and so may two data folders.
  if (dataDir !== null) app.setPath('userData', join(dataDir, 'window'));
  else if (demo !== null) app.setPath('userData', join(app.getPath('appData'), 'Berth demo'));

  if (app.requestSingleInstanceLock()) run({ dataDir, inventoryFile, demo });
  else app.exit(0);
}

function run(start: {
  readonly dataDir: string | null;
  readonly inventoryFile: string | null;
  readonly demo: number | null;
}): void {
  // Every page, whatever its window says. Chromium refuses to run as root but with --no-sandbox, which the tests pass there and
  // Berth itself never does; enabling the sandbox all the same would leave no process that can start.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  registerPageScheme();
  lockDownPages();

  // Listed while Electron starts.
  const pageFiles = openPageFiles(join(__dirname, 'renderer'));
  const core = createCoreHost({
    file: join(__dirname, 'core.cjs'),
    arguments: { ...start, codeCacheDir: join(app.getPath('sessionData'), 'Core code cache') },
    openKeychain,
    onFailed(failure) {
      void refuseToStart(failure);
    },
  });

  const showWindow = () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window) {
      if (window.isMinimized()) window.restore();
      window.focus();
      return;
    }
    openWindow({
      preload: join(__dirname, 'preload.cjs'),
      icon: join(__dirname, 'icons', '256x256.png'),
      stateFile: join(app.getPath('userData'), 'window-state.json'),
    });
  };

  // These two are all that main takes from a page: a wish for a port, and a click on a notification.
  ipcMain.on('berth:want-hub', (event) => {
    const frame = event.senderFrame;
    if (frame?.parent !== null || !isOwnPage(frame.url)) return;
    event.sender.postMessage('berth:hub', null, [core.openHub()]);
  });

  ipcMain.on('berth:show-window', (event) => {
    const frame = event.senderFrame;
    if (frame?.parent === null && isOwnPage(frame.url)) showWindow();
  });

  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    // Operations on hosts go on; what the core has open here is closed in order.
    event.preventDefault();
    void core.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });

  void app.whenReady().then(async () => {
    // First of all: it starts while the window does, in a process of its own.
    core.start();
    installMenu();
    lockDownSession(session.defaultSession);
    servePage(session.defaultSession, await pageFiles);
    showWindow();
  });
}

// What follows needs the schemas and all texts of failures, and is loaded only then: the first window waits for every line of main.

async function openKeychain(): Promise<KeychainAnswers> {
  const { answersOf } = await import('./keychain-answers.ts');
  const { createOsKeychain } = await import('./keychain.ts');
  return answersOf(createOsKeychain(safeStorage, process.platform));
}

async function refuseToStart(failure: Failure): Promise<void> {
  const { describe } = await import('../../shared/errors/describe.ts');
  const { text, remedy } = describe(failure);
  process.stderr.write(`berth: ${text} ${remedy}\n`);
  dialog.showErrorBox(text, remedy);
  app.exit(1);
}
