import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { keychainOverPort } from '../../../electron/core/secrets/keychain-port.ts';
import { createOsKeychain, type Storage } from '../../../electron/main/keychain.ts';
import { answersOf } from '../../../electron/main/keychain-answers.ts';
import { serveKeychain } from '../../../electron/main/serve-keychain.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { nodeHomePort } from '../../support/node-home-port.ts';

/** Electron's safeStorage, simulated: reverses a text, behind a prefix as Chromium's. */
function storageOf(
  backend: string,
  { isThere = true, prefix = 'v11' }: { readonly isThere?: boolean; readonly prefix?: string } = {},
): Storage & { readonly calls: string[] } {
  const calls: string[] = [];
  const turn = (text: string) => Array.from(text).reverse().join('');
  return {
    calls,
    getSelectedStorageBackend: () => backend,
    isEncryptionAvailable() {
      calls.push('available');
      return isThere;
    },
    encryptString: (text) => Buffer.from(`${prefix}${turn(text)}`),
    decryptString: (bytes) => turn(bytes.toString().slice(3)),
  };
}

const stateOf = (storage: Storage, platform: NodeJS.Platform = 'linux') => createOsKeychain(storage, platform).state();

describe('the keychain of the system', () => {
  it.each(['basic_text', 'unknown'] as const)('is refused where it would protect nothing: %s', async (backend) => {
    const storage = storageOf(backend);
    expect(await stateOf(storage)).toEqual({
      kind: 'refused',
      failure: { code: 'secret.plain-text', params: { backend } },
    });
    // Nothing is even begun with it.
    expect(storage.calls).toEqual([]);
    await expect(createOsKeychain(storage, 'linux').encrypt('secret')).rejects.toThrow('not there');
  });

  it('is refused where it does not open', async () => {
    expect(await stateOf(storageOf('kwallet6', { isThere: false }))).toMatchObject({
      kind: 'refused',
      failure: { code: 'secret.unavailable' },
    });
  });

  it('is called by its name', async () => {
    expect(await stateOf(storageOf('kwallet6'))).toEqual({ kind: 'ready', name: 'KWallet' });
    expect(await stateOf(storageOf('unknown'), 'darwin')).toMatchObject({ kind: 'ready' });
    expect(await stateOf(storageOf('unknown'), 'win32')).toMatchObject({ kind: 'ready' });
  });

  it('lets nothing out that is encrypted with the key that everybody knows', async () => {
    const storage = storageOf('gnome_libsecret', { prefix: 'v10' });
    await expect(createOsKeychain(storage, 'linux').encrypt('secret')).rejects.toThrow('everybody knows');
    // Elsewhere the same prefix stands for a good key.
    expect(await createOsKeychain(storage, 'darwin').encrypt('secret')).not.toBe('');
  });

  it('is asked without holding up the window, where Electron can', async () => {
    const sync = storageOf('gnome_libsecret');
    const keychain = createOsKeychain(
      {
        ...sync,
        isAsyncEncryptionAvailable: () => Promise.resolve(true),
        encryptStringAsync: (text) => Promise.resolve(Buffer.from(`v12${text}`)),
        decryptStringAsync: (bytes) => Promise.resolve({ result: bytes.toString().slice(3), shouldReEncrypt: true }),
      },
      'linux',
    );
    const ciphertext = await keychain.encrypt('secret');
    expect(Buffer.from(ciphertext, 'base64').toString()).toBe('v12secret');
    expect(await keychain.decrypt(ciphertext)).toEqual({ text: 'secret', isStale: true });
    expect(sync.calls).toEqual([]);
  });
});

describe('the keychain, from the core', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  function channel() {
    const { port1, port2 } = new MessageChannel();
    ends.push(() => port1.close());
    return { mains: nodeHomePort(port1), cores: nodeHomePort(port2) };
  }
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (error: unknown) => (error instanceof BerthError ? error.failure.code : String(error)),
    );

  it('is behind a port', async () => {
    const { mains, cores } = channel();
    serveKeychain(mains, () => Promise.resolve(answersOf(createOsKeychain(storageOf('gnome_libsecret'), 'linux'))));
    const keychain = keychainOverPort(Promise.resolve(cores));
    expect(await keychain.state()).toEqual({ kind: 'ready', name: 'the keyring (Secret Service)' });
    const [one, two] = await Promise.all([keychain.encrypt('one'), keychain.encrypt('two')]);
    expect(await Promise.all([keychain.decrypt(two), keychain.decrypt(one)])).toEqual([
      { text: 'two', isStale: false },
      { text: 'one', isStale: false },
    ]);
  });

  it('says why it does not do it', async () => {
    const { mains, cores } = channel();
    serveKeychain(mains, () => Promise.resolve(answersOf(createOsKeychain(storageOf('basic_text'), 'linux'))));
    const keychain = keychainOverPort(Promise.resolve(cores));
    expect(await keychain.state()).toMatchObject({ kind: 'refused', failure: { code: 'secret.plain-text' } });
    expect(await codeOf(keychain.encrypt('secret'))).toBe('secret.unavailable');
  });

  it('that does not answer, or has ended, is none', async () => {
    const { mains, cores } = channel();
    const keychain = keychainOverPort(Promise.resolve(cores), 20);
    expect(await codeOf(keychain.encrypt('secret'))).toBe('secret.unavailable');
    const patient = keychainOverPort(Promise.resolve(channel().cores), 60_000);
    const asking = codeOf(patient.encrypt('secret'));
    for (const end of ends.splice(0)) end();
    mains.close();
    expect(await asking).toBe('secret.unavailable');
  });

  it('takes no message that is not one of theirs', async () => {
    const { mains, cores } = channel();
    mains.on('message', ({ data }) => {
      const { id } = data as { id: number };
      mains.postMessage({ kind: 'encrypted', id, ciphertext: 'not base64!' });
      mains.postMessage({ kind: 'state', id, state: { kind: 'ready', name: 'x' } });
    });
    mains.start();
    expect(await codeOf(keychainOverPort(Promise.resolve(cores)).encrypt('secret'))).toBe('secret.unavailable');
  });
});
