import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../../electron/core/log/file-log.ts';
import { createConnectionPool, type ConnectionPool } from '../../../electron/core/ssh/connection-pool.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { createSshClient, failureOf, output, targetOf, type SshClient } from './harness.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';

let sshd: TestSshd;
let client: SshClient;
let pool: ConnectionPool;
let kinds: string[];

beforeEach(async () => {
  sshd = await startSshd();
  client = await createSshClient();
  // No jitter, and the shortest of the delays.
  pool = createConnectionPool({ transport: client.transport, log: silentLog, random: () => 0 });
  kinds = [];
  pool.onState((hostId) => kinds.push(pool.state(hostId).kind));
});
afterEach(async () => {
  pool.dispose();
  await client.dispose();
  await sshd.stop();
});

describeWith(...sshdNeeds)('the pool over a real sshd', () => {
  it('asks, connects, and gives everybody the same connection', async () => {
    const [first, second] = await Promise.all([
      pool.connect(targetOf(sshd), 'background'),
      pool.connect(targetOf(sshd), 'user'),
    ]);
    expect(first).toBe(second);
    expect(kinds).toEqual(['queued', 'connecting', 'asking', 'connecting', 'connected']);
    expect(await pool.connect(targetOf(sshd), 'background')).toBe(first);
    expect(pool.current('host')).toBe(first);
    expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(1);
  });

  it('comes back by itself when the connection is cut', async () => {
    const lost = await pool.connect(targetOf(sshd), 'user');
    kinds.length = 0;
    await sshd.killSessions();
    await expect.poll(() => pool.state('host')).toMatchObject({ kind: 'waiting', failure: { code: 'ssh.closed' } });
    expect(pool.current('host')).toBeNull();
    expect((await failureOf(pool.connect(targetOf(sshd), 'background'))).code).toBe('ssh.closed');
    await expect.poll(() => pool.state('host').kind, { timeout: 10_000 }).toBe('connected');
    expect(kinds).toEqual(['waiting', 'queued', 'connecting', 'connected']);
    const back = pool.current('host');
    expect(back).not.toBe(lost);
    expect(await output(back!, 'echo back')).toBe('back\n');
  });

  it('has at most eight handshakes under way, whatever is asked for at once', async () => {
    // Listens, and never says a word: every handshake lasts until it is given up.
    const silent: Socket[] = [];
    const server = createServer((socket) => void silent.push(socket.resume())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const hostIds = Array.from({ length: 40 }, (_, index) => `silent-${index}`);
    const attempts = hostIds.map((hostId) =>
      failureOf(pool.connect({ ...targetOf(sshd, { port }), hostId }, 'background')),
    );
    const connecting = () => hostIds.filter((hostId) => pool.state(hostId).kind === 'connecting');
    await expect.poll(() => silent.length).toBe(8);
    expect(connecting()).toHaveLength(8);
    // Those that have a place give it back, and as many others get it: never more at a time.
    for (const hostId of connecting()) pool.disconnect(hostId);
    await expect.poll(() => silent.length).toBe(16);
    await expect.poll(() => silent.filter(({ closed }) => !closed).length).toBe(8);
    for (const hostId of hostIds) pool.disconnect(hostId);
    expect((await Promise.all(attempts)).every(({ code }) => code === 'ssh.cancelled')).toBe(true);
    expect(silent.length).toBe(16);
    server.close();
  });

  it('does not come back when it was disconnected', async () => {
    const connection = await pool.connect(targetOf(sshd), 'user');
    pool.disconnect('host');
    await expect.poll(() => connection.closed).toBe(true);
    expect(pool.state('host')).toEqual({ kind: 'idle' });
    expect(pool.current('host')).toBeNull();
  });

  it('tries a refused login again only when the user asks', async () => {
    const target = targetOf(sshd, { keyFile: null });
    expect((await failureOf(pool.connect(target, 'user'))).code).toBe('auth.denied');
    expect(pool.state('host')).toMatchObject({ kind: 'failed', failure: { code: 'auth.denied' } });
    kinds.length = 0;
    expect((await failureOf(pool.connect(target, 'background'))).code).toBe('auth.denied');
    expect(kinds).toEqual([]);
    expect((await failureOf(pool.connect(target, 'user'))).code).toBe('auth.denied');
    expect(kinds).toEqual(['queued', 'connecting', 'failed']);
  });

  it('connects anew when the target has changed', async () => {
    const first = await pool.connect(targetOf(sshd), 'user');
    const second = await pool.connect(targetOf(sshd, { address: 'localhost' }), 'user');
    expect(second).not.toBe(first);
    expect(first.closed || pool.current('host') === second).toBe(true);
    await expect.poll(() => first.closed).toBe(true);
  });

  it('withdraws the question of an attempt that is ended', async () => {
    const unanswered = await createSshClient(() => null);
    const other = createConnectionPool({ transport: unanswered.transport, log: silentLog });
    const connecting = failureOf(other.connect(targetOf(sshd), 'user'));
    await expect.poll(() => other.state('host').kind).toBe('asking');
    other.disconnect('host');
    expect((await connecting).code).toBe('ssh.cancelled');
    expect(unanswered.prompts.list()).toEqual([]);
    expect(other.state('host')).toEqual({ kind: 'idle' });
    other.dispose();
    await unanswered.dispose();
  });
});
