import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../../../electron/core/log/file-log.ts';
import { refusedKeychain, type Keychain } from '../../../../electron/core/secrets/keychain.ts';
import { SecretsFile } from '../../../../electron/core/secrets/keychain-secrets.ts';
import { createSecretStore, type SecretStore } from '../../../../electron/core/secrets/secret-store.ts';
import type { SecretUse } from '../../../../electron/core/secrets/secret-use.ts';
import { openJsonFile, type JsonFile } from '../../../../electron/core/store/json-file.ts';
import { BerthError } from '../../../../shared/errors/failure.ts';
import type { Remember } from '../../../../shared/model/secret.ts';
import { keychainStandIn, type KeychainStandIn } from '../../../support/secrets.ts';

const SECRET = 'sEcret-in-A-test-5519';
const never = new AbortController().signal;
const onHost = { keep: 'keychain', reach: 'host' } as const;
const inGroup = { keep: 'keychain', reach: 'group' } as const;
const forSession = { keep: 'session', reach: 'host' } as const;

function password(name: string, group: string | null = null): SecretUse {
  return { kind: 'password', hostId: name, name, user: 'op', place: `${name}.example:22`, group };
}

describe('remembered secrets', () => {
  let folder: string;
  let path: string;
  let keychain: KeychainStandIn;
  let clock = 0;
  const open: (() => Promise<void>)[] = [];

  async function openStore(over: Keychain = keychain): Promise<SecretStore & { readonly file: JsonFile<SecretsFile> }> {
    const file = await openJsonFile({ path, schema: SecretsFile, version: 1, defaults: { secrets: [] } });
    const store = createSecretStore({ file, keychain: over, log: silentLog, now: () => clock });
    open.push(async () => {
      store.dispose();
      await file.dispose();
    });
    return { ...store, file };
  }

  /** What is offered, and taken. */
  async function use(store: SecretStore, what: SecretUse): Promise<string | null> {
    const offer = await store.offer(what, never);
    offer?.settle('accepted');
    return offer?.secret ?? null;
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-secrets-'));
    path = join(folder, 'secrets.json');
    keychain = keychainStandIn();
    clock = 1_000_000;
  });
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
    await rm(folder, { recursive: true });
  });

  it('for the session are in no file, and gone with it', async () => {
    const store = await openStore();
    await store.keep([password('a')], SECRET, forSession);
    expect(await use(store, password('a'))).toBe(SECRET);
    await expect(stat(path)).rejects.toThrow('ENOENT');
    expect(keychain.calls).toEqual([]);
    expect(await use(await openStore(), password('a'))).toBeNull();
  });

  it('in the keychain are there at the next start, encrypted in a file for this user alone', async () => {
    await (await openStore()).keep([password('a')], SECRET, onHost);
    const later = await openStore();
    expect(later.state().secrets).toMatchObject([
      { kind: 'password', owner: { kind: 'host', name: 'a' }, user: 'op', keep: 'keychain', since: 1_000_000 },
    ]);
    expect(await use(later, password('a'))).toBe(SECRET);
    expect(await readFile(path, 'utf8')).not.toContain(SECRET);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(later.state())).not.toMatch(/ciphertext|place/);
  });

  it('are for the account and the place that they were given for', async () => {
    const store = await openStore();
    await store.keep([password('a')], SECRET, onHost);
    await store.keep([{ kind: 'passphrase', keyFile: '/k' }], 'phrase', onHost);
    expect(await use(store, password('b'))).toBeNull();
    expect(await use(store, { ...password('a'), user: 'root' } as SecretUse)).toBeNull();
    expect(await use(store, { ...password('a'), place: 'elsewhere:22' } as SecretUse)).toBeNull();
    expect(await use(store, { ...password('a'), kind: 'sudo-password' } as SecretUse)).toBeNull();
    expect(await use(store, { kind: 'passphrase', keyFile: '/other' })).toBeNull();
    // The name and the id say nothing about where it is.
    expect(await use(store, { ...password('a'), hostId: 'z', name: 'z' } as SecretUse)).toBe(SECRET);
    expect(await use(store, { kind: 'passphrase', keyFile: '/k' })).toBe('phrase');
  });

  it('of a group are for all its hosts, and for nobody else; the host’s own comes first', async () => {
    const store = await openStore();
    await store.keep([password('a', 'web')], SECRET, inGroup);
    expect(await use(store, password('b', 'web'))).toBe(SECRET);
    expect(await use(store, password('b', 'db'))).toBeNull();
    expect(await use(store, password('b'))).toBeNull();
    await store.keep([password('b', 'web')], 'own', onHost);
    expect(await use(store, password('b', 'web'))).toBe('own');
    // Without a group it is the host's.
    await store.keep([password('c')], 'lonely', inGroup);
    expect(
      store
        .state()
        .secrets.map(({ owner }) => owner.kind)
        .sort(),
    ).toEqual(['group', 'host', 'host']);
  });

  it.each<[string, Remember]>([
    ['session', forSession],
    ['keychain', onHost],
  ])('that were refused are forgotten at once, and not offered again: %s', async (_name, how) => {
    const store = await openStore();
    await store.keep([password('a', 'web')], 'older', inGroup);
    await store.keep([password('a', 'web')], SECRET, how);
    const offer = await store.offer(password('a', 'web'), never);
    offer?.settle('refused');
    expect(store.state().secrets.map(({ owner }) => owner.kind)).toEqual(['group']);
    // Nor is the next best: a person has to answer first.
    expect(await store.offer(password('a', 'web'), never)).toBeNull();
    expect(await use(store, password('b', 'web'))).toBe('older');
    await store.keep([password('a', 'web')], 'right', how);
    expect(await use(store, password('a', 'web'))).toBe('right');
  });

  it('that were refused are forgotten for the group too where it is the same', async () => {
    const store = await openStore();
    await store.keep([password('a', 'web')], SECRET, inGroup);
    await store.keep([password('a', 'web')], SECRET, onHost);
    await store.refused(password('a', 'web'), SECRET);
    expect(store.state().secrets).toEqual([]);
    expect(await store.offer(password('b', 'web'), never)).toBeNull();
  });

  it('of a group are tried on one host at a time, until one has taken it', async () => {
    const store = await openStore();
    await store.keep([password('a', 'web')], SECRET, inGroup);
    clock += 3_600_000;
    const first = await store.offer(password('a', 'web'), never);
    const others = ['b', 'c', 'd'].map((name) => store.offer(password(name, 'web'), never));
    let come = 0;
    for (const other of others) void other.then(() => (come += 1));
    await new Promise((resolve) => setImmediate(resolve));
    expect([first?.secret, come]).toEqual([SECRET, 0]);
    first?.settle('refused');
    expect(await Promise.all(others)).toEqual([null, null, null]);

    await store.keep([password('a', 'web')], 'new', inGroup);
    clock += 3_600_000;
    const leader = await store.offer(password('b', 'web'), never);
    const next = store.offer(password('c', 'web'), never);
    leader?.settle('accepted');
    // Proven: nobody waits for anybody.
    expect((await next)?.secret).toBe('new');
    expect((await store.offer(password('d', 'web'), never))?.secret).toBe('new');
  });

  it('that nobody learned the end of are tried by the next one', async () => {
    const store = await openStore();
    await store.keep([password('a', 'web')], SECRET, inGroup);
    clock += 3_600_000;
    const lost = new AbortController();
    await store.offer(password('a', 'web'), lost.signal);
    const impatient = new AbortController();
    const left = store.offer(password('b', 'web'), impatient.signal);
    const waiting = store.offer(password('c', 'web'), never);
    impatient.abort();
    expect(await left).toBeNull();
    lost.abort();
    expect((await waiting)?.secret).toBe(SECRET);
  });

  it('cannot be used while the keychain is locked, and are not lost', async () => {
    const store = await openStore();
    await store.keep([password('a')], SECRET, onHost);
    keychain.isLocked = true;
    expect(await use(store, password('a'))).toBeNull();
    keychain.isLocked = false;
    expect(await use(store, password('a'))).toBe(SECRET);
  });

  it('that the keychain does not take are for the session, and that is told', async () => {
    keychain.isLocked = true;
    const store = await openStore();
    await store.keep([password('a')], SECRET, onHost);
    expect(store.state()).toMatchObject({ secrets: [{ keep: 'session' }], problem: { code: 'secret.not-kept' } });
    expect(await use(store, password('a'))).toBe(SECRET);
    keychain.isLocked = false;
    await store.keep([password('a')], SECRET, onHost);
    expect(store.state()).toMatchObject({ secrets: [{ keep: 'keychain' }], problem: null });
  });

  it('are listed and forgotten where no keychain is', async () => {
    await (await openStore()).keep([password('a'), password('b')], SECRET, onHost);
    const browser = await openStore(refusedKeychain('secret.desktop-only'));
    expect(await browser.keychain()).toMatchObject({ kind: 'refused', failure: { code: 'secret.desktop-only' } });
    expect(await use(browser, password('a'))).toBeNull();
    await browser.forget(({ owner }) => owner.kind === 'host' && owner.hostId === 'a');
    expect(browser.state().secrets).toMatchObject([{ owner: { name: 'b' } }]);
    expect(SecretsFile.parse(JSON.parse(await readFile(path, 'utf8'))).secrets).toHaveLength(1);
  });

  it('are forgotten by one Berth for all that share the file', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const told = new Promise<void>((resolve) => void other.onChange(resolve));
    await one.keep([password('a')], SECRET, onHost);
    await told;
    expect(await use(other, password('a'))).toBe(SECRET);
    const gone = new Promise<void>((resolve) => void other.onChange(resolve));
    await one.forget(() => true);
    await gone;
    expect(await use(other, password('a'))).toBeNull();
  });

  it('that cannot be removed from the file are not used all the same', async () => {
    const { file, ...store } = await openStore();
    await store.keep([password('a')], SECRET, onHost);
    // As on a disk that has become read-only; modes of files do not stop the superuser.
    const readOnly = () => Promise.reject(new BerthError('store.write-failed', { file: path, detail: 'EROFS' }));
    const stuck = createSecretStore({ file: { ...file, update: readOnly }, keychain, log: silentLog });
    await expect(stuck.forget(() => true)).rejects.toMatchObject({ failure: { code: 'store.write-failed' } });
    expect(stuck.state().secrets).toEqual([]);
    expect(await use(stuck, password('a'))).toBeNull();
    stuck.dispose();
  });

  it('tell what a person made them forget, and when the key has changed are encrypted anew', async () => {
    const turned: Keychain = {
      ...keychain,
      decrypt: async (text) => ({ ...(await keychain.decrypt(text)), isStale: true }),
    };
    const store = await openStore(turned);
    await store.keep([{ kind: 'passphrase', keyFile: '/k' }], SECRET, onHost);
    const before = store.file.read().secrets[0]?.ciphertext;
    const renewed = new Promise<void>((resolve) => void store.file.onChange(resolve));
    expect(await use(store, { kind: 'passphrase', keyFile: '/k' })).toBe(SECRET);
    await renewed;
    expect(store.file.read().secrets[0]?.ciphertext).not.toBe(before);
    const forgotten: unknown[] = [];
    store.onForgotten(({ owner }) => forgotten.push(owner));
    await store.forget(() => true);
    expect(forgotten).toEqual([{ kind: 'key-file', path: '/k' }]);
  });
});
