import type { Session } from 'electron';

/** What a page may ask the browser for. Everything that is not in this table, or not true in it, is denied. */
export const permissions: Readonly<Record<string, boolean>> = {
  // Copy buttons for digests, commands and addresses. Writing only, and only after a click.
  'clipboard-sanitized-write': true,
  // Reading the clipboard would show what the user copied elsewhere, passwords first.
  'clipboard-read': false,
  fullscreen: false,
  geolocation: false,
  media: false,
  midi: false,
  // Only after the user has turned them on in the settings. Their texts are Berth's own words.
  notifications: true,
  openExternal: false,
  pointerLock: false,
};

/** Makes the table hold for questions (`request`) and for silent checks alike, and for devices as well. */
export function restrictPermissions(session: Session, isOwnPage: (address: string) => boolean): void {
  const allowed = (permission: string, address: string) => permissions[permission] === true && isOwnPage(address);
  session.setPermissionRequestHandler((_contents, permission, callback, { requestingUrl }) => {
    callback(allowed(permission, requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => allowed(permission, requestingOrigin));
  session.setDevicePermissionHandler(() => false);
}
