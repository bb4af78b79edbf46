import { app, shell, type Session } from 'electron';
import { isOwnDownload, isOwnPage, isSafeToOpenOutside, mayBeRequested } from './page-address.ts';
import { restrictPermissions } from './permissions.ts';

/** Keeps every page, now and later, on our own origin: no other address, no other window, no embedded page. */
export function lockDownPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
    contents.on('will-frame-navigate', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (isSafeToOpenOutside(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}

/** What a page may load and ask for. */
export function lockDownSession(session: Session): void {
  restrictPermissions(session, isOwnPage);
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !mayBeRequested(url) }));
  session.on('will-download', (event, item) => {
    if (!isOwnDownload(item.getURL())) event.preventDefault();
  });
}
