import { BerthError } from '../../../shared/errors/failure.ts';
import { unlock, type KeyFile, type KeyParser, type PrivateKey } from './key-files.ts';

/** A passphrase that was typed or remembered, and not tried yet. */
export interface Passphrase {
  readonly text: string;
  /** Nobody was asked: where it is wrong it is forgotten, and somebody is. */
  readonly isRemembered: boolean;
  /** It is worth proving, since it is to be remembered once it is right. */
  readonly mayBeKept: boolean;
  /** It opened the key, or did not. */
  settle(isRight: boolean): void;
}

/**
 * The private keys that were opened with a passphrase, in memory only: the user is asked once for a key, not once for each
 * host that takes it, and not by two connections at the same time.
 */
export interface KeyRing {
  /**
   * The decrypted key of a file. `askPassphrase` asks the user, or knows it; it rejects when it was cancelled. Rejects with
   * `auth.passphrase-wrong`, `auth.key-format` or what `askPassphrase` rejected with.
   */
  open(file: KeyFile, askPassphrase: () => Promise<Passphrase>): Promise<PrivateKey>;
  /** Closes the key of a file: the next connection that needs it asks. Null: all of them. */
  close(path: string | null): void;
}

export function createKeyRing(parser: KeyParser): KeyRing {
  const opened = new Map<string, { readonly path: string; readonly key: PrivateKey }>();
  const asking = new Map<string, Promise<PrivateKey>>();

  async function ask({ path, text }: KeyFile, askPassphrase: () => Promise<Passphrase>): Promise<PrivateKey> {
    for (;;) {
      const passphrase = await askPassphrase();
      try {
        const key = unlock(path, text, passphrase.text, parser);
        passphrase.settle(true);
        return key;
      } catch (error) {
        const isWrong = error instanceof BerthError && error.failure.code === 'auth.passphrase-wrong';
        if (isWrong) passphrase.settle(false);
        if (!isWrong || !passphrase.isRemembered) throw error;
      }
    }
  }

  return {
    async open(file, askPassphrase) {
      if (!file.isEncrypted) return unlock(file.path, file.text, null, parser);
      const id = `${file.path}\n${file.stamp}`;
      for (;;) {
        const key = opened.get(id)?.key;
        if (key) return key;
        const underway = asking.get(id);
        if (!underway) break;
        try {
          await underway;
        } catch (error) {
          // A wrong passphrase, or a question that the user cancelled, answers all who waited. Another connection that ended
          // by itself meanwhile answers nobody.
          if (!(error instanceof BerthError) || error.failure.code !== 'ssh.cancelled') throw error;
        }
      }
      const flight = ask(file, askPassphrase);
      asking.set(id, flight);
      try {
        const key = await flight;
        opened.set(id, { path: file.path, key });
        return key;
      } finally {
        asking.delete(id);
      }
    },
    close(path) {
      for (const [id, { path: each }] of opened) if (path === null || each === path) opened.delete(id);
    },
  };
}
