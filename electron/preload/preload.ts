import { ipcRenderer } from 'electron';

/**
 * Hands the page its port to the core whenever it asks for one, has its window brought to the front, and nothing else: no function of
 * Electron's, no way to send a message of the page's choice. The names are those of renderer/connection/electron.ts and
 * renderer/state/desktop-notices.ts.
 */
const HUB_REQUEST = 'berth:want-hub';
const HUB_MESSAGE = 'berth:hub';
const SHOW_WINDOW = 'berth:show-window';

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window) return;
  if (event.data === HUB_REQUEST || event.data === SHOW_WINDOW) ipcRenderer.send(event.data);
});

ipcRenderer.on(HUB_MESSAGE, (event) => {
  window.postMessage(HUB_MESSAGE, window.location.origin, [...event.ports]);
});
