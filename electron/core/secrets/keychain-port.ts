import { BerthError, failure } from '../../../shared/errors/failure.ts';
import { KeychainReply, type KeychainRequest } from '../../../shared/model/keychain-message.ts';
import type { HomePort } from '../../transport/message-port.ts';
import type { Keychain } from './keychain.ts';

/** Somebody may have to find the password of the keychain first. */
const TIMEOUT_MS = 2 * 60_000;

type Request = KeychainRequest extends infer R ? (R extends KeychainRequest ? Omit<R, 'id'> : never) : never;
type Reply<K extends KeychainReply['kind']> = Extract<KeychainReply, { kind: K }>;

/** The keychain behind a port: another process reaches it. Requests wait until the port is there. */
export function keychainOverPort(port: Promise<HomePort>, timeoutMs: number = TIMEOUT_MS): Keychain {
  const waiting = new Map<number, (reply: KeychainReply) => void>();
  let lastId = 0;
  const opened = port.then((open) => {
    open.on('message', ({ data }) => {
      const reply = KeychainReply.safeParse(data);
      if (reply.success) waiting.get(reply.data.id)?.(reply.data);
    });
    open.on('close', () => {
      for (const [id, settle] of waiting) settle({ kind: 'failed', id, detail: 'the desktop window has ended' });
    });
    open.start();
    return open;
  });
  opened.catch(() => undefined);

  async function ask<K extends KeychainReply['kind']>(request: Request, kind: K): Promise<Reply<K>> {
    const id = (lastId += 1);
    const reply = await new Promise<KeychainReply>((resolve) => {
      const settle = (said: KeychainReply) => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(said);
      };
      const timer = setTimeout(() => settle({ kind: 'failed', id, detail: 'it does not answer' }), timeoutMs);
      waiting.set(id, settle);
      opened.then(
        (open) => open.postMessage({ ...request, id }),
        () => settle({ kind: 'failed', id, detail: 'it cannot be reached' }),
      );
    });
    if (reply.kind === kind) return reply as Reply<K>;
    throw new BerthError('secret.unavailable', {
      detail: reply.kind === 'failed' ? reply.detail : 'it answered wrongly',
    });
  }

  return {
    async state() {
      try {
        return (await ask({ kind: 'state' }, 'state')).state;
      } catch (error) {
        const detail = error instanceof BerthError ? (error.failure.params['detail'] ?? '') : String(error);
        return { kind: 'refused', failure: failure('secret.unavailable', { detail }) };
      }
    },
    encrypt: async (text) => (await ask({ kind: 'encrypt', text }, 'encrypted')).ciphertext,
    async decrypt(ciphertext) {
      const { text, isStale } = await ask({ kind: 'decrypt', ciphertext }, 'decrypted');
      return { text, isStale };
    },
  };
}
