import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startRealm, type TestRealm } from '../../support/kerberos.ts';
import { describeWith, kerberosNeeds, sshdNeeds, tokenNeeds } from '../../support/prerequisites.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { createConfiguredClient, type ConfiguredClient } from './configured-client.ts';
import { answerWith, failureOf, output, trustHostKeys } from './harness.ts';

const run = promisify(execFile);
const user = userInfo().username;
let client: ConfiguredClient | null = null;
let sshd: TestSshd;

afterEach(async () => {
  await client?.dispose();
  client = null;
});

const lines = (...more: readonly string[]) =>
  ['Host box', 'HostName localhost', 'AddressFamily inet', `Port ${String(sshd.port)}`, ...more, ''].join('\n');

describeWith(
  ...sshdNeeds,
  'ssh',
  ...kerberosNeeds,
)('a Kerberos ticket', () => {
  let realm: TestRealm;
  beforeAll(async () => {
    realm = await startRealm(user);
    // Its keys are for localhost, whatever this machine is called.
    const config = ['GSSAPIAuthentication yes', 'GSSAPIStrictAcceptorCheck no', 'PubkeyAuthentication no'];
    sshd = await startSshd({ config, env: realm.env });
  });
  afterAll(async () => {
    await sshd.stop();
    await realm.stop();
  });

  it('opens a host over OpenSSH, which is chosen for it, and nobody is asked anything', async () => {
    await realm.login();
    client = await createConfiguredClient(lines('GSSAPIAuthentication yes'), trustHostKeys, { env: realm.env });
    const connection = await client.open('box');
    expect(connection.path).toMatchObject({ transport: 'openssh', reason: 'needed', needs: ['GSSAPI'] });
    expect(await output(connection, 'id -un')).toBe(`${user}\n`);
    expect(sshd.log()).toContain(`Accepted gssapi-with-mic for ${user}`);
    expect(client.asked.map(({ kind }) => kind)).toEqual(['host-key']);
    connection.close();
  });

  it('that is not there leaves the host to the built-in transport, and the table says what is missing', async () => {
    await realm.logout();
    client = await createConfiguredClient(lines('GSSAPIAuthentication yes'), trustHostKeys, { env: realm.env });
    const failure = await failureOf(client.open('box'));
    expect(failure.code).toBe('auth.denied');
    expect(failure.attempts?.find(({ method }) => method === 'gssapi-with-mic')).toMatchObject({
      offered: true,
      reason: 'unsupported',
    });
    expect((await failureOf(client.open('box', { transport: 'openssh' }))).code).toBe('auth.denied');
  });
});

/** Where Debian and Fedora keep SoftHSM. */
const SOFTHSM = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'];

describeWith(
  ...sshdNeeds,
  'ssh',
  ...tokenNeeds,
)('a key on a token (PKCS#11)', () => {
  const provider = SOFTHSM.find((file) => existsSync(file)) ?? '';
  const PIN = '135790';
  let folder: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-token-'));
    sshd = await startSshd();
    await mkdir(join(folder, 'tokens'));
    env = { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') };
    await writeFile(env['SOFTHSM2_CONF'] ?? '', `directories.tokendir = ${join(folder, 'tokens')}\n`);
    const key = join(folder, 'key.pem');
    await run('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', key]);
    const softhsm = (...words: readonly string[]) =>
      run('softhsm2-util', [...words, '--pin', PIN], { env: { ...process.env, ...env } });
    await softhsm('--init-token', '--free', '--label', 'berth', '--so-pin', '24680000');
    await softhsm('--import', key, '--token', 'berth', '--label', 'login', '--id', '01');
    const { stdout } = await run('ssh-keygen', ['-y', '-f', key]);
    await writeFile(`${key}.pub`, stdout);
    await sshd.authorize(`${key}.pub`);
    // It is on the token alone.
    await rm(key);
  });
  afterAll(async () => {
    await sshd.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (...pins: readonly string[]) => {
    const left = [...pins];
    client = await createConfiguredClient(
      lines(`PKCS11Provider ${provider}`),
      (prompt) => answerWith('keyboard-interactive', (prompt.kind === 'host-key' ? '' : left.shift()) ?? '')(prompt),
      { env },
    );
    return client;
  };
  const pinsAsked = () => client?.asked.filter(({ kind }) => kind === 'keyboard-interactive') ?? [];

  it('opens a host over OpenSSH, which is chosen for it, with the PIN asked in Berth’s dialog', async () => {
    const { open } = await start(PIN);
    const connection = await open('box');
    expect(connection.path).toMatchObject({
      ...{ transport: 'openssh', reason: 'needed' },
      needs: [`PKCS#11 provider ${provider}`],
    });
    expect(await output(connection, 'echo ok')).toBe('ok\n');
    expect(pinsAsked()).toMatchObject([
      { title: 'Security token (PKCS#11)', fields: [{ label: "Enter PIN for 'berth':", echo: false }] },
    ]);
    connection.close();
  });

  it('stays shut with a wrong PIN, which is asked for once and not tried again', async () => {
    const { open } = await start('000000', PIN);
    expect((await failureOf(open('box'))).code).toBe('auth.denied');
    expect(pinsAsked()).toHaveLength(1);
  });

  it('is refused by the built-in transport in words, and not asked for', async () => {
    const { open } = await start(PIN);
    expect((await failureOf(open('box', { transport: 'built-in' }))).code).toBe('auth.denied');
    expect(pinsAsked()).toEqual([]);
  });
});
