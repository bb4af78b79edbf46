import { BerthError, type Failure } from '../../../shared/errors/failure.ts';
import type { KeychainState, SecretsState } from '../../../shared/model/secret.ts';
import type { Cell } from './connection.ts';

/** What is remembered in a fixture, and what its keychain says. */
export interface SecretWorld {
  readonly state: Cell<SecretsState>;
  keychain: KeychainState;
  /** The next call of `secret.forget` and `secret.forgetAll` fails with this. */
  failNext: Failure | null;
}

export function createSecretWorld(state: Cell<SecretsState>): SecretWorld {
  return { state, keychain: { kind: 'ready', name: 'GNOME Keyring' }, failNext: null };
}

/** Forgets what is asked for, or fails as it was told to. */
export function forgetIn(world: SecretWorld, isDoomed: (id: string) => boolean): void {
  const { failNext } = world;
  world.failNext = null;
  if (failNext) throw BerthError.of(failNext);
  const { secrets } = world.state.get();
  world.state.set({ secrets: secrets.filter(({ id }) => !isDoomed(id)), problem: null });
}
