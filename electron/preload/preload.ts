import { ipcRenderer } from 'electron';

/**
 * Hands the page its port to the core whenever it asks for one, and nothing else: no function of Electron's, no way to send
 * a message of the page's choice. The names are those of renderer/connection/electron.ts.
 */
const HUB_REQUEST = 'berth:want-hub';
const HUB_MESSAGE = 'berth:hub';

window.addEventListener('message', (event) => {
  if (event.source === window && event.data === HUB_REQUEST) ipcRenderer.send(HUB_REQUEST);
});

ipcRenderer.on(HUB_MESSAGE, (event) => {
  window.postMessage(HUB_MESSAGE, window.location.origin, [...event.ports]);
});
