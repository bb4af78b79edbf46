import { KeychainRequest, type KeychainReply } from '../../shared/model/keychain-message.ts';
import { cleanText } from '../../shared/parse/text.ts';
import type { OsKeychain } from './keychain.ts';

const DETAIL_LENGTH = 300;

/** Answers what the core asks of a keychain; null for what is no request. Never rejects. */
export function answersOf(keychain: OsKeychain): (message: unknown) => Promise<KeychainReply | null> {
  return async (message) => {
    const request = KeychainRequest.safeParse(message);
    return request.success ? answer(request.data, keychain) : null;
  };
}

async function answer(request: KeychainRequest, keychain: OsKeychain): Promise<KeychainReply> {
  const { id } = request;
  try {
    switch (request.kind) {
      case 'state':
        return { kind: 'state', id, state: await keychain.state() };
      case 'encrypt':
        return { kind: 'encrypted', id, ciphertext: await keychain.encrypt(request.text) };
      case 'decrypt':
        return { kind: 'decrypted', id, ...(await keychain.decrypt(request.ciphertext)) };
    }
  } catch (error) {
    return {
      kind: 'failed',
      id,
      detail: cleanText(error instanceof Error ? error.message : String(error), DETAIL_LENGTH),
    };
  }
}
