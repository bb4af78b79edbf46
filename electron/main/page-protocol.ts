import { protocol, type Session } from 'electron';
import { securityHeaders, type PageFiles } from '../page/page-files.ts';
import { isOwnPage, PAGE_SCHEME } from './page-address.ts';

/** Before the app is ready: makes app:// an origin like https. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    // codeCache: the compiled page is kept, which is a good part of a quick second start.
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built page, and nothing by file:. */
export function servePage(session: Session, files: PageFiles): void {
  session.protocol.handle(PAGE_SCHEME, async ({ url, method }) => {
    const file = isOwnPage(url) && method === 'GET' ? await files.read(new URL(url).pathname) : null;
    if (!file) return new Response(null, { status: 404, headers: securityHeaders });
    return new Response(file.body, { headers: file.headers });
  });
  session.protocol.handle('file', () => new Response(null, { status: 403 }));
}
