import { app, BrowserWindow } from 'electron';

/** The least that Electron can show: a window of Berth's size with an empty page. */
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800 });
  void window.loadURL('data:text/html,<!doctype html><title>Empty</title>');
});
