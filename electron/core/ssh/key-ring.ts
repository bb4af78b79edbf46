import { BerthError } from '../../../shared/errors/failure.ts';
import { unlock, type KeyFile, type KeyParser, type PrivateKey } from './key-files.ts';

/**
 * The private keys that were opened with a passphrase, in memory only: the user is asked once for a key, not once for each
 * host that takes it, and not by two connections at the same time.
 */
export interface KeyRing {
  /**
   * The decrypted key of a file. `askPassphrase` asks the user, and rejects when it was cancelled. Rejects with
   * `auth.passphrase-wrong`, `auth.key-format` or what `askPassphrase` rejected with.
   */
  open(file: KeyFile, askPassphrase: () => Promise<string>): Promise<PrivateKey>;
}

export function createKeyRing(parser: KeyParser): KeyRing {
  const opened = new Map<string, PrivateKey>();
  const asking = new Map<string, Promise<PrivateKey>>();

  return {
    async open(file, askPassphrase) {
      if (!file.isEncrypted) return unlock(file.path, file.text, null, parser);
      const id = `${file.path}\n${file.stamp}`;
      for (;;) {
        const key = opened.get(id);
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
      const flight = askPassphrase().then((passphrase) => unlock(file.path, file.text, passphrase, parser));
      asking.set(id, flight);
      try {
        const key = await flight;
        opened.set(id, key);
        return key;
      } finally {
        asking.delete(id);
      }
    },
  };
}
