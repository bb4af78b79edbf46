import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keychain } from '../../electron/core/secrets/keychain.ts';
import { refusedKeychain } from '../../electron/core/secrets/keychain.ts';
import type { SecretsFile } from '../../electron/core/secrets/keychain-secrets.ts';
import { createSecretStore, type SecretStore } from '../../electron/core/secrets/secret-store.ts';
import { silentLog } from '../../electron/core/log/file-log.ts';
import { createEmitter } from '../../electron/core/emitter.ts';
import type { JsonFile } from '../../electron/core/store/json-file.ts';
import { BerthError, failure } from '../../shared/errors/failure.ts';

/** Stands in for the keychain of a computer: AES-256-GCM with a key that is in this process alone. */
export interface KeychainStandIn extends Keychain {
  /** Locked, as a keyring whose password nobody has given. */
  isLocked: boolean;
  readonly calls: ('encrypt' | 'decrypt')[];
}

export function keychainStandIn(): KeychainStandIn {
  const key = randomBytes(32);
  const locked = () => new BerthError('secret.unavailable', { detail: 'it is locked' });
  const standIn: KeychainStandIn = {
    isLocked: false,
    calls: [],
    state: () =>
      Promise.resolve(
        standIn.isLocked
          ? { kind: 'refused', failure: failure('secret.unavailable', { detail: 'it is locked' }) }
          : { kind: 'ready', name: 'a stand-in' },
      ),
    encrypt(text) {
      standIn.calls.push('encrypt');
      if (standIn.isLocked) return Promise.reject(locked());
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64'));
    },
    decrypt(ciphertext) {
      standIn.calls.push('decrypt');
      if (standIn.isLocked) return Promise.reject(locked());
      const bytes = Buffer.from(ciphertext, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28));
      const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      return Promise.resolve({ text, isStale: false });
    },
  };
  return standIn;
}

/** A store that remembers for the session alone, and touches no disk. */
export function sessionSecrets(): SecretStore {
  return createSecretStore({
    file: memoryFile({ secrets: [] }),
    keychain: refusedKeychain('secret.desktop-only'),
    log: silentLog,
  });
}

function memoryFile(initial: SecretsFile): JsonFile<SecretsFile> {
  let value = initial;
  const changed = createEmitter<void>();
  return {
    read: () => value,
    update(change) {
      value = change(value);
      changed.emit();
      return Promise.resolve(value);
    },
    onChange: changed.subscribe,
    problem: null,
    dispose: () => Promise.resolve(),
  };
}
