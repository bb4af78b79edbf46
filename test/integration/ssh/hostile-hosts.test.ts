import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readFacts } from '../../../electron/core/hosts/facts-reader.ts';
import { loadNativeScripts, type NativeScripts } from '../../../electron/core/ssh/native-scripts.ts';
import type { SshConnection, SshTarget } from '../../../electron/core/ssh/ssh-connection.ts';
import { freePort } from '../../support/free-port.ts';
import { startSshd, type SshdOptions, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type UserSandbox } from '../../support/user-sandbox.ts';
import { describeWith, sandboxNeeds, sshdNeeds } from '../../support/prerequisites.ts';
import { createSshClient, failureOf, never, output, targetOf, type SshClient } from './harness.ts';

const run = promisify(execFile);

let scripts: NativeScripts;
let client: SshClient;
const servers: TestSshd[] = [];
const opened: SshConnection[] = [];

beforeAll(async () => {
  scripts = await loadNativeScripts(join(import.meta.dirname, '../../../native'));
});
beforeEach(async () => {
  client = await createSshClient();
});
afterEach(async () => {
  for (const connection of opened.splice(0)) connection.close();
  await client.dispose();
  for (const sshd of servers.splice(0)) await sshd.stop();
});

async function start(options: SshdOptions = {}): Promise<TestSshd> {
  const sshd = await startSshd(options);
  servers.push(sshd);
  return sshd;
}

async function connect(sshd: TestSshd, overrides: Partial<SshTarget> = {}): Promise<SshConnection> {
  const connection = await client.transport.connect(targetOf(sshd, overrides), never);
  opened.push(connection);
  return connection;
}

const facts = (connection: SshConnection) => readFacts(connection, scripts, { kind: 'none' }, Date.now);

describeWith(
  ...sandboxNeeds,
  'bash',
  'dash',
  'fish',
  'tcsh',
  'zsh',
)('a login shell', () => {
  let sandbox: UserSandbox;
  const shells = { bash: '/bin/bash', dash: '/bin/dash', fish: '/usr/bin/fish', tcsh: '/bin/tcsh', zsh: '/bin/zsh' };

  beforeAll(async () => {
    const users = Object.entries(shells).map(([name, shell]) => ({ name, password: '', shell }));
    const bash = (name: string, text: string) => ({
      name,
      password: '',
      shell: '/bin/bash',
      home: { '.bashrc': text },
    });
    sandbox = await makeSandbox({
      users: [
        ...users,
        bash('loud', 'head -c 1000000 /dev/zero | tr "\\0" x; head -c 100000 /dev/urandom >&2\n'),
        bash('asking', 'read -p "Are you sure? " -t 2 answer; echo "You said $answer"\n'),
        bash('slow', 'sleep 5\n'),
        bash('elsewhere', 'exec /bin/cat\n'),
        { name: 'none', password: '', shell: '/usr/sbin/nologin' },
      ],
    });
  });
  afterAll(() => sandbox.dispose());

  it.each(Object.keys(shells))('runs the probe: %s', async (user) => {
    const { identity } = await facts(await connect(await start({ wrapper: sandbox.wrapper }), { user }));
    expect(identity).toMatchObject({ state: 'known' });
  });

  it('that prints a megabyte, text and noise, does no harm', async () => {
    const connection = await connect(await start({ wrapper: sandbox.wrapper }), { user: 'loud' });
    expect((await facts(connection)).identity).toMatchObject({ state: 'known' });
  });

  it('that sleeps for five seconds is waited for', async () => {
    const connection = await connect(await start({ wrapper: sandbox.wrapper }), { user: 'slow' });
    expect((await facts(connection)).identity).toMatchObject({ state: 'known' });
  });

  it.each(['asking', 'elsewhere'])(
    'that reads the script in place of sh ends in words, not in silence: %s',
    async (user) => {
      const connection = await connect(await start({ wrapper: sandbox.wrapper }), { user });
      const outcome = await facts(connection).then(
        ({ identity }) => identity.state,
        (error: unknown) => failureOf(Promise.reject(error as Error)).then(({ code }) => code),
      );
      // One that only takes its first line out of the stream may leave the rest to sh.
      expect(['known', 'unknown', 'facts.no-shell', 'facts.incomplete']).toContain(outcome);
      expect(connection.closed).toBe(false);
    },
  );

  it('that is none says what it said', async () => {
    const connection = await connect(await start({ wrapper: sandbox.wrapper }), { user: 'none' });
    const failure = await failureOf(facts(connection));
    expect(failure.code).toBe('facts.no-shell');
    expect(failure.params['detail']).toContain('not available');
  });
});

describeWith(...sshdNeeds)('an sshd', () => {
  it.each([
    [30_000, 'hello\n'],
    // More than the library takes in one packet; OpenSSH's own client takes it.
    [200_000, 'ssh.packet-too-long'],
    // More than sshd itself can send: it hangs up, on ssh as well.
    [1_000_000, 'ssh.reset'],
  ])('with a banner of %i bytes', async (bytes, expected) => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-banner-'));
    const banner = join(folder, 'banner');
    await writeFile(banner, 'Keep out.\u001b[2J'.repeat(bytes).slice(0, bytes));
    const sshd = await start({ config: [`Banner ${banner}`] });
    const outcome = await connect(sshd).then(
      (connection) => output(connection, 'echo hello'),
      (error: unknown) => failureOf(Promise.reject(error as Error)).then(({ code }) => code),
    );
    expect(outcome).toBe(expected);
    await rm(folder, { recursive: true });
  });

  it('that forces a command runs no script, and the facts say so', async () => {
    const connection = await connect(await start({ config: ['ForceCommand echo only this'] }));
    const failure = await failureOf(facts(connection));
    expect(failure).toMatchObject({ code: 'facts.no-shell', params: { detail: 'only this' } });
  });

  it('whose authorized_keys allows one command is the same', async () => {
    const sshd = await start();
    const line = await readPublic(sshd);
    await writeFile(join(sshd.folder, 'authorized_keys'), `command="echo backup only",restrict ${line}`);
    expect(await failureOf(facts(await connect(sshd)))).toMatchObject({ params: { detail: 'backup only' } });
  });

  it('that gives nobody a terminal is no hindrance', async () => {
    const connection = await connect(await start({ config: ['PermitTTY no', 'AllowTcpForwarding no'] }));
    expect((await facts(connection)).identity).toMatchObject({ state: 'known' });
  });

  it('with two sessions at most is asked for no third one at a time', async () => {
    const connection = await connect(await start({ config: ['MaxSessions 2'] }));
    const words = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((word) => output(connection, `sleep 0.2; echo ${word}`)),
    );
    expect(words.join('')).toBe('a\nb\nc\nd\ne\n');
  });

  it('with no session at all says so', async () => {
    const connection = await connect(await start({ config: ['MaxSessions 0'] }));
    expect((await failureOf(output(connection, 'id'))).code).toBe('ssh.channel-refused');
  });

  it('with two unauthenticated connections at most loses none of twenty', async () => {
    const sshd = await start({ config: ['MaxStartups 2'] });
    await connect(sshd);
    const many = Array.from({ length: 20 }, (_, index) => connect(sshd, { hostId: `host-${String(index)}` }));
    expect(await Promise.all(many)).toHaveLength(20);
  });

  it('of the kind that FIPS leaves is spoken with', async () => {
    const sshd = await start({
      hostKeyType: 'ecdsa',
      config: [
        'Ciphers aes256-gcm@openssh.com',
        'KexAlgorithms ecdh-sha2-nistp256',
        'HostKeyAlgorithms ecdsa-sha2-nistp256',
      ],
    });
    expect(await output(await connect(sshd), 'echo hello')).toBe('hello\n');
  });

  it('with a post-quantum key exchange alone is refused with both lists', async () => {
    const sshd = await start({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    const { code, params } = await failureOf(connect(sshd, { transport: 'built-in' }));
    expect(code).toBe('ssh.no-common-algorithm');
    expect(params).toMatchObject({ what: 'key exchange', theirs: 'sntrup761x25519-sha512@openssh.com' });
    expect(params['ours']).toContain('curve25519-sha256');
  });

  it('that signs with SHA-1 alone is refused for that reason', async () => {
    const sshd = await start({ hostKeyType: 'rsa', config: ['HostKeyAlgorithms ssh-rsa'] });
    const failure = await failureOf(connect(sshd, { transport: 'built-in' }));
    expect(failure).toMatchObject({ code: 'ssh.host-key-sha1', params: { theirs: 'ssh-rsa' } });
  });

  it('with the host key of another host is a host of its own', async () => {
    const first = await start();
    const second = await start({ config: [`HostKey ${first.hostKeyFile}`] });
    await connect(first);
    await connect(second);
    expect(client.asked.map((prompt) => prompt.kind === 'host-key' && prompt.port)).toEqual([first.port, second.port]);
  });

  it('on IPv6 is reached', async () => {
    const sshd = await start();
    const six = await start({ config: [`ListenAddress [::1]:${String(sshd.port)}`] });
    const connection = await connect(six, { address: '::1', port: sshd.port });
    expect(await output(connection, 'echo hello')).toBe('hello\n');
    expect(client.asked.at(-1)).toMatchObject({ address: '::1' });
  });

  it('that stops in mid-command is found out within thirty seconds, and what runs ends', async () => {
    const sshd = await start();
    const connection = await connect(sshd);
    const channel = await connection.exec('echo begun; sleep 60');
    channel.stderr.resume();
    await new Promise((resolve) => channel.stdout.on('data', resolve));
    const frozenAt = performance.now();
    await sshd.freezeSessions();
    const exit = await channel.exit;
    expect(exit).toEqual({ code: null, signal: null });
    expect(connection.closed).toBe(true);
    expect(performance.now() - frozenAt).toBeLessThan(31_000);
  }, 40_000);

  it('that stopped while the computer slept is found out at once when it wakes', async () => {
    const sshd = await start();
    const connection = await connect(sshd);
    await sshd.freezeSessions();
    const wokenAt = performance.now();
    connection.prove(500);
    await expect.poll(() => connection.closed, { timeout: 3_000 }).toBe(true);
    expect(performance.now() - wokenAt).toBeLessThan(3_000);
  });

  it('that lives proves it, and stays', async () => {
    const connection = await connect(await start());
    connection.prove(2_000);
    expect(await output(connection, 'sleep 2.5; echo there')).toBe('there\n');
    expect(connection.closed).toBe(false);
  });
});

async function readPublic(sshd: TestSshd): Promise<string> {
  const { stdout } = await run('cat', [`${sshd.keyFile}.pub`]);
  return stdout;
}

/** A way to an sshd that cuts the connection after so many bytes of the host. */
function cutAfter(port: number, bytes: number): Promise<{ port: number; server: Server }> {
  const server = createServer((near) => {
    const far = connectSocket(port, '127.0.0.1');
    let left = bytes;
    const ignore = () => undefined;
    near.on('error', ignore);
    far.on('error', ignore);
    near.pipe(far);
    far.on('data', (chunk: Buffer) => {
      near.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) cut(near, far);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address ? address.port : 0, server });
    });
  });
}

function cut(near: Socket, far: Socket): void {
  far.destroy();
  near.resetAndDestroy();
}

describeWith(...sshdNeeds)('a connection that is cut', () => {
  // Version, KEXINIT, key exchange reply, NEWKEYS, service, authentication: wherever it is, it ends in words, and may be tried again.
  it.each([1, 20, 60, 500, 1100, 1250, 1400, 1500, 1600, 1800])(
    'after %i bytes of the handshake says so',
    async (bytes) => {
      const sshd = await start();
      const { port, server } = await cutAfter(sshd.port, bytes);
      const failure = await failureOf(connect(sshd, { port }));
      expect(['ssh.reset', 'ssh.protocol']).toContain(failure.code);
      server.close();
    },
  );
});

describeWith(...sshdNeeds, 'ssh')('names and values', () => {
  const HOSTILE = [
    'box; touch PWNED',
    '$(touch PWNED)',
    '`touch PWNED`',
    'box\ntouch PWNED',
    '-oProxyCommand=touch PWNED',
    "'; touch PWNED; '",
    'box\u0000x',
    '\u001b[2J',
  ];

  it.each(HOSTILE)('in an address reach no shell: %j', async (address) => {
    const sshd = await start();
    const marker = join(sshd.folder, 'PWNED');
    const failure = await failureOf(connect(sshd, { address: address.replaceAll('PWNED', marker) }));
    expect(failure.code).toMatch(/^(?:ssh|config|input)\./);
    expect(() => readFileSync(marker)).toThrow('ENOENT');
  });

  it.each(HOSTILE)('in a user name reach no shell: %j', async (user) => {
    const sshd = await start();
    const marker = join(sshd.folder, 'PWNED');
    const failure = await failureOf(connect(sshd, { user: user.replaceAll('PWNED', marker) }));
    expect(failure.code).toMatch(/^(?:ssh|config|input|auth)\./);
    expect(() => readFileSync(marker)).toThrow('ENOENT');
  });
});

describe('a port where nobody answers', () => {
  it('is told from a host that took the connection and says nothing', async () => {
    const impatient = await createSshClient(undefined, {}, { readyTimeoutMs: 300 });
    const target: SshTarget = {
      hostId: 'h',
      name: 'h',
      address: '127.0.0.1',
      port: await freePort(),
      user: 'u',
      keyFile: null,
      transport: 'auto',
    };
    expect((await failureOf(impatient.transport.connect(target, never))).code).toBe('ssh.refused');
    const server = createServer(() => undefined).listen(target.port ?? 0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    expect((await failureOf(impatient.transport.connect(target, never))).code).toBe('ssh.silent');
    server.close();
    await impatient.dispose();
  });
});
