import type { KeychainState, RememberedSecret } from '../../../shared/model/secret.ts';
import { failureText } from '../../state/failure-of.ts';

const kinds = { password: 'Login password', 'sudo-password': 'sudo password', passphrase: 'Passphrase' } as const;

/** What it is: `Login password of op`. */
export function secretName({ kind, user }: RememberedSecret): string {
  return user === null ? kinds[kind] : `${kinds[kind]} of ${user}`;
}

/** Whose it is: `web-03`, `every host of web`, a path. */
export function ownerName({ owner }: RememberedSecret): string {
  switch (owner.kind) {
    case 'host':
      return owner.hostId === null ? `${owner.name}, on the way to hosts` : owner.name;
    case 'group':
      return `every host of the group ${owner.name}`;
    case 'key-file':
      return owner.path;
  }
}

/** Where a secret is, in the words of the question that it was the answer to. */
export const keeps = { session: 'While Berth runs', keychain: 'In the keychain' } as const;

/** One sentence about where secrets can be kept here. */
export function keychainSentence(keychain: KeychainState): string {
  if (keychain.kind === 'refused') return `Only while Berth runs. ${failureText(keychain.failure)}`;
  return `In memory while Berth runs, or encrypted on this computer: ${keychain.name} holds the key.`;
}
