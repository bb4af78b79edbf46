import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createPromptBroker } from '../../../electron/core/prompts/prompt-broker.ts';
import { createPlainRouter } from '../../../electron/core/ssh/plain-router.ts';
import type { SshTarget } from '../../../electron/core/ssh/ssh-connection.ts';
import type { SshRoute, SshWish } from '../../../electron/core/ssh/ssh-route.ts';
import { catalogue } from '../../../shared/errors/catalogue.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { createSshClient, failureOf, never, targetOf, type SshClient } from './harness.ts';

/** Their text says it all. */
const WITHOUT_REMEDY = ['ssh.cancelled'];

const codes = Object.keys(catalogue).filter((code) => /^(?:ssh|auth|privilege)\./.test(code));

/** The tests against real processes, as text. */
function realTests(): string {
  const folder = join(import.meta.dirname, '..');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(?:ssh|ssh-config)[/\\].*\.test\.ts$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

describe('the table of failures', () => {
  // What a failure looks like in words is checked where it is met: `failureOf` lets none pass with an unfilled placeholder.
  it('has a real failure for every code of connections, logins and privilege', () => {
    const text = realTests();
    expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  it('has a remedy for each', () => {
    const bare = codes.filter((code) => catalogue[code as keyof typeof catalogue].remedy === '');
    expect(bare).toEqual(WITHOUT_REMEDY);
  });
});

describeWith(...sshdNeeds)('what is met nowhere else', () => {
  let client: SshClient;
  let sshd: TestSshd | null = null;
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    await client.dispose();
    await sshd?.stop();
    sshd = null;
    for (const end of ends.splice(0)) await end();
  });

  const target = (differs: Partial<SshTarget> = {}): SshTarget => ({
    hostId: 'h',
    name: 'box',
    address: '127.0.0.1',
    port: 22,
    user: 'op',
    keyFile: null,
    transport: 'auto',
    ...differs,
  });
  const refused = (differs?: Partial<SshTarget>) => failureOf(client.transport.connect(target(differs), never));

  function routed(differs: Partial<SshRoute>) {
    const files = { userKnownHosts: '/nonexistent', systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null };
    const plain = createPlainRouter(files, 'op');
    return { resolve: async (wish: SshWish) => ({ ...(await plain.resolve(wish)), ...differs }) };
  }

  it('an address that leads nowhere', async () => {
    client = await createSshClient();
    expect((await refused({ address: '255.255.255.255' })).code).toBe('ssh.unreachable');
  });

  it('a host that begins to speak, and stops', async () => {
    const server = createServer((socket) => void socket.write('SSH-2.0-OpenSSH_9.9\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    ends.push(() => server.close());
    client = await createSshClient(undefined, {}, { readyTimeoutMs: 300 });
    expect((await refused({ port: (server.address() as AddressInfo).port })).code).toBe('ssh.timeout');
  });

  it('an unknown key where the configuration lets nobody be asked', async () => {
    sshd = await startSshd();
    client = await createSshClient(undefined, {}, { router: routed({ strictHostKeyChecking: 'yes' }) });
    expect((await refused({ port: sshd.port })).code).toBe('ssh.host-key-strict');
    expect(client.asked).toEqual([]);
  });

  it('an unknown key that the configuration has taken: new ones are, changed ones never', async () => {
    sshd = await startSshd();
    const known = { current: '' };
    const router = {
      resolve: (wish: SshWish) =>
        routed({ strictHostKeyChecking: 'accept-new', userKnownHosts: [known.current] }).resolve(wish),
    };
    client = await createSshClient(undefined, {}, { router });
    known.current = client.userFile;
    const at = targetOf(sshd);
    (await client.transport.connect(at, never)).close();
    expect(client.asked).toEqual([]);
    expect(readFileSync(client.userFile, 'utf8')).toContain(await sshd.hostKey());
    await sshd.replaceHostKey();
    expect((await failureOf(client.transport.connect(at, never))).code).toBe('ssh.host-key-changed');
  });

  it('any key, where the configuration takes any: it is asked about all the same', async () => {
    sshd = await startSshd();
    client = await createSshClient(() => null, {}, { router: routed({ strictHostKeyChecking: 'no' }) });
    const controller = new AbortController();
    const connecting = failureOf(client.transport.connect(target({ port: sshd.port }), controller.signal));
    await expect.poll(() => client.asked).toHaveLength(1);
    controller.abort();
    await connecting;
  });

  it('a command on the way, for the built-in transport', async () => {
    client = await createSshClient(undefined, {}, { router: routed({ proxyCommand: 'nc box 22' }) });
    expect((await refused({ transport: 'built-in' })).code).toBe('ssh.built-in-unable');
  });

  it('OpenSSH where it cannot be used', async () => {
    client = await createSshClient();
    expect((await refused({ transport: 'openssh' })).code).toBe('ssh.openssh-missing');
  });

  it('a question where there is nobody to answer it', async () => {
    sshd = await startSshd({ config: ['PasswordAuthentication yes'] });
    client = await createSshClient();
    // The host key is known from now on; what is left to ask is the password.
    (await client.transport.connect(targetOf(sshd), never)).close();
    const alone = await createSshClient(
      undefined,
      { userKnownHosts: client.berthFile },
      { prompts: createPromptBroker() },
    );
    const failure = await failureOf(alone.transport.connect(targetOf(sshd, { keyFile: null }), never));
    expect(failure.code).toBe('auth.prompt-unavailable');
    await alone.dispose();
  });
});
