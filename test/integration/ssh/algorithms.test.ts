import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createKexInitReader, type AlgorithmLists } from '../../../electron/core/ssh/kex-init.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { makeKey, startSshd, type TestSshd } from '../../support/sshd.ts';
import { createConfiguredClient, type ConfiguredClient } from './configured-client.ts';
import { failureOf, output, trustHostKeys } from './harness.ts';

/** What /etc/crypto-policies/back-ends/openssh.config of a Fedora with the policy DEFAULT says. */
const CRYPTO_POLICY = [
  'Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes128-gcm@openssh.com,aes128-ctr',
  'MACs hmac-sha2-256-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-128-etm@openssh.com,' +
    'hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha1,umac-128@openssh.com,hmac-sha2-512',
  'KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,' +
    'ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,' +
    'diffie-hellman-group16-sha512,diffie-hellman-group18-sha512',
  'PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256,ecdsa-sha2-nistp256-cert-v01@openssh.com,' +
    'sk-ecdsa-sha2-nistp256@openssh.com,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,ssh-ed25519,' +
    'ssh-ed25519-cert-v01@openssh.com,sk-ssh-ed25519@openssh.com,rsa-sha2-256,rsa-sha2-512',
  'CASignatureAlgorithms ecdsa-sha2-nistp256,ssh-ed25519,rsa-sha2-256,rsa-sha2-512',
  'RequiredRSASize 2048',
];
const POST_QUANTUM = 'sntrup761x25519-sha512@openssh.com';

let sshd: TestSshd | null = null;
let client: ConfiguredClient | null = null;
let listener: Server | null = null;

afterEach(async () => {
  await client?.dispose();
  await sshd?.stop();
  listener?.close();
  sshd = client = listener = null;
});

async function start(sshdConfig: readonly string[], ...config: readonly string[]): Promise<ConfiguredClient> {
  sshd = await startSshd({ config: sshdConfig });
  client = await configured(sshd.port, [`IdentityFile ${sshd.keyFile}`, ...config]);
  return client;
}

function configured(port: number, config: readonly string[]): Promise<ConfiguredClient> {
  const lines = ['Host box', 'HostName 127.0.0.1', `Port ${String(port)}`, 'IdentitiesOnly yes', ...config];
  return createConfiguredClient(`${lines.join('\n')}\n`, trustHostKeys);
}

/** What the built-in transport offers in its first packet, to a server that only listens. */
async function offers(...config: readonly string[]): Promise<AlgorithmLists> {
  let told: (lists: AlgorithmLists) => void = () => undefined;
  const heard = new Promise<AlgorithmLists>((resolve) => (told = resolve));
  listener = createServer((socket) => {
    const reader = createKexInitReader();
    socket.write('SSH-2.0-listener\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      reader.push(chunk);
      const lists = reader.lists();
      if (!lists) return;
      told(lists);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => listener?.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  client = await configured(typeof address === 'object' && address ? address.port : 0, config);
  const [lists] = await Promise.all([heard, failureOf(client.open('box', { transport: 'built-in' }))]);
  return { ...lists, keyExchange: lists.keyExchange.filter((name) => !/^(?:ext-info|kex-strict)-/.test(name)) };
}

describeWith(...sshdNeeds, 'ssh')('lists of algorithms in the configuration', () => {
  it('of a system’s crypto policy are the built-in transport’s too, and it connects', async () => {
    const { open } = await start([], ...CRYPTO_POLICY);
    const connection = await open('box');
    expect(connection.path).toMatchObject({ transport: 'built-in', reason: 'enough', needs: [] });
    expect(await output(connection, 'echo ok')).toBe('ok\n');
    connection.close();
  });

  it('are all that is offered, in their order, without what the built-in transport has not', async () => {
    expect(await offers(...CRYPTO_POLICY, 'HostKeyAlgorithms rsa-sha2-512,ssh-ed25519')).toEqual({
      keyExchange: [
        ...['curve25519-sha256', 'curve25519-sha256@libssh.org'],
        ...['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521'],
        ...['diffie-hellman-group-exchange-sha256', 'diffie-hellman-group14-sha256'],
        ...['diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512'],
      ],
      hostKey: ['rsa-sha2-512', 'ssh-ed25519'],
      cipher: [
        ...['aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes256-ctr'],
        ...['aes128-gcm@openssh.com', 'aes128-ctr'],
      ],
      mac: [
        ...['hmac-sha2-256-etm@openssh.com', 'hmac-sha1-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
        ...['hmac-sha2-256', 'hmac-sha1', 'hmac-sha2-512'],
      ],
    });
  });

  it('with one name leave no other', async () => {
    const lists = await offers(
      ...[
        'KexAlgorithms ecdh-sha2-nistp384',
        'Ciphers aes256-ctr',
        'MACs hmac-sha2-512',
        'HostKeyAlgorithms ssh-ed25519',
      ],
    );
    expect(lists).toEqual({
      ...{ keyExchange: ['ecdh-sha2-nistp384'], hostKey: ['ssh-ed25519'] },
      ...{ cipher: ['aes256-ctr'], mac: ['hmac-sha2-512'] },
    });
  });

  it.each([
    ['KexAlgorithms', POST_QUANTUM, 'curve25519-sha256'],
    ['MACs', 'umac-128-etm@openssh.com', 'hmac-sha2-256'],
  ])(
    '%s without anything that the built-in transport has leads to OpenSSH, with both lists',
    async (list, name, ours) => {
      const { open } = await start([], `${list} ${name}`);
      const connection = await open('box');
      expect(connection.path).toMatchObject({ transport: 'openssh', reason: 'needed' });
      expect(connection.path.needs).toHaveLength(1);
      expect(connection.path.needs[0]).toContain(`${list} ${name} (the built-in transport has `);
      expect(connection.path.needs[0]).toContain(ours);
      connection.close();
      const refusal = await failureOf(open('box', { transport: 'built-in' }));
      expect(refusal).toMatchObject({ code: 'ssh.built-in-unable' });
      expect(refusal.params['needs']).toContain(name);
    },
  );

  it('of which the host takes only what the built-in transport has not leads to OpenSSH', async () => {
    const list = `KexAlgorithms curve25519-sha256,${POST_QUANTUM}`;
    const { open } = await start([`KexAlgorithms ${POST_QUANTUM}`], list);
    const { path } = await open('box');
    expect(path).toMatchObject({ transport: 'openssh', reason: 'needed' });
  });
});

describeWith(...sshdNeeds, 'ssh')('keys that the configuration does not accept', () => {
  it.each([
    ['rsa-sha2-512', 'rsa-sha2-512', true],
    ['rsa-sha2-512,rsa-sha2-256', 'rsa-sha2-512', true],
    ['rsa-sha2-256', 'rsa-sha2-512', false],
    ['ssh-ed25519', 'rsa-sha2-512', false],
  ])('with %s an RSA key opens a host that takes %s: %s', async (ours, theirs, isOpen) => {
    const { open } = await start([`PubkeyAcceptedAlgorithms ${theirs}`], `PubkeyAcceptedAlgorithms ${ours}`);
    const key = join(sshd?.folder ?? '', 'rsa');
    await makeKey(key, { type: 'rsa' });
    await sshd?.authorize(`${key}.pub`);
    const opened = open('box', { transport: 'built-in', keyFile: key });
    if (isOpen) (await opened).close();
    else expect((await failureOf(opened)).code).toBe('auth.denied');
  });

  it('are left out with the reason', async () => {
    const { open } = await start([], 'PubkeyAcceptedAlgorithms rsa-sha2-512', 'RequiredRSASize 3072');
    const key = join(sshd?.folder ?? '', 'rsa');
    await makeKey(key, { type: 'rsa' });
    const ways = async (keyFile: string) =>
      (await failureOf(open('box', { transport: 'built-in', keyFile }))).attempts?.find(
        ({ method }) => method === 'publickey',
      );
    const leftOut = { outcome: 'not-tried', reason: 'not-accepted-here' };
    expect(await ways(sshd?.keyFile ?? '')).toMatchObject({
      ...leftOut,
      detail: 'PubkeyAcceptedAlgorithms is without ssh-ed25519',
    });
    expect(await ways(key)).toMatchObject({ ...leftOut, detail: 'RequiredRSASize is 3072, and it has 2048 bits' });
  });

  it.each(['built-in', 'openssh'] as const)('of a host, over %s, are refused for their length', async (transport) => {
    sshd = await startSshd({ hostKeyType: 'rsa' });
    client = await configured(sshd.port, [`IdentityFile ${sshd.keyFile}`, 'RequiredRSASize 3072']);
    const failure = await failureOf(client.open('box', { transport }));
    expect(failure).toMatchObject({ code: 'ssh.host-key-short', params: { minimum: 3072 } });
    expect(client.asked).toEqual([]);
  });
});
