import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../../electron/core/log/file-log.ts';
import { SecretsFile } from '../../../electron/core/secrets/keychain-secrets.ts';
import { createSecretStore, type SecretStore } from '../../../electron/core/secrets/secret-store.ts';
import type { SecretUse } from '../../../electron/core/secrets/secret-use.ts';
import { openJsonFile, type JsonFile } from '../../../electron/core/store/json-file.ts';
import type { Remember } from '../../../shared/model/secret.ts';
import { describeWith, sandboxNeeds } from '../../support/prerequisites.ts';
import { keychainStandIn } from '../../support/secrets.ts';
import { makeKey, startSshd, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type UserSandbox } from '../../support/user-sandbox.ts';
import { createConfiguredClient, type ConfiguredClient } from './configured-client.ts';
import { failureOf, output, trustHostKeys } from './harness.ts';

const PASSWORD = 'correct horse';
const inKeychain: Remember = { keep: 'keychain', reach: 'host' };
const nobody = { mayAsk: () => false, onAsking: () => undefined };

// Real passwords of real users need a private /etc, which needs root.
describeWith(...sandboxNeeds)('what is remembered', () => {
  let sandbox: UserSandbox;
  let sshd: TestSshd;
  let twoFactors: TestSshd;
  let impatient: TestSshd;
  beforeAll(async () => {
    sandbox = await makeSandbox({ users: [{ name: 'op', password: PASSWORD }] });
    const { wrapper } = sandbox;
    sshd = await startSshd({ wrapper, config: ['PasswordAuthentication yes'] });
    twoFactors = await startSshd({
      wrapper,
      config: [
        'AuthenticationMethods password,keyboard-interactive',
        ...['PasswordAuthentication yes', 'KbdInteractiveAuthentication yes', 'UsePAM yes'],
      ],
    });
    impatient = await startSshd({ wrapper, config: ['PasswordAuthentication yes', 'MaxAuthTries 1'] });
  });
  afterAll(async () => {
    await Promise.all([sshd.stop(), twoFactors.stop(), impatient.stop()]);
    await sandbox.dispose();
  });

  describe.each(['built-in', 'openssh'] as const)('over the %s transport', (transport) => {
    let folder: string;
    let keychain: ReturnType<typeof keychainStandIn>;
    let file: JsonFile<SecretsFile>;
    let secrets: SecretStore;
    let client: ConfiguredClient;
    /** What the person types, and how it is to be remembered. */
    let typed: Partial<Record<'password' | 'passphrase' | 'keyboard-interactive', string>> = {};
    let remember: Remember | undefined;

    /** A Berth that starts in the same folder: it knows what the file says, and what the keychain opens. */
    async function start(at: TestSshd, ...more: readonly string[]): Promise<void> {
      file = await openJsonFile({ path, schema: SecretsFile, version: 1, defaults: { secrets: [] } });
      secrets = createSecretStore({ file, keychain, log: silentLog });
      const config = ['Host box', 'HostName 127.0.0.1', `Port ${String(at.port)}`, 'User op', ...more].join('\n');
      client = await createConfiguredClient(
        `${config}\n`,
        (prompt) => {
          if (prompt.kind === 'host-key') return trustHostKeys(prompt);
          const value = prompt.kind === 'sudo-password' ? undefined : typed[prompt.kind];
          return value === undefined
            ? { kind: 'cancel' }
            : { kind: 'secrets', values: [value], ...(remember && { remember }) };
        },
        { transport, transports: { remembered: { secrets, groupOf: () => null } } },
      );
    }
    async function stop(): Promise<void> {
      await client.dispose();
      secrets.dispose();
      await file.dispose();
    }
    async function restart(...parameters: Parameters<typeof start>): Promise<void> {
      await stop();
      await start(...parameters);
    }
    async function logIn(): Promise<string> {
      const connection = await client.open('box');
      const name = await output(connection, 'id -un');
      connection.close();
      return name.trim();
    }
    const asked = () => client.asked.filter(({ kind }) => kind !== 'host-key').map(({ kind }) => kind);
    const refusals = (at: TestSshd) => at.log().match(/Failed password/g)?.length ?? 0;
    const passwordAt = ({ port }: TestSshd): SecretUse => {
      const place = `127.0.0.1:${String(port)}`;
      return { kind: 'password', hostId: 'box', name: 'box', user: 'op', place, group: null };
    };

    let path: string;
    const byPassword = ['PubkeyAuthentication no'];
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'berth-remembered-'));
      path = join(folder, 'secrets.json');
    });
    afterEach(async () => {
      await stop();
      await rm(path, { force: true });
      typed = {};
      remember = undefined;
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('logs in at the next start without a question, and stands in no file as it is', async () => {
      keychain = keychainStandIn();
      await start(sshd, ...byPassword);
      [typed, remember] = [{ password: PASSWORD }, inKeychain];
      expect(await logIn()).toBe('op');
      expect(asked()).toEqual(['password']);
      await expect.poll(() => secrets.state().secrets).toHaveLength(1);
      expect(await readFile(path, 'utf8')).not.toContain(PASSWORD);

      typed = {};
      await restart(sshd, ...byPassword);
      expect(await logIn()).toBe('op');
      (await client.open('box', {}, nobody)).close();
      expect(asked()).toEqual([]);
    });

    it('is not what was typed and refused, nor what was not to be remembered', async () => {
      keychain = keychainStandIn();
      await start(sshd, ...byPassword);
      [typed, remember] = [{ password: 'wrong' }, inKeychain];
      expect((await failureOf(logIn())).code).toBe('auth.denied');
      [typed, remember] = [{ password: PASSWORD }, undefined];
      expect(await logIn()).toBe('op');
      expect([keychain.calls, secrets.state().secrets]).toEqual([[], []]);
    });

    it('is forgotten at once when it is refused; who waits is asked, and where nobody does it is not tried again', async () => {
      keychain = keychainStandIn();
      await start(sshd, ...byPassword);
      await secrets.keep([passwordAt(sshd)], 'from before', inKeychain);
      const before = refusals(sshd);
      typed = { password: PASSWORD };
      expect(await logIn()).toBe('op');
      expect([asked(), refusals(sshd) - before]).toEqual([['password'], 1]);

      await secrets.keep([passwordAt(sshd)], 'from before', inKeychain);
      expect(await failureOf(client.open('box', {}, nobody))).toMatchObject({
        code: 'auth.remembered-refused',
        params: { user: 'op' },
      });
      expect(secrets.state().secrets).toEqual([]);
      expect((await failureOf(client.open('box', {}, nobody))).code).toBe('auth.answer-needed');
      expect([asked(), refusals(sshd) - before]).toEqual([['password'], 2]);
      await restart(sshd, ...byPassword);
      expect(secrets.state().secrets).toEqual([]);
    });

    it('is forgotten where the host hangs up on the first refusal', async () => {
      keychain = keychainStandIn();
      await start(impatient, ...byPassword);
      await secrets.keep([passwordAt(impatient)], 'from before', inKeychain);
      const before = refusals(impatient);
      // Asked for another one, the person has none.
      expect((await failureOf(logIn())).code).toBe('auth.prompt-cancelled');
      expect([asked(), refusals(impatient) - before]).toEqual([['password'], 1]);
      expect(secrets.state().secrets).toEqual([]);
    });

    it('is kept where the host took it, and refused what came after', async () => {
      keychain = keychainStandIn();
      await start(twoFactors, ...byPassword);
      await secrets.keep([passwordAt(twoFactors)], PASSWORD, inKeychain);
      typed = { 'keyboard-interactive': 'wrong' };
      expect((await failureOf(client.open('box'))).code).toBe('auth.denied');
      await expect.poll(() => secrets.state().secrets).toHaveLength(1);
      typed = { 'keyboard-interactive': PASSWORD };
      remember = inKeychain;
      expect(await logIn()).toBe('op');
      // The answer to what the host asks is never remembered, whatever a page says.
      await expect.poll(() => secrets.state().secrets.map(({ kind }) => kind)).toEqual(['password']);
      expect(asked()).toEqual(['keyboard-interactive', 'keyboard-interactive']);
    });

    it('opens a key, until its passphrase is another one: then it is asked for', async () => {
      const keyFile = join(sshd.folder, `locked-${transport}`);
      await makeKey(keyFile, { passphrase: 'open sesame' });
      await sshd.authorize(`${keyFile}.pub`);
      const byKey = [`IdentityFile ${keyFile}`, 'IdentitiesOnly yes', 'PasswordAuthentication no'];
      keychain = keychainStandIn();
      await start(sshd, ...byKey);
      [typed, remember] = [{ passphrase: 'open sesame' }, inKeychain];
      expect(await logIn()).toBe('op');
      await expect
        .poll(() => secrets.state().secrets)
        .toMatchObject([{ kind: 'passphrase', owner: { path: keyFile } }]);
      await restart(sshd, ...byKey);
      expect(await logIn()).toBe('op');
      expect(asked()).toEqual([]);

      await promisify(execFile)('ssh-keygen', ['-p', '-q', '-P', 'open sesame', '-N', 'another one', '-f', keyFile]);
      typed = { passphrase: 'another one' };
      await restart(sshd, ...byKey);
      expect(await logIn()).toBe('op');
      expect(asked()).toEqual(['passphrase']);
      expect(await readFile(path, 'utf8')).not.toMatch(/open sesame|another one/);
      await restart(sshd, ...byKey);
      expect(await logIn()).toBe('op');
      // What is forgotten opens nothing, also where the key was open.
      await secrets.forget(() => true);
      expect(await logIn()).toBe('op');
      expect(asked()).toEqual(['passphrase']);
    });
  });
});
