/** The page's own scheme and host: a proper origin, unlike file:. */
export const PAGE_SCHEME = 'app';
export const PAGE_HOST = 'berth';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://${PAGE_HOST}`;

/** Parsed, never compared as text: `app://berth.evil/` and `app://berth@evil/` begin with our origin as well. */
export function isOwnPage(address: string): boolean {
  const url = parse(address);
  return (
    url !== null &&
    url.protocol === `${PAGE_SCHEME}:` &&
    url.host === PAGE_HOST &&
    url.username === '' &&
    url.password === ''
  );
}

/** What may be handed to the user's browser: https and nothing else, since other schemes start other programs. */
export function isSafeToOpenOutside(address: string): boolean {
  const url = parse(address);
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '';
}

/** What the page may load: its own files and texts. `data:` images are for the content security policy to judge; devtools: is our own menu. */
export function mayBeRequested(address: string): boolean {
  return (
    isOwnPage(address) ||
    isOwnDownload(address) ||
    address.startsWith('data:image/') ||
    address.startsWith('devtools://')
  );
}

/** Saving a log goes through a blob: link that the page made itself; nothing else is ever saved. */
export function isOwnDownload(address: string): boolean {
  return address.startsWith('blob:') && isOwnPage(address.slice('blob:'.length));
}

function parse(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
