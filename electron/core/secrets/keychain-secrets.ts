import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { BerthError } from '../../../shared/errors/failure.ts';
import { Ciphertext } from '../../../shared/model/keychain-message.ts';
import { RememberedSecret } from '../../../shared/model/secret.ts';
import { createEmitter } from '../emitter.ts';
import type { Log } from '../log/log.ts';
import type { JsonFile } from '../store/json-file.ts';
import type { Keychain } from './keychain.ts';
import { slot, type SecretSlot } from './secret-use.ts';

/** A secret as it stands in the file: what the keychain's key made of it, and whose it is. */
const KeptSecret = RememberedSecret.omit({ keep: true }).extend({
  place: z.string().max(8192).nullable(),
  ciphertext: Ciphertext,
});
type KeptSecret = z.infer<typeof KeptSecret>;

/** What `secrets.json` holds (schema version 1). */
export const SecretsFile = z.object({ secrets: z.array(KeptSecret) });
export type SecretsFile = z.infer<typeof SecretsFile>;

/** The secrets in Berth's own file, encrypted. The file is shared with other Berths; one without a keychain can only list and remove. */
export interface KeychainSecrets {
  /** Resolves with null where there is none, or where it cannot be decrypted now. Never rejects. */
  find(key: string): Promise<string | null>;
  /** Keeps the same secret for all of these, in place of what was there. Rejects with BerthError `secret.*` or `store.*`. */
  put(slots: readonly SecretSlot[], secret: string): Promise<void>;
  /** Gone at once: none of them is found any more, also while the file is being written, or cannot be. Rejects with `store.*`. */
  remove(keys: readonly string[]): Promise<void>;
  list(): readonly (RememberedSecret & { readonly key: string })[];
  onChange(listener: () => void): () => void;
}

export function createKeychainSecrets(
  file: JsonFile<SecretsFile>,
  keychain: Keychain,
  now: () => number,
  log: Log,
): KeychainSecrets {
  /** The ids of what was removed here, whatever the file still says. */
  const removed = new Set<string>();
  const changed = createEmitter<void>();
  file.onChange(changed.emit);

  const present = () => file.read().secrets.filter(({ id }) => !removed.has(id));

  async function refresh({ id }: KeptSecret, text: string): Promise<void> {
    const ciphertext = await keychain.encrypt(text);
    await file.update(({ secrets }) => ({
      secrets: secrets.map((one) => (one.id === id ? { ...one, ciphertext } : one)),
    }));
  }

  return {
    async find(key) {
      const kept = present().find((one) => keyOf(one) === key);
      if (!kept) return null;
      try {
        const { text, isStale } = await keychain.decrypt(kept.ciphertext);
        if (isStale) refresh(kept, text).catch((error: unknown) => noteFailure(log, kept, error));
        return removed.has(kept.id) ? null : text;
      } catch (error) {
        noteFailure(log, kept, error);
        return null;
      }
    },
    async put(slots, secret) {
      const fresh = await Promise.all(
        slots.map(async ({ kind, owner, user, place }): Promise<KeptSecret> => {
          const ciphertext = await keychain.encrypt(secret);
          return { id: randomUUID(), kind, owner, user, place, since: now(), ciphertext };
        }),
      );
      const keys = new Set(slots.map(({ key }) => key));
      await file.update(({ secrets }) => ({ secrets: [...secrets.filter((one) => !keys.has(keyOf(one))), ...fresh] }));
    },
    async remove(keys) {
      const doomed = new Set(keys);
      const ids = new Set(
        present()
          .filter((one) => doomed.has(keyOf(one)))
          .map(({ id }) => id),
      );
      if (ids.size === 0) return;
      for (const id of ids) removed.add(id);
      changed.emit();
      await file.update(({ secrets }) => ({ secrets: secrets.filter(({ id }) => !ids.has(id)) }));
    },
    list: () => present().map((one) => ({ ...tell(one), key: keyOf(one) })),
    onChange: changed.subscribe,
  };
}

function keyOf({ kind, owner, user, place }: KeptSecret): string {
  return slot(kind, owner, user, place).key;
}

function tell({ id, kind, owner, user, since }: KeptSecret): RememberedSecret {
  return { id, kind, owner, user, since, keep: 'keychain' };
}

function noteFailure(log: Log, { id }: KeptSecret, error: unknown): void {
  const detail = error instanceof BerthError ? error.failure : String(error);
  log.warn('secret', 'A remembered secret cannot be used', { id, detail });
}
