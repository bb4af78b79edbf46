import type { BytePort } from './byte-port.ts';

/** What a home needs of a session to serve a page: streams go in here, requests go to the RPC handler with the session as context. */
export interface PageSession {
  openStream(request: unknown, port: BytePort): void;
  dispose(): void;
}
