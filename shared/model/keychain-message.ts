import * as z from 'zod';
import { KeychainState } from './secret.ts';

const id = z.int().min(1);
/** Base64 of what the system's encryption made of a secret, which is a few bytes longer. */
export const Ciphertext = z.base64().max(16 * 1024);

/** What the core asks of the process that reaches the keychain, over a port of their own that no page ever sees. */
export const KeychainRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), id }),
  z.object({ kind: z.literal('encrypt'), id, text: z.string().max(4096) }),
  z.object({ kind: z.literal('decrypt'), id, ciphertext: Ciphertext }),
]);
export type KeychainRequest = z.infer<typeof KeychainRequest>;

/** The answer to the request of the same `id`. `isStale`: the key has changed, and the text is to be encrypted anew. */
export const KeychainReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), id, state: KeychainState }),
  z.object({ kind: z.literal('encrypted'), id, ciphertext: Ciphertext }),
  z.object({ kind: z.literal('decrypted'), id, text: z.string(), isStale: z.boolean() }),
  z.object({ kind: z.literal('failed'), id, detail: z.string().max(1000) }),
]);
export type KeychainReply = z.infer<typeof KeychainReply>;
