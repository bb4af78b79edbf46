import type { BerthConnection } from './connection/berth-connection.ts';
// Both at once and not when they are needed: they are small, and the start waits for them.
import { connectBrowser } from './connection/browser.ts';
import { connectElectron } from './connection/electron.ts';

/**
 * Connects to the core of this home. Rejects with BerthError `connection.key-wrong` (browser: the one-time address
 * was used or is wrong) or `connection.lost`.
 */
export function connect(): Promise<BerthConnection> {
  return location.protocol === 'app:' ? connectElectron() : connectBrowser();
}
