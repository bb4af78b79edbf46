import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { hostKeyOf, makeKey, startSshd, type TestSshd } from '../../support/sshd.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { createConfiguredClient, type ConfiguredClient } from './configured-client.ts';
import { failureOf, trustHostKeys } from './harness.ts';

const run = promisify(execFile);

/** What a certificate is like on a machine whose clock is wrong: it has ended already, or has not begun. */
const OUTSIDE = [
  ['has expired', '20200101:20200102'],
  ['is not valid yet', '20400101:20400102'],
] as const;

let folder: string;
let authority: string;
let client: ConfiguredClient;
let sshd: TestSshd;

const lines = (at: TestSshd, ...more: readonly string[]) =>
  [
    'Host box',
    'HostName 127.0.0.1',
    `Port ${String(at.port)}`,
    `User ${at.user}`,
    'IdentitiesOnly yes',
    ...more,
    '',
  ].join('\n');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-certificates-'));
  authority = join(folder, 'authority');
  await makeKey(authority);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  await client.dispose();
  await sshd.stop();
});

async function signed(name: string, ...how: readonly string[]): Promise<string> {
  const key = join(folder, name);
  await rm(key, { force: true });
  await rm(`${key}.pub`, { force: true });
  await makeKey(key);
  await run('ssh-keygen', ['-q', '-s', authority, '-I', 'test', ...how, `${key}.pub`]);
  return key;
}

describeWith(...sshdNeeds, 'ssh')('a certificate', () => {
  it.each(OUTSIDE)('of a host that %s is refused, and says so', async (_when, validity) => {
    const hostKey = await signed('host', '-h', '-n', '127.0.0.1', '-V', validity);
    sshd = await startSshd({ config: [`HostKey ${hostKey}`, `HostCertificate ${hostKey}-cert.pub`] });
    const knownHosts = join(folder, 'known_hosts');
    await writeFile(knownHosts, `@cert-authority * ${await hostKeyOf(authority)}\n`);
    const config = lines(
      sshd,
      `IdentityFile ${sshd.keyFile}`,
      `UserKnownHostsFile ${knownHosts}`,
      'StrictHostKeyChecking yes',
    );
    client = await createConfiguredClient(config, trustHostKeys);
    expect((await failureOf(client.open('box'))).code).toBe('ssh.host-certificate');
  });

  it.each(OUTSIDE)('of a user that %s opens nothing, and the table has its key', async (_when, validity) => {
    const key = await signed('user', '-n', 'root', '-V', validity);
    sshd = await startSshd({ config: [`TrustedUserCAKeys ${authority}.pub`] });
    client = await createConfiguredClient(lines(sshd, `IdentityFile ${key}`), trustHostKeys);
    const failure = await failureOf(client.open('box'));
    expect(failure.code).toBe('auth.denied');
    expect(failure.attempts?.some(({ key: tried, outcome }) => tried?.name === key && outcome === 'denied')).toBe(true);
  });

  it('is not asked for where nobody vouches: a plain key that changed is one over OpenSSH too', async () => {
    sshd = await startSshd();
    client = await createConfiguredClient(lines(sshd, `IdentityFile ${sshd.keyFile}`), trustHostKeys);
    (await client.open('box', { transport: 'openssh' })).close();
    await sshd.replaceHostKey();
    const failure = await failureOf(client.open('box', { transport: 'openssh' }));
    expect(failure.code).toBe('ssh.host-key-changed');
    expect(await readFile(String(failure.params['file']), 'utf8')).toContain('ssh-ed25519');
  });
});
