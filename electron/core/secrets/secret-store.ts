import { randomUUID } from 'node:crypto';
import { describe } from '../../../shared/errors/describe.ts';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import type { KeychainState, Remember, RememberedSecret, SecretsState } from '../../../shared/model/secret.ts';
import { createEmitter } from '../emitter.ts';
import type { Log } from '../log/log.ts';
import type { JsonFile } from '../store/json-file.ts';
import type { Keychain } from './keychain.ts';
import { createKeychainSecrets, type SecretsFile } from './keychain-secrets.ts';
import { slotsOf, type SecretSlot, type SecretUse } from './secret-use.ts';
import { createTrials } from './trials.ts';

/** A remembered secret that is about to be used. To be settled once it is known what became of it. */
export interface SecretOffer {
  readonly secret: string;
  /** `refused`: it is forgotten, here and wherever else this use would find it. More calls do nothing. */
  settle(outcome: 'accepted' | 'refused' | 'unused'): void;
}

export interface SecretStoreOptions {
  readonly file: JsonFile<SecretsFile>;
  readonly keychain: Keychain;
  readonly log: Log;
  readonly now?: (() => number) | undefined;
}

/**
 * Secrets that the user allowed to be used again: for this session in memory, or kept with the keychain of this computer. One that was
 * refused is forgotten at once, and nothing else is offered at that place until somebody has answered.
 */
export interface SecretStore {
  /** What may be used without a question; null: nothing, so that a person has to be asked. `signal`: unused when it aborts. */
  offer(use: SecretUse, signal: AbortSignal): Promise<SecretOffer | null>;
  /**
   * Remembers a secret that was proven right, for all of these. Never rejects: what the keychain does not take is remembered for the
   * session, and told by `problem`.
   */
  keep(uses: readonly SecretUse[], secret: string, remember: Remember): Promise<void>;
  /** A secret was refused: it is forgotten wherever this use would find it. Never rejects. */
  refused(use: SecretUse, secret: string): Promise<void>;
  state(): SecretsState;
  keychain(): Promise<KeychainState>;
  onChange(listener: () => void): () => void;
  /** Forgets those that `isDoomed`, and tells `onForgotten` each. Rejects with BerthError `store.*`: they are not used again all the same. */
  forget(isDoomed: (secret: RememberedSecret) => boolean): Promise<void>;
  /** Calls back when a person, or the removal of a host, made something forgotten: whatever was opened with it is to be closed. */
  onForgotten(listener: (secret: RememberedSecret) => void): () => void;
  dispose(): void;
}

interface SessionSecret {
  readonly told: RememberedSecret;
  readonly secret: string;
}

export function createSecretStore({ file, keychain, log, now = Date.now }: SecretStoreOptions): SecretStore {
  const session = new Map<string, SessionSecret>();
  const kept = createKeychainSecrets(file, keychain, now, log);
  const trials = createTrials(now);
  /** Places where something was refused, and nobody has answered since. */
  const distrusted = new Set<string>();
  /** Secrets that are being forgotten. */
  const underway = new Set<Promise<void>>();
  const changed = createEmitter<void>();
  const forgotten = createEmitter<RememberedSecret>();
  let problem: Failure | null = null;
  const unsubscribe = kept.onChange(changed.emit);

  const read = async (key: string) => session.get(key)?.secret ?? (await kept.find(key));

  function note(next: Failure | null): void {
    if (next !== null) log.warn('secret', describe(next).text);
    problem = next;
    changed.emit();
  }

  /** Removes from both places; what is in memory is gone before the first wait. */
  async function remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      session.delete(key);
      trials.doubt(key);
    }
    changed.emit();
    await kept.remove(keys);
  }

  async function removeQuietly(keys: readonly string[]): Promise<void> {
    try {
      await remove(keys);
    } catch (error) {
      note(toFailure(error));
    }
  }

  /** What is in memory is gone before the first wait; nothing is offered until it is known what is to go from the keychain. */
  function forgetRefused(use: SecretUse, secret: string, offered: string | null): Promise<void> {
    const keys = slotsOf(use).map(({ key }) => key);
    distrusted.add(slotsOf(use)[0].key);
    const known = keys.filter((key) => key === offered || session.get(key)?.secret === secret);
    const forgetting = Promise.all([removeQuietly(known), forgetInKeychain(keys, secret)]).then(() => undefined);
    underway.add(forgetting);
    return forgetting.finally(() => underway.delete(forgetting));
  }

  async function forgetInKeychain(keys: readonly string[], secret: string): Promise<void> {
    for (const key of keys) if ((await kept.find(key)) === secret) await removeQuietly([key]);
  }

  async function offer(use: SecretUse, signal: AbortSignal): Promise<SecretOffer | null> {
    const slots = slotsOf(use);
    for (const { key } of slots) {
      await Promise.all(underway);
      if (distrusted.has(slots[0].key) || signal.aborted) return null;
      if (!session.has(key) && !kept.list().some((one) => one.key === key)) continue;
      const end = await trials.enter(key, signal);
      const secret = end && !distrusted.has(slots[0].key) ? await read(key) : null;
      if (secret === null || signal.aborted) {
        end?.(false);
        continue;
      }
      let isSettled = false;
      const settle: SecretOffer['settle'] = (outcome) => {
        if (isSettled) return;
        isSettled = true;
        signal.removeEventListener('abort', onAbort);
        // Before the next one may try it.
        if (outcome === 'refused') void forgetRefused(use, secret, key);
        end?.(outcome === 'accepted');
      };
      const onAbort = () => settle('unused');
      signal.addEventListener('abort', onAbort, { once: true });
      return { secret, settle };
    }
    return null;
  }

  function keepInSession(slots: readonly SecretSlot[], secret: string): void {
    for (const { key, kind, owner, user } of slots) {
      const told: RememberedSecret = { id: randomUUID(), kind, owner, user, keep: 'session', since: now() };
      session.set(key, { told, secret });
    }
    changed.emit();
  }

  async function keep(uses: readonly SecretUse[], secret: string, remember: Remember): Promise<void> {
    const slots = new Map<string, SecretSlot>();
    for (const use of uses) {
      const all = slotsOf(use);
      const wanted = (remember.reach === 'group' ? all[1] : undefined) ?? all[0];
      slots.set(wanted.key, wanted);
      distrusted.delete(all[0].key);
    }
    const keys = [...slots.keys()];
    for (const key of keys) trials.prove(key);
    if (remember.keep === 'session') {
      // What was kept for the same owner before is another answer's.
      await removeQuietly(keys);
      for (const key of keys) trials.prove(key);
      keepInSession([...slots.values()], secret);
      return;
    }
    try {
      await kept.put([...slots.values()], secret);
      for (const key of keys) session.delete(key);
      note(null);
    } catch (error) {
      keepInSession([...slots.values()], secret);
      note(failure('secret.not-kept', { detail: describe(toFailure(error)).text }));
    }
  }

  function list(): RememberedSecret[] {
    const all = [...session.values()].map(({ told }) => told);
    // The key of one is nothing to be told.
    for (const { key: _key, ...told } of kept.list()) all.push(told);
    return all.sort((a, b) => b.since - a.since);
  }

  function toFailure(error: unknown): Failure {
    if (error instanceof BerthError) return error.failure;
    return failure('internal', { logId: log.error('secret', 'A remembered secret could not be kept', error) });
  }

  return {
    offer,
    keep,
    refused: (use, secret) => forgetRefused(use, secret, null),
    state: () => ({ secrets: list(), problem }),
    keychain: () => keychain.state(),
    onChange: changed.subscribe,
    async forget(isDoomed) {
      const doomed = list().filter(isDoomed);
      const ids = new Set(doomed.map(({ id }) => id));
      const inSession = [...session].filter(([, { told }]) => ids.has(told.id)).map(([key]) => key);
      const inKeychain = kept.list().filter(({ id }) => ids.has(id));
      const removing = remove([...inSession, ...inKeychain.map(({ key }) => key)]);
      for (const secret of doomed) forgotten.emit(secret);
      await removing;
      if (doomed.length > 0) note(null);
    },
    onForgotten: forgotten.subscribe,
    dispose() {
      unsubscribe();
      session.clear();
    },
  };
}
