import { BrowserWindow, nativeTheme, screen } from 'electron';
import { PAGE_ORIGIN } from './page-address.ts';
import { readWindowState, writeWindowState } from './window-state.ts';

/** The size the pages are drawn for; the smallest at which the fleet table still says what matters. */
const FIRST_SIZE = { width: 1280, height: 800 };
const SMALLEST = { minWidth: 720, minHeight: 480 };

/** PatternFly's page background, so that the window does not flash before the page is drawn. */
const BACKGROUND = { light: '#f2f2f2', dark: '#151515' };

export function openWindow(options: {
  readonly preload: string;
  readonly icon: string;
  readonly stateFile: string;
}): BrowserWindow {
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const state = readWindowState(options.stateFile, areas);
  const place = state && { x: state.x, y: state.y, width: state.width, height: state.height };
  const window = new BrowserWindow({
    ...FIRST_SIZE,
    ...place,
    ...SMALLEST,
    show: false,
    title: 'Berth',
    icon: options.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  // The menu is there for its keys; Alt belongs to the page, where Alt-click takes a filter term out.
  window.setMenuBarVisibility(false);
  if (state?.maximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(options.stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
  void window.loadURL(`${PAGE_ORIGIN}/`);
  return window;
}
