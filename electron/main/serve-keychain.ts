import { KeychainRequest, type KeychainReply } from '../../shared/model/keychain-message.ts';
import { cleanText } from '../../shared/parse/text.ts';
import type { OsKeychain } from './keychain.ts';

/** A port, as far as it is needed here: Electron's MessagePortMain, or Node's in a test. */
export interface KeychainPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  postMessage(message: KeychainReply): void;
  start(): void;
}

const DETAIL_LENGTH = 300;

/** Answers the core over a port that main has made for it alone; the other end goes to the core process when it is forked. */
export function serveKeychain(port: KeychainPort, keychain: OsKeychain): void {
  port.on('message', ({ data }) => {
    const request = KeychainRequest.safeParse(data);
    if (request.success) void answer(request.data, keychain).then((reply) => port.postMessage(reply));
  });
  port.start();
}

/** Never rejects. */
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
