import * as z from 'zod';
import { Failure } from './failure.ts';

/**
 * How an answer may be used again. `keep`: `session` while this Berth runs, in its memory alone; `keychain` also later, encrypted
 * with a key that the keychain of this computer holds. `reach`: for this host, or for every host of its group; the passphrase of a key
 * file is the key's, whatever it says.
 */
export const Remember = z.object({ keep: z.enum(['session', 'keychain']), reach: z.enum(['host', 'group']) });
export type Remember = z.infer<typeof Remember>;

/** The secrets that can be remembered. Answers to what a host asks (codes among them) never are. */
export const SecretKind = z.enum(['password', 'sudo-password', 'passphrase']);
export type SecretKind = z.infer<typeof SecretKind>;

/** Whose a secret is. `hostId` null: a machine on the way to hosts, which is none of the inventory itself. */
export const SecretOwner = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('host'), hostId: z.string().max(64).nullable(), name: z.string().max(600) }),
  z.object({ kind: z.literal('group'), name: z.string().max(200) }),
  z.object({ kind: z.literal('key-file'), path: z.string().max(4096) }),
]);
export type SecretOwner = z.infer<typeof SecretOwner>;

/** What is told of a remembered secret: everything but the secret. `user` null: of a key file. `since` is epoch milliseconds. */
export const RememberedSecret = z.object({
  id: z.string().min(1).max(64),
  kind: SecretKind,
  owner: SecretOwner,
  user: z.string().max(255).nullable(),
  keep: Remember.shape.keep,
  since: z.number(),
});
export type RememberedSecret = z.infer<typeof RememberedSecret>;

/** Whether the keychain of this computer can be used, and what it is called; else why not. */
export const KeychainState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), name: z.string().max(100) }),
  z.object({ kind: z.literal('refused'), failure: Failure }),
]);
export type KeychainState = z.infer<typeof KeychainState>;

/** All that is remembered, newest first. `problem`: the newest one with keeping or removing a secret, until the next that goes well. */
export const SecretsState = z.object({ secrets: z.array(RememberedSecret), problem: Failure.nullable() });
export type SecretsState = z.infer<typeof SecretsState>;
