import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** One built file, ready to send. */
export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The built page as an allow-list: what was there at start, by the path it is asked for. A path is looked up, never joined,
 * so that no path can lead out of it.
 */
export interface PageFiles {
  /** `pathname` as it stands in a URL; `/` is the page itself. Null: there is no such file. */
  read(pathname: string): Promise<PageFile | null>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

/** xterm needs inline styles; scripts stay strict. `connectSources`: where the page may connect to, beside its own origin. */
export function contentSecurityPolicy(connectSources: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connectSources].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** What every answer carries, in every home. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy(),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Lists the built page below `dir`. Rejects when there is none. */
export async function openPageFiles(dir: string): Promise<PageFiles> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile() || !(path.extname(entry.name) in types)) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(`/${path.relative(dir, file).split(path.sep).join('/')}`, file);
  }
  const index = files.get('/index.html');
  if (index === undefined) throw new Error(`There is no built page in ${dir}`);
  files.set('/', index);

  return {
    async read(pathname) {
      const file = files.get(pathname);
      if (file === undefined) return null;
      const headers = {
        ...securityHeaders,
        'content-type': types[path.extname(file)] ?? 'application/octet-stream',
        // Names below assets/ hold a hash of the content; everything else must be asked for again.
        'cache-control': pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
      };
      return { body: new Uint8Array(await readFile(file)), headers };
    },
  };
}
