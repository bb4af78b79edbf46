import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprintOf, startSshd, type TestSshd } from '../../support/sshd.ts';
import { createSshClient, failureOf, never, targetOf, trustHostKeys, type Answers, type SshClient } from './harness.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';

let sshd: TestSshd;
let client: SshClient;

beforeEach(async () => {
  sshd = await startSshd();
});
afterEach(async () => {
  await client.dispose();
  await sshd.stop();
});

const silent: Answers = () => null;

async function connect(): Promise<void> {
  const connection = await client.transport.connect(targetOf(sshd), never);
  connection.close();
}

async function knowForUser(text: string): Promise<void> {
  await mkdir(dirname(client.userFile), { recursive: true });
  await writeFile(client.userFile, text);
}

const place = () => `[127.0.0.1]:${sshd.port}`;

describeWith(...sshdNeeds)('an unknown host key', () => {
  it('is asked about with its fingerprint, and known from then on', async () => {
    client = await createSshClient();
    await connect();
    expect(client.asked).toMatchObject([
      {
        kind: 'host-key',
        address: '127.0.0.1',
        port: sshd.port,
        keyType: 'ssh-ed25519',
        fingerprint: await fingerprintOf(`${sshd.hostKeyFile}.pub`),
        command: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
      },
    ]);
    expect(await readFile(client.berthFile, 'utf8')).toBe(`${place()} ${await sshd.hostKey()}\n`);
    expect((await stat(client.berthFile)).mode & 0o777).toBe(0o600);
    // OpenSSH finds it as well.
    expect(execFileSync('ssh-keygen', ['-F', place(), '-f', client.berthFile]).toString()).toContain(place());
    await connect();
    expect(client.asked).toHaveLength(1);
  });

  it('goes to the file of the user on request, behind a last line without its line feed', async () => {
    client = await createSshClient(() => ({ kind: 'accept-host-key', saveTo: 'user' }));
    await knowForUser('# mine');
    await connect();
    expect(await readFile(client.userFile, 'utf8')).toBe(`# mine\n${place()} ${await sshd.hostKey()}\n`);
    await expect(stat(client.berthFile)).rejects.toThrow('ENOENT');
  });

  it('that the user does not accept ends the attempt', async () => {
    client = await createSshClient(() => ({ kind: 'cancel' }));
    expect((await failureOf(connect())).code).toBe('ssh.host-key-refused');
    await expect(stat(client.berthFile)).rejects.toThrow('ENOENT');
  });

  it('is not kept before the host has proven that it holds it', async () => {
    client = await createSshClient(silent);
    const controller = new AbortController();
    const connecting = client.transport.connect(targetOf(sshd), controller.signal);
    await expect.poll(() => client.prompts.list()).toHaveLength(1);
    controller.abort();
    expect((await failureOf(connecting)).code).toBe('ssh.cancelled');
    expect(client.prompts.list()).toEqual([]);
    await expect(stat(client.berthFile)).rejects.toThrow('ENOENT');
  });

  it('does not count the time that the user thinks', async () => {
    client = await createSshClient(silent, {}, { readyTimeoutMs: 400 });
    const connecting = client.transport.connect(targetOf(sshd), never);
    await expect.poll(() => client.prompts.list()).toHaveLength(1);
    // Longer than the whole time a handshake has.
    await new Promise((resolve) => setTimeout(resolve, 800));
    client.prompts.answer(client.prompts.list()[0]!.id, { kind: 'accept-host-key', saveTo: 'berth' });
    (await connecting).close();
  });
});

describeWith(...sshdNeeds)('a known host key', () => {
  it.each([
    ['under [host]:port', () => place()],
    ['under the plain name', () => '127.0.0.1'],
    ['in a list of names', () => `box,${place()},other`],
    ['by a pattern', () => '[127.0.0.*]:*'],
  ])('is accepted in silence: %s', async (_how, names) => {
    client = await createSshClient(silent);
    await knowForUser(`${names()} ${await sshd.hostKey()} comment\n`);
    await connect();
    expect(client.asked).toEqual([]);
  });

  it('is found when it is hashed', async () => {
    client = await createSshClient(silent);
    await knowForUser(`${place()} ${await sshd.hostKey()}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', client.userFile], { stdio: 'ignore' });
    expect(await readFile(client.userFile, 'utf8')).toMatch(/^\|1\|/);
    await connect();
    expect(client.asked).toEqual([]);
  });

  it('is asked of the host before other types that it has', async () => {
    const rsa = await startSshd({ hostKeyType: 'rsa', config: [`HostKey ${sshd.hostKeyFile}`] });
    client = await createSshClient(silent);
    await knowForUser(`[127.0.0.1]:${rsa.port} ${await rsa.hostKey()}\n`);
    const connection = await client.transport.connect(targetOf(rsa), never);
    connection.close();
    expect(client.asked).toEqual([]);
    await rsa.stop();
  });
});

describeWith(...sshdNeeds)('a host key is refused', () => {
  it('when it has changed', async () => {
    client = await createSshClient(trustHostKeys);
    await connect();
    const known = await fingerprintOf(`${sshd.hostKeyFile}.pub`);
    await sshd.replaceHostKey();
    expect(await failureOf(connect())).toEqual({
      code: 'ssh.host-key-changed',
      params: {
        address: '127.0.0.1',
        type: 'ssh-ed25519',
        fingerprint: await fingerprintOf(`${sshd.hostKeyFile}.pub`),
        knownFingerprint: known,
        file: client.berthFile,
        line: 1,
        command: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
      },
    });
    expect(client.asked).toHaveLength(1);
  });

  it('when the host has no key of a known type any more', async () => {
    client = await createSshClient(trustHostKeys);
    await connect();
    await sshd.replaceHostKey('ecdsa');
    const failure = await failureOf(connect());
    expect(failure).toMatchObject({ code: 'ssh.host-key-changed', params: { type: 'ecdsa-sha2-nistp256' } });
  });

  it('when it is revoked, whatever else knows it', async () => {
    client = await createSshClient(trustHostKeys);
    await connect();
    await knowForUser(`# list of the site\n@revoked * ${await sshd.hostKey()}\n`);
    expect(await failureOf(connect())).toMatchObject({
      code: 'ssh.host-key-revoked',
      params: { file: client.userFile, line: 2 },
    });
  });

  it('when a file of known keys cannot be read', async () => {
    client = await createSshClient(trustHostKeys);
    await mkdir(client.userFile, { recursive: true });
    expect(await failureOf(connect())).toMatchObject({
      code: 'ssh.host-key-store',
      params: { file: client.userFile, detail: 'EISDIR' },
    });
  });

  it('and an authority that signs host certificates changes nothing for a plain key', async () => {
    client = await createSshClient(trustHostKeys);
    await knowForUser(`@cert-authority * ${await sshd.hostKey()}\n`);
    await connect();
    expect(client.asked).toHaveLength(1);
    await appendFile(client.userFile, 'broken line\n');
    await connect();
    expect(client.asked).toHaveLength(1);
  });
});
