import type { KeychainReply } from '../../shared/model/keychain-message.ts';

/** A port, as far as it is needed here: Electron's MessagePortMain, or Node's in a test. */
export interface KeychainPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  postMessage(message: KeychainReply): void;
  start(): void;
}

/** See `answersOf` in `keychain-answers.ts`. */
export type KeychainAnswers = (message: unknown) => Promise<KeychainReply | null>;

/**
 * Answers the core over a port that main has made for it alone; the other end goes to the core process when it is forked.
 * `open` is called with the first question: what reads and answers it is nothing that the first window should wait for.
 */
export function serveKeychain(port: KeychainPort, open: () => Promise<KeychainAnswers>): void {
  let opened: Promise<KeychainAnswers> | null = null;
  port.on('message', ({ data }) => {
    opened ??= open();
    void opened
      .then((answer) => answer(data))
      .then((reply) => {
        if (reply) port.postMessage(reply);
      });
  });
  port.start();
}
