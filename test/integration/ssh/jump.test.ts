import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SshRoute, SshRouter } from '../../../electron/core/ssh/ssh-route.ts';
import { routeOf } from '../../support/ssh-places.ts';
import { freePort } from '../../support/free-port.ts';
import { makeKey, startSshd, type TestSshd } from '../../support/sshd.ts';
import { createSshClient, failureOf, never, output, trustHostKeys, type Answers, type SshClient } from './harness.ts';

// Three real servers: the way to the host leads over the gate and the bastion.
let gate: TestSshd;
let bastion: TestSshd;
let host: TestSshd;
let client: SshClient;

beforeAll(async () => {
  [gate, bastion, host] = await Promise.all([startSshd(), startSshd(), startSshd({ config: ['MaxSessions 2'] })]);
});
afterEach(() => client.dispose());
afterAll(() => Promise.all([gate, bastion, host].map((sshd) => sshd.stop())));

function routeTo({ port, user, keyFile }: TestSshd, name: string, differs: Partial<SshRoute> = {}): SshRoute {
  const wish = { address: name, port: null, user: null, keyFile: null };
  return routeOf({ wish, address: '127.0.0.1', port, user, keyFiles: [keyFile], ...differs });
}

/** Knows the way to every name: over these jump hosts. */
const over = (jumps: readonly SshRoute[], last: () => SshRoute): SshRouter => ({
  resolve: () => Promise.resolve({ ...last(), jumps }),
});

async function open(jumps: readonly SshRoute[], answers: Answers = trustHostKeys, last = () => routeTo(host, 'host')) {
  client = await createSshClient(answers, {}, { router: over(jumps, last) });
  return (hostId = 'a', mayAsk = true) => {
    const wish = { address: hostId, port: null, user: null, keyFile: null };
    const manners = { mayAsk: () => mayAsk, onAsking: () => undefined };
    return client.transport.connect({ ...wish, hostId, name: hostId, transport: 'auto' }, never, manners);
  };
}

const logins = (sshd: TestSshd) => sshd.log().split('Accepted publickey').length - 1;

describe('a way over jump hosts', () => {
  it('checks each hop, and runs commands at its end', async () => {
    const connect = await open([routeTo(gate, 'gate'), routeTo(bastion, 'bastion')]);
    const connection = await connect();
    expect(await output(connection, 'echo $SSH_CONNECTION')).toContain(` ${String(host.port)}`);
    expect(connection.path).toMatchObject({ transport: 'built-in', reason: 'enough' });
    expect(connection.path.hops.map(({ name, port }) => [name, port])).toEqual([
      ['gate', gate.port],
      ['bastion', bastion.port],
      ['host', host.port],
    ]);
    const asked = client.asked.map((prompt) => (prompt.kind === 'host-key' ? [prompt.hostName, prompt.port] : []));
    expect(asked).toEqual([
      ['gate, on the way to a', gate.port],
      ['bastion, on the way to a', bastion.port],
      ['a', host.port],
    ]);
    const shown = client.asked.map((prompt) => (prompt.kind === 'host-key' ? prompt.fingerprint : ''));
    expect(connection.path.hops.map(({ hostKey }) => hostKey?.fingerprint)).toEqual(shown);
    connection.close();
  });

  it('shares one connection to a jump host between all hosts behind it, whatever MaxSessions is there', async () => {
    const before = logins(bastion);
    const connect = await open([routeTo(bastion, 'bastion')]);
    const connections = await Promise.all(Array.from({ length: 12 }, (_, index) => connect(`host-${String(index)}`)));
    expect(logins(bastion) - before).toBe(1);
    const words = await Promise.all(
      connections.map((connection, index) => output(connection, `echo ${String(index)}`)),
    );
    expect(words.map(Number)).toEqual(words.map((_, index) => index));
    for (const connection of connections) connection.close();
  });

  it('loses what goes over a jump host that is lost, and finds the way again', async () => {
    const connect = await open([routeTo(bastion, 'bastion')]);
    const connection = await connect();
    const lost = new Promise<void>((resolve) => connection.onClose(resolve));
    await bastion.killSessions();
    await lost;
    const again = await connect();
    expect(await output(again, 'echo again')).toBe('again\n');
    again.close();
  });
});

describe('a jump host in the way', () => {
  it('that is not there is named', async () => {
    const connect = await open([routeTo(bastion, 'bastion', { port: await freePort() })]);
    expect(await failureOf(connect())).toMatchObject({ code: 'ssh.refused', params: { hop: 'bastion' } });
  });

  it('that shows an unknown key fails for who may not ask', async () => {
    const connect = await open([routeTo(bastion, 'bastion')]);
    expect(await failureOf(connect('a', false))).toMatchObject({
      code: 'ssh.host-key-unknown',
      params: { hop: 'bastion' },
    });
  });

  it('that refuses the login is asked once, however many hosts are behind it', async () => {
    const stranger = `${gate.folder}/stranger`;
    await makeKey(stranger);
    const connect = await open([routeTo(bastion, 'bastion', { keyFiles: [stranger] })]);
    expect(await failureOf(connect('a'))).toMatchObject({ code: 'auth.denied', params: { hop: 'bastion' } });
    const before = bastion.log().length;
    const failures = await Promise.all(['b', 'c', 'd'].map((hostId) => failureOf(connect(hostId, false))));
    expect(failures.map(({ code }) => code)).toEqual(['auth.denied', 'auth.denied', 'auth.denied']);
    expect(bastion.log().slice(before)).not.toContain('Failed publickey');
  });

  it('that forwards nothing says so', async () => {
    const closed = await startSshd({ config: ['AllowTcpForwarding no'] });
    try {
      const connect = await open([routeTo(closed, 'closed')]);
      expect(await failureOf(connect())).toMatchObject({
        code: 'ssh.forward-refused',
        params: { hop: 'closed', port: host.port },
      });
    } finally {
      await closed.stop();
    }
  });

  it('that cannot reach the host says so', async () => {
    const port = await freePort();
    const connect = await open([routeTo(bastion, 'bastion')], trustHostKeys, () => routeTo(host, 'host', { port }));
    expect(await failureOf(connect())).toMatchObject({ code: 'ssh.forward-failed', params: { hop: 'bastion', port } });
  });
});

describe('many handshakes with one sshd', () => {
  async function connectMany(busy: TestSshd, count: number) {
    client = await createSshClient(() => null, {}, { router: over([], () => routeTo(busy, 'busy')) });
    return Array.from({ length: count }, (_, index) => {
      const hostId = `host-${String(index)}`;
      const wish = { address: hostId, port: null, user: null, keyFile: null };
      return client.transport.connect({ ...wish, hostId, name: hostId, transport: 'auto' }, never);
    });
  }
  const accept = () => {
    for (const { id } of client.prompts.list()) {
      client.prompts.answer(id, { kind: 'accept-host-key', saveTo: 'berth' });
    }
  };

  it('are never more at a time than it takes by default, also while questions are open', async () => {
    // Strictly ten: the default refuses the eleventh by chance only.
    const busy = await startSshd({ config: ['MaxStartups 10'] });
    try {
      const connections = await connectMany(busy, 20);
      // Eight think, the others wait in line rather than be refused.
      await vi.waitFor(() => expect(client.prompts.list()).toHaveLength(8), 10_000);
      client.prompts.onChange(accept);
      accept();
      for (const connection of await Promise.all(connections)) connection.close();
      expect(busy.log()).not.toContain('MaxStartups');
    } finally {
      await busy.stop();
    }
  });

  it('are fewer where the host takes fewer, and none is lost', async () => {
    const busy = await startSshd({ config: ['MaxStartups 2'] });
    try {
      const connections = await connectMany(busy, 12);
      client.prompts.onChange(accept);
      accept();
      for (const connection of await Promise.all(connections)) connection.close();
      expect(busy.log()).toContain('MaxStartups');
    } finally {
      await busy.stop();
    }
  });
});
