'use strict';
// Loaded into Electron's main process before Berth (`electron -r`): holds back `app.whenReady()` until Playwright is attached to the
// browser and calls `__playwright_run`. A window that opens earlier may navigate in the middle of that, and is then waited for in vain.
// Playwright's own loader does the same, but is left out where the executable is given, and changes the keychain.
const { app } = require('electron');

const ready = app.whenReady();
let letGo;
const attached = new Promise((resolve) => {
  letGo = resolve;
});
app.whenReady = () => attached;
globalThis.__playwright_run = async () => {
  await ready;
  letGo();
};
