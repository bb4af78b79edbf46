import { failure } from '../../shared/errors/failure.ts';
import type { KeychainState } from '../../shared/model/secret.ts';

/**
 * Electron's safeStorage, as far as it is used. What ends in `Async` does not hold up the window; older Electrons have only the others,
 * which encrypt in the same way.
 */
export interface Storage {
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  decryptString(bytes: Buffer): string;
  isAsyncEncryptionAvailable?(): Promise<boolean>;
  encryptStringAsync?(text: string): Promise<Buffer>;
  decryptStringAsync?(bytes: Buffer): Promise<{ readonly result: string; readonly shouldReEncrypt: boolean }>;
  /** Linux only. */
  getSelectedStorageBackend(): string;
}

/** The keychain of this computer behind `safeStorage`. Rejects with the system's own words, which hold no secret. */
export interface OsKeychain {
  state(): Promise<KeychainState>;
  /** Resolves with base64. */
  encrypt(text: string): Promise<string>;
  decrypt(ciphertext: string): Promise<{ readonly text: string; readonly isStale: boolean }>;
}

/** The backends of Linux whose key is behind the login of the user, as Electron calls them, and as people do. */
const LINUX_BACKENDS: Readonly<Record<string, string>> = {
  gnome_libsecret: 'the keyring (Secret Service)',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
};
/** What Chromium's encryption begins with on Linux where its key is a constant of its source: as good as plain text. */
const PLAIN = Buffer.from('v10');

export function createOsKeychain(storage: Storage, platform: NodeJS.Platform): OsKeychain {
  const { isAsyncEncryptionAvailable, encryptStringAsync, decryptStringAsync } = storage;

  function nameOfBackend(): string | null {
    if (platform === 'darwin') return 'the keychain of macOS';
    if (platform === 'win32') return 'Windows (DPAPI)';
    return LINUX_BACKENDS[storage.getSelectedStorageBackend()] ?? null;
  }

  async function state(): Promise<KeychainState> {
    const name = nameOfBackend();
    if (name === null) {
      const backend = storage.getSelectedStorageBackend();
      return { kind: 'refused', failure: failure('secret.plain-text', { backend }) };
    }
    const isThere = await (isAsyncEncryptionAvailable?.() ?? storage.isEncryptionAvailable());
    if (isThere) return { kind: 'ready', name };
    return { kind: 'refused', failure: failure('secret.unavailable', { detail: `${name} does not open` }) };
  }

  return {
    state,
    async encrypt(text) {
      if ((await state()).kind !== 'ready') throw new Error('it is not there');
      const bytes = await (encryptStringAsync?.(text) ?? storage.encryptString(text));
      // Whatever the system says it does: nothing leaves here that anybody can read.
      if (platform !== 'darwin' && platform !== 'win32' && bytes.subarray(0, PLAIN.length).equals(PLAIN)) {
        throw new Error('it would encrypt with a key that everybody knows');
      }
      return bytes.toString('base64');
    },
    async decrypt(ciphertext) {
      const bytes = Buffer.from(ciphertext, 'base64');
      if (!decryptStringAsync) return { text: storage.decryptString(bytes), isStale: false };
      const { result, shouldReEncrypt } = await decryptStringAsync(bytes);
      return { text: result, isStale: shouldReEncrypt };
    },
  };
}
