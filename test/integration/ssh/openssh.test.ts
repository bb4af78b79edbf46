import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { describeWith, sandboxNeeds, sshdNeeds } from '../../support/prerequisites.ts';
import { freePort } from '../../support/free-port.ts';
import { hostKeyOf, makeKey, startSshd, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox } from '../../support/user-sandbox.ts';
import { createConfiguredClient, type ConfiguredClient, type ConfiguredOptions } from './configured-client.ts';
import { answerWith, failureOf, output, trustHostKeys, type Answers } from './harness.ts';

const run = promisify(execFile);
const never = () => null;
/** OpenSSH's stand-in for a security key, of Debian's package openssh-tests. */
const SK_DUMMY = '/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so';

let sshd: TestSshd;
let client: ConfiguredClient;
let folder: string;

const start = async (config: string, answers: Answers = trustHostKeys, options: ConfiguredOptions = {}) => {
  client = await createConfiguredClient(config, answers, options);
};
const lines = (at: TestSshd, name: string, ...more: readonly string[]) =>
  [`Host ${name}`, 'HostName 127.0.0.1', `Port ${String(at.port)}`, `User ${at.user}`, ...more].join('\n') + '\n';
const withKey = (at: TestSshd, name: string, ...more: readonly string[]) =>
  lines(at, name, `IdentityFile ${at.keyFile}`, 'IdentitiesOnly yes', ...more);

/** An authority that signs keys, as `ssh-keygen -s` does it. */
async function makeAuthority(
  name: string,
): Promise<{ file: string; sign(key: string, ...how: string[]): Promise<void> }> {
  const file = join(folder, name);
  await makeKey(file);
  return {
    file,
    async sign(key, ...how) {
      await run('ssh-keygen', ['-q', '-s', file, '-I', 'test', ...how, `${key}.pub`]);
    },
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-openssh-'));
  sshd = await startSshd();
});
afterAll(async () => {
  await sshd.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => client.dispose());

describeWith(...sshdNeeds)('what only OpenSSH’s own client can do', () => {
  it('is chosen for a user certificate', async () => {
    const authority = await makeAuthority('user-ca');
    const key = join(folder, 'certified');
    await makeKey(key);
    await authority.sign(key, '-n', sshd.user, '-V', '+1h');
    const trusting = await startSshd({ config: [`TrustedUserCAKeys ${authority.file}.pub`] });
    try {
      await start(lines(trusting, 'box', `IdentityFile ${key}`, 'IdentitiesOnly yes'));
      const connection = await client.open('box');
      expect(connection.path).toMatchObject({ transport: 'openssh', reason: 'needed', needs: ['a user certificate'] });
      expect(await output(connection, 'echo in')).toBe('in\n');
      expect(trusting.log()).toContain('ED25519-CERT');
      connection.close();
    } finally {
      await trusting.stop();
    }
  });

  it('is chosen where an authority vouches for the host, whose key nobody is asked about', async () => {
    const authority = await makeAuthority('host-ca');
    const hostKey = join(folder, 'host-key');
    await makeKey(hostKey);
    await authority.sign(hostKey, '-h', '-n', '127.0.0.1', '-V', '+1h');
    const vouched = await startSshd({ config: [`HostKey ${hostKey}`, `HostCertificate ${hostKey}-cert.pub`] });
    try {
      const knownHosts = join(folder, 'authorities');
      await writeFile(knownHosts, `@cert-authority [127.0.0.1]:* ${await hostKeyOf(authority.file)}\n`);
      await start(withKey(vouched, 'box', `UserKnownHostsFile ${knownHosts}`), never);
      const connection = await client.open('box');
      expect(connection.path).toMatchObject({ transport: 'openssh', reason: 'needed' });
      expect(await output(connection, 'echo in')).toBe('in\n');
      expect(client.asked).toEqual([]);
      connection.close();
    } finally {
      await vouched.stop();
    }
  });

  it('is chosen for a ProxyCommand', async () => {
    const relay = `sh -c 'exec ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i ${sshd.keyFile} -p ${String(sshd.port)} -W %h:%p ${sshd.user}@127.0.0.1'`;
    const behind = await startSshd();
    try {
      await start(withKey(behind, 'box', `ProxyCommand ${relay}`));
      const connection = await client.open('box');
      expect(connection.path).toMatchObject({ transport: 'openssh', needs: ['ProxyCommand'] });
      expect(connection.path.proxyCommand).toContain(`127.0.0.1:${String(behind.port)}`);
      expect(await output(connection, 'echo in')).toBe('in\n');
      connection.close();
      expect(await failureOf(client.open('box', { transport: 'built-in' }))).toMatchObject({
        code: 'ssh.built-in-unable',
      });
    } finally {
      await behind.stop();
    }
  });

  it('tells what a ProxyCommand that fails has said', async () => {
    await start(withKey(sshd, 'box', "ProxyCommand sh -c 'echo no relay today >&2; exit 1'"));
    expect(await failureOf(client.open('box'))).toMatchObject({
      code: 'ssh.openssh-failed',
      params: { detail: 'no relay today' },
    });
  });

  it('is found to be needed where the built-in transport has no algorithm', async () => {
    const quantum = await startSshd({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    try {
      await start(withKey(quantum, 'box'));
      for (const _ of [1, 2]) {
        const connection = await client.open('box');
        expect(connection.path).toMatchObject({ transport: 'openssh', reason: 'needed' });
        connection.close();
      }
      // Once known, it is not tried the other way again.
      expect(quantum.log().match(/no matching key exchange/g)).toHaveLength(1);
    } finally {
      await quantum.stop();
    }
  });

  it('is not needed for a host that asks nothing special', async () => {
    await start(withKey(sshd, 'box'));
    const connection = await client.open('box');
    expect(connection.path).toMatchObject({ transport: 'built-in', reason: 'enough', needs: [] });
    connection.close();
  });

  it.skipIf(!existsSync(SK_DUMMY))('is chosen for a security key', async () => {
    const key = join(folder, 'security-key');
    const env = { SSH_SK_PROVIDER: SK_DUMMY };
    await run('ssh-keygen', ['-q', '-t', 'ed25519-sk', '-N', '', '-f', key], { env: { ...process.env, ...env } });
    await sshd.authorize(`${key}.pub`);
    await start(lines(sshd, 'box', `IdentityFile ${key}`, 'IdentitiesOnly yes', `SecurityKeyProvider ${SK_DUMMY}`));
    const connection = await client.open('box');
    expect(connection.path).toMatchObject({ transport: 'openssh', reason: 'needed' });
    expect(connection.path.needs).toContain(`a security key (${key})`);
    expect(await output(connection, 'echo in')).toBe('in\n');
    connection.close();
  });

  it('is missed with a reason', async () => {
    await start(withKey(sshd, 'box'), trustHostKeys, { transport: 'openssh', transports: { platform: 'win32' } });
    expect(await failureOf(client.open('box'))).toMatchObject({ code: 'ssh.openssh-missing' });
  });
});

describeWith(...sshdNeeds)('a failure of OpenSSH’s own client', () => {
  const open = () => client.open('box', { transport: 'openssh' });

  it('has the same code as one of the built-in transport', async () => {
    const port = await freePort();
    await start(`Host box\nHostName 127.0.0.1\nPort ${String(port)}\nHost nowhere\nHostName nowhere.invalid\n`);
    expect(await failureOf(open())).toMatchObject({ code: 'ssh.refused', params: { address: '127.0.0.1', port } });
    expect(await failureOf(client.open('nowhere', { transport: 'openssh' }))).toMatchObject({ code: 'ssh.dns' });
  });

  it('of a host that is not known where nobody may be asked names its key', async () => {
    await start(withKey(sshd, 'box', 'StrictHostKeyChecking yes'));
    expect(await failureOf(open())).toMatchObject({ code: 'ssh.host-key-strict', params: { type: 'ssh-ed25519' } });
  });

  it('over an option that ssh does not know is ssh’s own word', async () => {
    await start(withKey(sshd, 'box', 'Ciphers nonsense'));
    expect((await failureOf(open())).code).toMatch(/^config\.ssh-failed|^ssh\.openssh-failed/);
  });
});

/** The processes whose command line names something. */
async function processesWith(word: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command.includes(word));
}

describeWith(...sshdNeeds)('a master', () => {
  const left = async () => [
    ...(await processesWith(`${folder}/berth-ssh-`)),
    ...(await readdir(folder)).filter((name) => name.startsWith('berth-ssh-')),
  ];

  it('leaves nothing behind when it is closed', async () => {
    await start(withKey(sshd, 'box'), trustHostKeys, { transport: 'openssh', env: { XDG_RUNTIME_DIR: folder } });
    await client.open('box');
    expect(await left()).toHaveLength(2);
    await client.transport.dispose();
    expect(await left()).toEqual([]);
  });

  it('leaves nothing behind when its question is refused', async () => {
    await start(withKey(sshd, 'box'), never, { transport: 'openssh', env: { XDG_RUNTIME_DIR: folder } });
    const opening = failureOf(client.open('box'));
    await vi.waitFor(() => expect(client.prompts.list()).toHaveLength(1), 10_000);
    // ssh, and its helper.
    expect((await processesWith(`${folder}/berth-ssh-`)).length).toBeGreaterThan(1);
    for (const { id } of client.prompts.list()) client.prompts.answer(id, { kind: 'cancel' });
    expect(await opening).toMatchObject({ code: 'ssh.host-key-refused' });
    expect(await processesWith(`${folder}/berth-ssh-`)).toEqual([]);
    await client.transport.dispose();
    expect(await left()).toEqual([]);
  });

  it('of a process that was killed is ended by the next one', async () => {
    const master = await abandonedMaster();
    try {
      await start(withKey(sshd, 'box'), trustHostKeys, { transport: 'openssh', env: { XDG_RUNTIME_DIR: folder } });
      const connection = await client.open('box');
      await vi.waitFor(() => expect(master.exitCode ?? master.signalCode).not.toBeNull(), 10_000);
      expect((await readdir(folder)).filter((name) => name === 'berth-ssh-killed')).toEqual([]);
      connection.close();
    } finally {
      master.kill('SIGKILL');
    }
  });

  /** A master in a folder whose owner has ended, as a killed Berth leaves it. */
  async function abandonedMaster(): Promise<ChildProcess> {
    const left = join(folder, 'berth-ssh-killed');
    await run('mkdir', ['-p', '-m', '700', join(left, '1')]);
    const ended = spawn('true');
    await new Promise((resolve) => ended.once('exit', resolve));
    await writeFile(join(left, 'owner.json'), JSON.stringify({ pid: ended.pid, startedAt: 'long ago' }));
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', `ControlPath=${join(left, '1', 's')}`];
    const words = ['-F', 'none', '-MN', ...options.flatMap((option) => ['-o', option]), '-i', sshd.keyFile];
    const master = spawn('ssh', [...words, '-p', String(sshd.port), `${sshd.user}@127.0.0.1`], { stdio: 'ignore' });
    await vi.waitFor(() => expect(existsSync(join(left, '1', 's'))).toBe(true), 10_000);
    return master;
  }
});

describeWith(...sandboxNeeds)('a secret', () => {
  it('is in no argument, environment or file while and after ssh is told it', async () => {
    const secret = 'Xq7-unspeakable';
    const sandbox = await makeSandbox({ users: [{ name: 'op', password: secret }] });
    const at = await startSshd({ wrapper: sandbox.wrapper, config: ['PasswordAuthentication yes'] });
    const found: string[] = [];
    const look = async () => {
      for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
        for (const part of ['cmdline', 'environ']) {
          const text = await readFile(`/proc/${pid}/${part}`, 'utf8').catch(() => '');
          if (text.includes(secret)) found.push(`${pid} ${part}: ${text.slice(0, 200)}`);
        }
      }
    };
    try {
      await start(lines(at, 'box'), answerWith('password', secret), {
        transport: 'openssh',
        env: { XDG_RUNTIME_DIR: folder },
      });
      const progress = { isOpen: false };
      const opening = client.open('box', { user: 'op' }).finally(() => (progress.isOpen = true));
      do await look();
      while (!progress.isOpen);
      const connection = await opening;
      await look();
      expect(found).toEqual([]);
      expect((await run('grep', ['-rlF', secret, folder, client.folder]).catch(() => ({ stdout: '' }))).stdout).toBe(
        '',
      );
      connection.close();
    } finally {
      await at.stop();
      await sandbox.dispose();
    }
  });
});
