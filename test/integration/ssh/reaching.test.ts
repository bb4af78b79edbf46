import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SshTarget } from '../../../electron/core/ssh/ssh-connection.ts';
import { freePort } from '../../support/free-port.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { createSshClient, failureOf, never, output, targetOf, type SshClient } from './harness.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';

let client: SshClient;
const servers: Server[] = [];

beforeEach(async () => {
  client = await createSshClient(undefined, {}, { readyTimeoutMs: 700 });
});
afterEach(async () => {
  await client.dispose();
  for (const server of servers.splice(0)) server.close();
});

async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const target = (overrides: Partial<SshTarget>): SshTarget => ({
  hostId: 'host',
  name: 'box',
  address: '127.0.0.1',
  port: 22,
  user: 'root',
  keyFile: null,
  transport: 'auto',
  ...overrides,
});
const connect = (overrides: Partial<SshTarget>) => client.transport.connect(target(overrides), never);

describe('what does not answer as an SSH server', () => {
  it('refuses the port', async () => {
    const port = await freePort();
    expect(await failureOf(connect({ port }))).toMatchObject({
      code: 'ssh.refused',
      params: { address: '127.0.0.1', port },
    });
  });

  it('has no address', async () => {
    expect((await failureOf(connect({ address: 'no-such-host.invalid' }))).code).toBe('ssh.dns');
  });

  it('says nothing', async () => {
    const port = await listen(() => undefined);
    expect(await failureOf(connect({ port }))).toMatchObject({ code: 'ssh.silent', params: { seconds: 1 } });
  });

  it('closes at once', async () => {
    const port = await listen((socket) => socket.end());
    expect((await failureOf(connect({ port }))).code).toBe('ssh.reset');
  });

  it('drops the connection in mid-handshake', async () => {
    const port = await listen((socket) => {
      socket.write('SSH-2.0-OpenSSH_9.9\r\n');
      socket.once('data', () => socket.destroy());
    });
    expect((await failureOf(connect({ port }))).code).toBe('ssh.reset');
  });

  it('resets the connection in mid-handshake', async () => {
    const port = await listen((socket) => {
      socket.write('SSH-2.0-OpenSSH_9.9\r\n');
      socket.once('data', () => socket.resetAndDestroy());
    });
    expect((await failureOf(connect({ port }))).code).toBe('ssh.reset');
  });

  it('has too much to do', async () => {
    const port = await listen((socket) => socket.end('Exceeded MaxStartups\r\n'));
    expect((await failureOf(connect({ port }))).code).toBe('ssh.reset');
  });

  it('speaks HTTP', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const failure = await failureOf(connect({ port }));
    expect(failure.code).toBe('ssh.protocol');
    expect(failure.params['detail']).toContain('HTTP/1.1 400 Bad Request');
  });

  it('speaks an SSH of last century', async () => {
    const port = await listen((socket) => void socket.write('SSH-1.5-old\r\n'));
    expect((await failureOf(connect({ port }))).code).toBe('ssh.protocol');
  });

  it('sends noise without end', async () => {
    const port = await listen((socket) => void socket.write('x'.repeat(100_000)));
    expect((await failureOf(connect({ port }))).code).toBe('ssh.protocol');
  });

  it('is given up when nobody wants it any more', async () => {
    const port = await listen(() => undefined);
    const controller = new AbortController();
    const connecting = client.transport.connect(target({ port }), controller.signal);
    controller.abort();
    expect((await failureOf(connecting)).code).toBe('ssh.cancelled');
  });
});

describeWith(...sshdNeeds)('a real sshd', () => {
  let sshd: TestSshd | null = null;
  afterEach(() => sshd?.stop());

  it('with algorithms that Berth does not have is told apart', async () => {
    sshd = await startSshd({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    const failure = await failureOf(client.transport.connect(targetOf(sshd), never));
    expect(failure.code).toBe('ssh.no-common-algorithm');
    expect(failure.params['detail']).toContain('key exchange');
  });

  it('that re-keys all the time goes on, without asking again', async () => {
    sshd = await startSshd({ config: ['RekeyLimit 64K'] });
    const connection = await client.transport.connect(targetOf(sshd), never);
    expect(await output(connection, 'head -c 2000000 /dev/zero | tr "\\0" x')).toHaveLength(2_000_000);
    expect(client.asked).toHaveLength(1);
    connection.close();
  });

  it('that shows a banner is not disturbed by it', async () => {
    sshd = await startSshd({ config: ['Banner /etc/hostname'] });
    const connection = await client.transport.connect(targetOf(sshd), never);
    expect(await output(connection, 'echo hello')).toBe('hello\n');
    connection.close();
  });
});
