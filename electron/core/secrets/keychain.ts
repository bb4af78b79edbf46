import { failure, type FailureCode } from '../../../shared/errors/failure.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { KeychainState } from '../../../shared/model/secret.ts';

/** The keychain of this computer, as far as it is used: it holds the key, and never the secrets themselves. */
export interface Keychain {
  /** Never rejects. The system may ask to unlock it. */
  state(): Promise<KeychainState>;
  /** Resolves with base64. Rejects with BerthError `secret.*`. */
  encrypt(text: string): Promise<string>;
  /** `isStale`: the key has changed, and the text is to be encrypted anew. Rejects with BerthError `secret.*`. */
  decrypt(ciphertext: string): Promise<{ readonly text: string; readonly isStale: boolean }>;
}

/** Where there is none: nothing is ever encrypted. `code` says why. */
export function refusedKeychain(code: FailureCode): Keychain {
  const refuse = () => Promise.reject(new BerthError(code));
  return {
    state: () => Promise.resolve({ kind: 'refused', failure: failure(code) }),
    encrypt: refuse,
    decrypt: refuse,
  };
}
