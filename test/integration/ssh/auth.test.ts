import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { countAgentKeys } from '../../../electron/core/ssh/agent.ts';
import {
  fingerprintOf,
  makeKey,
  startAgent,
  startSshd,
  type KeyOptions,
  type TestAgent,
  type TestSshd,
} from '../../support/sshd.ts';
import {
  answerWith,
  createSshClient,
  failureOf,
  never,
  output,
  targetOf,
  trustHostKeys,
  type SshClient,
} from './harness.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';

let sshd: TestSshd;
let agent: TestAgent;
let client: SshClient;
let keyNumber = 0;

beforeAll(async () => {
  sshd = await startSshd();
  agent = await startAgent();
});
afterAll(async () => {
  await agent.stop();
  await sshd.stop();
});
afterEach(() => client.dispose());

async function loginName(keyFile: string | null, at: TestSshd = sshd): Promise<string> {
  const connection = await client.transport.connect(targetOf(at, { keyFile }), never);
  const name = (await output(connection, 'id -un')).trim();
  connection.close();
  return name;
}

async function newKey(options: KeyOptions & { authorized?: boolean } = {}): Promise<string> {
  keyNumber += 1;
  const path = join(sshd.folder, `key-${keyNumber}`);
  await makeKey(path, options);
  if (options.authorized !== false && options.withPublic !== false) await sshd.authorize(`${path}.pub`);
  return path;
}

const kinds = () => client.asked.map(({ kind }) => kind);

describeWith(...sshdNeeds, 'ssh-agent')('key files', () => {
  it.each<[string, KeyOptions]>([
    ['ed25519 in OpenSSH format', {}],
    ['ecdsa in OpenSSH format', { type: 'ecdsa' }],
    ['rsa in OpenSSH format', { type: 'rsa' }],
    ['rsa in PEM', { type: 'rsa', format: 'PEM' }],
    ['ecdsa in PEM', { type: 'ecdsa', format: 'PEM' }],
    ['rsa in PKCS#8', { type: 'rsa', format: 'PKCS8' }],
    ['ecdsa in PKCS#8', { type: 'ecdsa', format: 'PKCS8' }],
  ])('open the way as %s, with and without passphrase', async (_name, options) => {
    const plain = await newKey(options);
    const locked = await newKey({ ...options, passphrase: 'open sesame' });
    client = await createSshClient(answerWith('passphrase', 'open sesame'));
    expect(await loginName(plain)).toBe(sshd.user);
    expect(kinds()).toEqual(['host-key']);
    expect(await loginName(locked)).toBe(sshd.user);
    expect(kinds()).toEqual(['host-key', 'passphrase']);
    // Asked once for the key, not once a connection.
    expect(await loginName(locked)).toBe(sshd.user);
    expect(kinds()).toHaveLength(2);
  });

  it('are found among the default ones', async () => {
    client = await createSshClient(trustHostKeys, {
      defaultKeyFiles: [join(sshd.folder, 'missing'), await newKey({ authorized: false }), sshd.keyFile],
    });
    expect(await loginName(null)).toBe(sshd.user);
  });

  it('are opened before they are offered where nothing tells their public half', async () => {
    const path = await newKey({ type: 'rsa', format: 'PEM', passphrase: 'secret' });
    const copy = `${path}-alone`;
    await copyFile(path, copy);
    client = await createSshClient(answerWith('passphrase', 'secret'));
    expect(await loginName(copy)).toBe(sshd.user);
  });

  it('are not asked a passphrase for when the host would not take them', async () => {
    const path = await newKey({ passphrase: 'secret', authorized: false });
    client = await createSshClient(answerWith('passphrase', 'secret'));
    const failure = await failureOf(loginName(path));
    expect(failure.code).toBe('auth.denied');
    expect(failure.params['tried']).toContain(path);
    expect(failure.params['allowed']).toBe('publickey');
    expect(kinds()).toEqual(['host-key']);
  });

  it('end the attempt when the passphrase is wrong, and ask once more at the next', async () => {
    const path = await newKey({ passphrase: 'right' });
    client = await createSshClient(answerWith('passphrase', 'wrong'));
    expect(await failureOf(loginName(path))).toEqual({ code: 'auth.passphrase-wrong', params: { file: path } });
    expect(kinds()).toEqual(['host-key', 'passphrase']);
    expect((await failureOf(loginName(path))).code).toBe('auth.passphrase-wrong');
    expect(kinds()).toEqual(['host-key', 'passphrase', 'passphrase']);
  });

  it('end the attempt when the question is cancelled', async () => {
    const path = await newKey({ passphrase: 'right' });
    client = await createSshClient((prompt) =>
      prompt.kind === 'passphrase' ? { kind: 'cancel' } : trustHostKeys(prompt),
    );
    expect((await failureOf(loginName(path))).code).toBe('auth.prompt-cancelled');
  });

  it('say what is wrong with them', async () => {
    client = await createSshClient();
    const missing = join(sshd.folder, 'nowhere');
    expect(await failureOf(loginName(missing))).toEqual({
      code: 'auth.key-unreadable',
      params: { file: missing, detail: 'ENOENT' },
    });
    const nonsense = join(sshd.folder, 'nonsense');
    await writeFile(nonsense, 'no key at all\n', { mode: 0o600 });
    expect((await failureOf(loginName(nonsense))).code).toBe('auth.key-format');
    const open = await newKey();
    await chmod(open, 0o644);
    expect(await failureOf(loginName(open))).toEqual({
      code: 'auth.key-permissions',
      params: { file: open, detail: 'mode 0644' },
    });
  });
});

describeWith(...sshdNeeds, 'ssh-agent')('the agent', () => {
  it('signs, and is counted', async () => {
    const path = await newKey();
    await agent.add(path);
    expect(await countAgentKeys(agent.socket)).toBe(1);
    expect(await countAgentKeys(null)).toBeNull();
    expect(await countAgentKeys(join(sshd.folder, 'no-socket'))).toBeNull();
    client = await createSshClient(trustHostKeys, { agentSocket: agent.socket });
    expect(await loginName(null)).toBe(sshd.user);
  });

  it('signs with rsa and ecdsa keys', async () => {
    for (const type of ['rsa', 'ecdsa'] as const) {
      const path = await newKey({ type });
      const own = await startAgent();
      await own.add(path);
      client = await createSshClient(trustHostKeys, { agentSocket: own.socket });
      expect(await loginName(null)).toBe(sshd.user);
      await own.stop();
      await client.dispose();
    }
  });

  it('spares the passphrase of a key file that it holds, also when only the .pub is named', async () => {
    const own = await startAgent();
    const path = await newKey();
    await own.add(path);
    client = await createSshClient(trustHostKeys, { agentSocket: own.socket });
    expect(await loginName(`${path}.pub`)).toBe(sshd.user);
    await own.stop();
  });

  it('with too many keys does not use up the tries of a host with a key file of its own', async () => {
    const own = await startAgent();
    for (let count = 0; count < 8; count += 1) await own.add(await newKey({ authorized: false }));
    client = await createSshClient(trustHostKeys, { agentSocket: own.socket });
    expect(await loginName(sshd.keyFile)).toBe(sshd.user);
    const failure = await failureOf(loginName(null));
    expect(failure.code).toBe('auth.denied');
    await own.stop();
  });

  it('that is dead leaves the files', async () => {
    client = await createSshClient(trustHostKeys, {
      agentSocket: join(sshd.folder, 'no-socket'),
      defaultKeyFiles: [sshd.keyFile],
    });
    expect(await loginName(null)).toBe(sshd.user);
  });
});

describeWith(...sshdNeeds, 'ssh-agent')('a refusal', () => {
  it('tells what was tried, by name and fingerprint', async () => {
    const path = await newKey({ authorized: false });
    const own = await startAgent();
    await own.add(path);
    client = await createSshClient(trustHostKeys, { agentSocket: own.socket, defaultKeyFiles: [] });
    const failure = await failureOf(loginName(null));
    expect(failure).toMatchObject({ code: 'auth.denied', params: { user: sshd.user, allowed: 'publickey' } });
    expect(failure.params['tried']).toBe(`agent key ${await fingerprintOf(path)} (berth test)`);
    await own.stop();
  });
});

describeWith(...sshdNeeds, 'ssh-agent')('two factors', () => {
  it('of two different keys, one from the agent', async () => {
    const two = await startSshd({ config: ['AuthenticationMethods publickey,publickey'] });
    const own = await startAgent();
    const inAgent = join(two.folder, 'second');
    await makeKey(inAgent);
    await two.authorize(`${inAgent}.pub`);
    await own.add(inAgent);
    client = await createSshClient(trustHostKeys, { agentSocket: own.socket, defaultKeyFiles: [two.keyFile] });
    expect(await loginName(null, two)).toBe(two.user);
    await own.stop();
    await two.stop();
  });
});
