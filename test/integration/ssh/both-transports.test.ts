import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import { describeWith, sandboxNeeds, sshdNeeds } from '../../support/prerequisites.ts';
import { freePort } from '../../support/free-port.ts';
import { fingerprintOf, makeKey, startAgent, startSshd, type TestAgent, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type UserSandbox } from '../../support/user-sandbox.ts';
import { createConfiguredClient, type ConfiguredClient, type ConfiguredOptions } from './configured-client.ts';
import { answerWith, failureOf, output, trustHostKeys, type Answers } from './harness.ts';

const noManners = { mayAsk: () => false, onAsking: () => undefined };

let sshd: TestSshd;
let agent: TestAgent;
beforeAll(async () => {
  [sshd, agent] = await Promise.all([startSshd(), startAgent()]);
});
afterAll(() => Promise.all([sshd.stop(), agent.stop()]));

const hostLines = (at: TestSshd, name = 'box', ...more: readonly string[]) =>
  [`Host ${name}`, 'HostName 127.0.0.1', `Port ${String(at.port)}`, `User ${at.user}`, ...more].join('\n') + '\n';
const withKey = (at: TestSshd, name = 'box', ...more: readonly string[]) =>
  hostLines(at, name, `IdentityFile ${at.keyFile}`, 'IdentitiesOnly yes', ...more);

// Everything above the interface is the same for both: so are these tests.
describe.each(['built-in', 'openssh'] as const)('over the %s transport', (transport) => {
  let client: ConfiguredClient;
  let connection: SshConnection | null = null;
  const start = async (config: string, answers: Answers = trustHostKeys, options: ConfiguredOptions = {}) => {
    client = await createConfiguredClient(config, answers, { transport, ...options });
  };
  const open = async (...parameters: Parameters<ConfiguredClient['open']>) => {
    connection = await client.open(...parameters);
    return connection;
  };
  afterEach(async () => {
    connection?.close();
    connection = null;
    await client.dispose();
  });

  describeWith(...sshdNeeds, 'ssh-agent')('a login', () => {
    it('by a key file, with the name that the configuration has for the host', async () => {
      await start(withKey(sshd));
      const { target, path } = await open('box');
      expect(target).toMatchObject({ address: '127.0.0.1', port: sshd.port, user: sshd.user });
      expect(path).toMatchObject({ transport, reason: 'fixed' });
      const fingerprint = await fingerprintOf(`${sshd.hostKeyFile}.pub`);
      expect(path.hops).toEqual([
        {
          ...{ name: 'box', address: '127.0.0.1', port: sshd.port, user: sshd.user },
          hostKey: { type: 'ssh-ed25519', fingerprint },
        },
      ]);
    });

    it('by a key of the agent', async () => {
      await agent.add(sshd.keyFile);
      await start(hostLines(sshd, 'box', 'IdentityFile none'), trustHostKeys, { agentSocket: agent.socket });
      expect(await output(await open('box'), 'echo in')).toBe('in\n');
    });

    it('by an encrypted key, whose passphrase is asked for', async () => {
      const keyFile = join(sshd.folder, `locked-${transport}`);
      await makeKey(keyFile, { passphrase: 'open sesame' });
      await sshd.authorize(`${keyFile}.pub`);
      await start(hostLines(sshd, 'box', `IdentityFile ${keyFile}`), answerWith('passphrase', 'open sesame'));
      expect(await output(await open('box'), 'echo in')).toBe('in\n');
      expect(client.asked.at(-1)).toMatchObject({ kind: 'passphrase', keyFile });
    });

    it('by an encrypted key fails with a wrong passphrase, which is asked for once', async () => {
      const keyFile = join(sshd.folder, `shut-${transport}`);
      await makeKey(keyFile, { passphrase: 'open sesame' });
      await sshd.authorize(`${keyFile}.pub`);
      await start(hostLines(sshd, 'box', `IdentityFile ${keyFile}`), answerWith('passphrase', 'wrong'));
      expect(await failureOf(client.open('box'))).toMatchObject({
        code: 'auth.passphrase-wrong',
        params: { file: keyFile },
      });
      expect(client.asked.filter(({ kind }) => kind === 'passphrase')).toHaveLength(1);
    });

    it('that is refused tells what was tried', async () => {
      const keyFile = join(sshd.folder, `stranger-${transport}`);
      await makeKey(keyFile);
      await start(hostLines(sshd, 'box', `IdentityFile ${keyFile}`, 'IdentitiesOnly yes'));
      const failure = await failureOf(client.open('box'));
      expect(failure).toMatchObject({ code: 'auth.denied', params: { user: sshd.user } });
      const fingerprint = await fingerprintOf(keyFile);
      expect(failure.attempts).toContainEqual({
        ...{ method: 'publickey', key: { from: 'file', name: keyFile, fingerprint } },
        ...{ offered: true, outcome: 'denied', reason: 'key-refused', detail: '' },
      });
    });
  });

  describeWith(...sandboxNeeds)('a login with what a person types', () => {
    let sandbox: UserSandbox;
    let byPassword: TestSshd;
    let byQuestions: TestSshd;
    beforeAll(async () => {
      sandbox = await makeSandbox({ users: [{ name: 'op', password: 'correct horse' }] });
      const { wrapper } = sandbox;
      byPassword = await startSshd({ wrapper, config: ['PasswordAuthentication yes'] });
      byQuestions = await startSshd({ wrapper, config: ['KbdInteractiveAuthentication yes', 'UsePAM yes'] });
    });
    afterAll(async () => {
      await Promise.all([byPassword.stop(), byQuestions.stop()]);
      await sandbox.dispose();
    });

    it('takes a password', async () => {
      await start(hostLines(byPassword), answerWith('password', 'correct horse'));
      expect(await output(await open('box', { user: 'op' }), 'id -un')).toBe('op\n');
      expect(client.asked.at(-1)).toMatchObject({ kind: 'password', user: 'op', address: '127.0.0.1' });
    });

    it('does not repeat a wrong password', async () => {
      await start(hostLines(byPassword), answerWith('password', 'wrong'));
      const before = byPassword.log().length;
      expect(await failureOf(client.open('box', { user: 'op' }))).toMatchObject({ code: 'auth.denied' });
      expect(client.asked.filter(({ kind }) => kind === 'password')).toHaveLength(1);
      expect(
        byPassword
          .log()
          .slice(before)
          .match(/Failed password/g),
      ).toHaveLength(1);
    });

    it('answers the questions of keyboard-interactive', async () => {
      await start(hostLines(byQuestions), answerWith('keyboard-interactive', 'correct horse'));
      expect(await output(await open('box', { user: 'op' }), 'id -un')).toBe('op\n');
      expect(client.asked.at(-1)).toHaveProperty('fields.0.label', expect.stringMatching(/^Password:/));
    });

    it('asks nothing for who may not ask', async () => {
      await start(hostLines(byPassword, 'box', 'StrictHostKeyChecking accept-new'), () => null);
      const failure = await failureOf(client.open('box', { user: 'op' }, noManners));
      expect(failure).toMatchObject({ code: 'auth.answer-needed' });
      expect(client.asked).toEqual([]);
    });
  });

  describeWith(...sshdNeeds)('a host key', () => {
    it('that is unknown is shown, and known from then on', async () => {
      await start(withKey(sshd));
      (await open('box')).close();
      const fingerprint = await fingerprintOf(`${sshd.hostKeyFile}.pub`);
      expect(client.asked).toMatchObject([{ kind: 'host-key', keyType: 'ssh-ed25519', fingerprint, port: sshd.port }]);
      await open('box');
      expect(client.asked).toHaveLength(1);
      expect(await readFile(client.berthFile, 'utf8')).toContain(await sshd.hostKey());
    });

    it('is kept in the file of the user on request', async () => {
      await start(withKey(sshd), () => ({ kind: 'accept-host-key', saveTo: 'user' }));
      await open('box');
      const { userKnownHosts } = connection!.target.route;
      expect(await readFile(userKnownHosts[0] ?? '', 'utf8')).toContain(await sshd.hostKey());
    });

    it('that is not accepted ends the attempt', async () => {
      await start(withKey(sshd), () => ({ kind: 'cancel' }));
      expect(await failureOf(client.open('box'))).toMatchObject({ code: 'ssh.host-key-refused' });
    });

    it('that is unknown fails with its fingerprint for who may not ask', async () => {
      await start(withKey(sshd));
      const fingerprint = await fingerprintOf(`${sshd.hostKeyFile}.pub`);
      expect(await failureOf(client.open('box', {}, noManners))).toMatchObject({
        code: 'ssh.host-key-unknown',
        params: { type: 'ssh-ed25519', fingerprint },
      });
    });

    it('that has changed is refused', async () => {
      const reinstalled = await startSshd();
      try {
        await start(withKey(reinstalled));
        (await open('box')).close();
        const known = await fingerprintOf(`${reinstalled.hostKeyFile}.pub`);
        await reinstalled.replaceHostKey();
        const fingerprint = await fingerprintOf(`${reinstalled.hostKeyFile}.pub`);
        expect(await failureOf(client.open('box'))).toMatchObject({
          code: 'ssh.host-key-changed',
          params: { type: 'ssh-ed25519', fingerprint, knownFingerprint: known, file: client.berthFile, line: 1 },
        });
        expect(client.knownHosts.changedKey('box')).toMatchObject({ fingerprint });
      } finally {
        await reinstalled.stop();
      }
    });
  });

  describeWith(...sshdNeeds)('a command', () => {
    it('has its streams and its exit code', async () => {
      await start(withKey(sshd));
      const channel = await (await open('box')).exec("sh -c 'cat; echo err >&2; exit 3'");
      const read = { stdout: '', stderr: '' };
      channel.stdout.on('data', (chunk: Buffer) => (read.stdout += chunk.toString()));
      channel.stderr.on('data', (chunk: Buffer) => (read.stderr += chunk.toString()));
      channel.stdin.end('in');
      expect(await channel.exit).toEqual({ code: 3, signal: null });
      expect(read).toEqual({ stdout: 'in', stderr: 'err\n' });
    });

    it('that a signal ends tells which', async () => {
      await start(withKey(sshd));
      const channel = await (await open('box')).exec("sh -c 'kill -TERM $$'");
      channel.stdout.resume();
      channel.stderr.resume();
      expect(await channel.exit).toEqual({ code: null, signal: 'SIGTERM' });
    });

    it('takes as much input as it is given', async () => {
      await start(withKey(sshd));
      const channel = await (await open('box')).exec('wc -c');
      const size = 8 * 1024 * 1024;
      const counted = readText(channel.stdout);
      channel.stderr.resume();
      for (let at = 0; at < size; at += 65_536) {
        if (!channel.stdin.write(Buffer.alloc(65_536))) {
          await new Promise((resolve) => channel.stdin.once('drain', resolve));
        }
      }
      channel.stdin.end();
      expect(Number(await counted)).toBe(size);
    });

    it('waits while nobody reads, and then arrives whole', async () => {
      await start(withKey(sshd));
      const size = 50 * 1024 * 1024;
      const channel = await (await open('box')).exec(`head -c ${String(size)} /dev/zero`);
      channel.stderr.resume();
      await vi.waitFor(() => expect(channel.stdout.readableLength).toBeGreaterThan(1024 * 1024), 10_000);
      await output(connection!, 'sleep 0.3');
      expect(channel.stdout.readableLength).toBeLessThan(6 * 1024 * 1024);
      let received = 0;
      channel.stdout.on('data', (chunk: Buffer) => (received += chunk.length));
      expect(await channel.exit).toEqual({ code: 0, signal: null });
      expect(received).toBe(size);
    });

    it('is one of many', async () => {
      await start(withKey(sshd));
      const box = await open('box');
      const outputs = await Promise.all(Array.from({ length: 30 }, (_, index) => output(box, `echo ${String(index)}`)));
      expect(outputs).toEqual(Array.from({ length: 30 }, (_, index) => `${String(index)}\n`));
    });

    it('can be closed', async () => {
      await start(withKey(sshd));
      const box = await open('box');
      const channel = await box.exec('cat');
      channel.close();
      expect(await channel.exit).toEqual({ code: null, signal: null });
      expect(await output(box, 'echo on')).toBe('on\n');
    });
  });

  describeWith(...sshdNeeds)('a connection', () => {
    it('measures its round trip', async () => {
      await start(withKey(sshd));
      const box = await open('box');
      await expect.poll(() => box.latencyMs).toBeGreaterThan(0);
    });

    it('that is cut ends its channels, tells so once, and opens no more', async () => {
      const cut = await startSshd();
      try {
        await start(withKey(cut));
        const box = await open('box');
        const told = vi.fn();
        box.onClose(told);
        const channel = await box.exec('cat');
        channel.stdout.resume();
        channel.stderr.resume();
        await cut.killSessions();
        expect(await channel.exit).toEqual({ code: null, signal: null });
        await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(1));
        expect(box.closed).toBe(true);
        expect(await failureOf(box.exec('true'))).toMatchObject({ code: 'ssh.closed' });
      } finally {
        await cut.stop();
      }
    });

    it('that is closed is closed at the host too', async () => {
      await start(withKey(sshd));
      const box = await open('box');
      const channel = await box.exec('cat');
      channel.stdout.resume();
      channel.stderr.resume();
      box.close();
      expect(await channel.exit).toEqual({ code: null, signal: null });
      expect(await failureOf(box.exec('true'))).toMatchObject({ code: 'ssh.closed' });
    });

    it('that must prove that it lives does', async () => {
      await start(withKey(sshd));
      const box = await open('box');
      box.prove(5_000);
      expect(await output(box, 'echo on')).toBe('on\n');
    });

    it('that is silent when it must prove that it lives is given up', async () => {
      const frozen = await startSshd();
      try {
        await start(withKey(frozen));
        const box = await open('box');
        const closed = new Promise<void>((resolve) => box.onClose(resolve));
        await frozen.freezeSessions();
        box.prove(200);
        await closed;
      } finally {
        await frozen.stop();
      }
    });

    it('to a host that takes two sessions runs everything', async () => {
      const narrow = await startSshd({ config: ['MaxSessions 2'] });
      try {
        await start(withKey(narrow));
        const box = await open('box');
        const outputs = await Promise.all(
          Array.from({ length: 9 }, (_, index) => output(box, `echo ${String(index)}`)),
        );
        expect(outputs).toEqual(Array.from({ length: 9 }, (_, index) => `${String(index)}\n`));
      } finally {
        await narrow.stop();
      }
    });

    it('to a host that takes no session says so', async () => {
      const shut = await startSshd({ config: ['MaxSessions 0'] });
      try {
        await start(withKey(shut));
        const box = await open('box');
        expect(await failureOf(box.exec('true'))).toMatchObject({ code: 'ssh.channel-refused' });
      } finally {
        await shut.stop();
      }
    });

    it('is one of many at once, also where the host takes two', async () => {
      const busy = await startSshd({ config: ['MaxStartups 2'] });
      try {
        await start(withKey(busy, 'box-*'));
        await writeFile(client.berthFile, `[127.0.0.1]:${String(busy.port)} ${await busy.hostKey()}\n`);
        const all = await Promise.all(
          Array.from({ length: 6 }, (_, index) => client.open(`box-${String(index)}`, { address: 'box-1' })),
        );
        for (const one of all) one.close();
      } finally {
        await busy.stop();
      }
    });
  });

  describeWith(...sshdNeeds)('a way over jump hosts', () => {
    let hops: TestSshd[];
    beforeAll(async () => {
      hops = await Promise.all([startSshd(), startSshd(), startSshd()]);
    });
    afterAll(() => Promise.all(hops.map((hop) => hop.stop())));
    const chain = (...names: readonly string[]) =>
      names.map((name, index) => withKey(hops[index]!, name)).join('') +
      withKey(sshd, 'box', `ProxyJump ${names.join(',')}`);

    it.each([[['gate']], [['gate', 'middle']], [['gate', 'middle', 'bastion']]])('over %j', async (names) => {
      await start(chain(...names));
      const box = await open('box');
      expect(await output(box, 'echo $SSH_CONNECTION')).toContain(` ${String(sshd.port)}`);
      expect(box.path.hops.map(({ name }) => name)).toEqual([...names, 'box']);
      expect(client.asked.map(({ hostName }) => hostName)).toEqual([
        ...names.map((name) => `${name}, on the way to box`),
        'box',
      ]);
    });

    it('shares the connection to a jump host', async () => {
      const [gate] = hops as [TestSshd];
      await start(`${withKey(gate, 'gate')}${withKey(sshd, 'box-*', 'ProxyJump gate')}`);
      const before = gate.log().split('Accepted publickey').length;
      const all = await Promise.all(['box-1', 'box-2', 'box-3'].map((name) => client.open(name)));
      expect(await Promise.all(all.map((one) => output(one, 'echo on')))).toEqual(['on\n', 'on\n', 'on\n']);
      expect(gate.log().split('Accepted publickey').length - before).toBe(1);
      for (const one of all) one.close();
    });

    it('names the hop that fails', async () => {
      const [gate] = hops as [TestSshd];
      const keyFile = join(gate.folder, `stranger-${transport}`);
      await makeKey(keyFile);
      const config = hostLines(gate, 'gate', `IdentityFile ${keyFile}`, 'IdentitiesOnly yes');
      await start(`${config}${withKey(sshd, 'box', 'ProxyJump gate')}`);
      expect(await failureOf(client.open('box'))).toMatchObject({ code: 'auth.denied', params: { hop: 'gate' } });
    });

    it('says that a jump host cannot reach the host, or forwards nothing', async () => {
      const [gate] = hops as [TestSshd];
      const closed = await startSshd({ config: ['AllowTcpForwarding no'] });
      try {
        const port = await freePort();
        const nowhere = `Host nowhere\nHostName 127.0.0.1\nPort ${String(port)}\nProxyJump gate\n`;
        await start(
          `${withKey(gate, 'gate')}${withKey(closed, 'closed')}${nowhere}${withKey(sshd, 'box', 'ProxyJump closed')}`,
        );
        expect(await failureOf(client.open('nowhere'))).toMatchObject({
          code: 'ssh.forward-failed',
          params: { hop: 'gate', port },
        });
        expect(await failureOf(client.open('box'))).toMatchObject({
          code: 'ssh.forward-refused',
          params: { hop: 'closed', port: sshd.port },
        });
      } finally {
        await closed.stop();
      }
    });

    it('is lost with a jump host', async () => {
      const [gate] = hops as [TestSshd];
      await start(chain('gate'));
      const box = await open('box');
      const closed = new Promise<void>((resolve) => box.onClose(resolve));
      await gate.killSessions();
      await closed;
      expect(await output(await open('box'), 'echo again')).toBe('again\n');
    });
  });
});

async function readText(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
