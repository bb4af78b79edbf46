import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a launch key waits to be used: long enough to carry an address to another terminal by hand. */
export const LAUNCH_KEY_LIFETIME_MS = 10 * 60_000;

/** 256 bits, so that trying is hopeless and needs no limit. */
const KEY_BYTES = 32;

/**
 * The two keys of the browser home. A launch key is in the address that is opened: it works once, and not for long. It is
 * exchanged for a session key, which never is in an address.
 */
export interface Keys {
  newLaunchKey(): string;
  /** The session key for a launch key, which is used up by it; null: unknown, used or too old. */
  exchange(launchKey: string): string | null;
  /** Whether this is the session key of somebody who came with a launch key. */
  isSession(sessionKey: string): boolean;
}

export function createKeys(now: () => number = Date.now): Keys {
  let launchKeys: readonly { readonly hash: Buffer; readonly expiresAt: number }[] = [];
  const sessions: Buffer[] = [];
  const newKey = () => randomBytes(KEY_BYTES).toString('base64url');

  return {
    newLaunchKey() {
      const key = newKey();
      launchKeys = [...launchKeys, { hash: hashOf(key), expiresAt: now() + LAUNCH_KEY_LIFETIME_MS }];
      return key;
    },
    exchange(launchKey) {
      launchKeys = launchKeys.filter(({ expiresAt }) => expiresAt > now());
      const hash = hashOf(launchKey);
      const match = launchKeys.find((candidate) => timingSafeEqual(candidate.hash, hash));
      if (!match) return null;
      launchKeys = launchKeys.filter((candidate) => candidate !== match);
      const session = newKey();
      sessions.push(hashOf(session));
      return session;
    },
    isSession(sessionKey) {
      const hash = hashOf(sessionKey);
      return sessions.some((candidate) => timingSafeEqual(candidate, hash));
    },
  };
}

/** Equal length whatever was sent, which `timingSafeEqual` asks for; and the keys themselves are not kept. */
function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
