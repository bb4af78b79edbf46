import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createHostKeyReplacement,
  type HostKeyReplacement,
} from '../../../electron/core/hosts/host-key-replacement.ts';
import { silentLog } from '../../../electron/core/log/file-log.ts';
import { createConnectionPool, type ConnectionPool } from '../../../electron/core/ssh/connection-pool.ts';
import { createKnownHosts } from '../../../electron/core/ssh/known-hosts.ts';
import type { Host } from '../../../shared/model/host.ts';
import { fingerprintOf, startSshd, type TestSshd } from '../../support/sshd.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { createSshClient, failureOf, targetOf, trustHostKeys, type SshClient } from './harness.ts';

let sshd: TestSshd;
let client: SshClient;
let pool: ConnectionPool;
let keys: HostKeyReplacement;
let shown: string;

const host: Host = {
  id: 'host',
  name: 'box',
  address: '127.0.0.1',
  port: null,
  user: null,
  keyFile: null,
  group: null,
  tags: [],
  note: '',
  transport: 'auto',
  source: null,
  createdAt: 0,
};

/** A host that was reinstalled: known in both files, and refused. */
beforeEach(async () => {
  sshd = await startSshd();
  client = await createSshClient(trustHostKeys);
  pool = createConnectionPool({ transport: client.transport, log: silentLog });
  const inventory = { get: (id: string) => (id === 'host' ? host : null) };
  keys = createHostKeyReplacement({
    inventory,
    pool,
    knownHosts: client.knownHosts,
    historyFile: join(client.folder, 'data', 'host-keys.jsonl'),
    replacedBy: 'me@here',
    now: () => 1_700_000_000_000,
  });
  (await pool.connect(targetOf(sshd), 'user')).close();
  await mkdir(dirname(client.userFile), { recursive: true });
  await writeFile(client.userFile, `# mine\nother ${await sshd.hostKey()}\n${place()} ${await sshd.hostKey()}\n`);
  await sshd.replaceHostKey();
  expect((await failureOf(pool.connect(targetOf(sshd), 'user'))).code).toBe('ssh.host-key-changed');
  shown = await fingerprintOf(`${sshd.hostKeyFile}.pub`);
});
afterEach(async () => {
  pool.dispose();
  await client.dispose();
  await sshd.stop();
});

const place = () => `[127.0.0.1]:${String(sshd.port)}`;
const confirm = (changes: object = {}) =>
  keys.replace({ hostId: 'host', typedName: 'box', fingerprint: shown, inUserFile: false, ...changes });

describeWith(...sshdNeeds)('a changed host key', () => {
  it('is replaced in the file of Berth, and opens the way', async () => {
    const change = await confirm();
    expect(change).toMatchObject({ added: true, newFingerprint: shown, files: [client.berthFile], backup: null });
    expect(change.oldFingerprints).toHaveLength(1);
    expect(await readFile(client.berthFile, 'utf8')).toBe(`${place()} ${await sshd.hostKey()}\n`);
    expect(await readFile(client.userFile, 'utf8')).toContain('# mine');
    expect(await keys.history('host')).toEqual([change]);
    expect(await keys.history('another')).toEqual([]);
    (await pool.connect(targetOf(sshd), 'user')).close();
    expect(client.asked.filter(({ kind }) => kind === 'host-key')).toHaveLength(1);
  });

  it('is replaced in the file of the user on request, and the file as it was is kept', async () => {
    const before = await readFile(client.userFile, 'utf8');
    const { backup, files } = await confirm({ inUserFile: true });
    expect(files).toEqual([client.berthFile, client.userFile]);
    expect(await readFile(backup ?? '', 'utf8')).toBe(before);
    const after = await readFile(client.userFile, 'utf8');
    expect(after.split('\n').slice(0, 2)).toEqual(before.split('\n').slice(0, 2));
    expect(after).toContain(`${place()} ${await sshd.hostKey()}`);
    expect(after.split('\n').filter((line) => line.startsWith(place()))).toHaveLength(1);
    (await pool.connect(targetOf(sshd), 'user')).close();
    // A second time needs a second refusal.
    expect((await failureOf(confirm())).code).toBe('ssh.host-key-not-shown');
  });

  it('is not replaced without the name of the host, typed as it is', async () => {
    for (const typedName of ['', 'Box', 'box ', 'host']) {
      expect(await failureOf(confirm({ typedName }))).toEqual({
        code: 'ssh.host-key-name-wrong',
        params: { value: typedName, host: 'box' },
      });
    }
    expect((await failureOf(confirm({ hostId: 'gone' }))).code).toBe('input.host-unknown');
  });

  it('is not replaced by a key that was not shown', async () => {
    expect((await failureOf(confirm({ fingerprint: 'SHA256:other' }))).code).toBe('ssh.host-key-not-shown');
    // Changed once more between the look and the word.
    await sshd.replaceHostKey();
    await failureOf(pool.connect(targetOf(sshd), 'user'));
    expect((await failureOf(confirm())).code).toBe('ssh.host-key-not-shown');
    expect(await keys.history('host')).toEqual([]);
  });

  it('is not replaced for a host that is not refused at the moment', async () => {
    pool.disconnect('host');
    expect((await failureOf(confirm())).code).toBe('ssh.host-key-not-shown');
  });
});

describeWith(...sshdNeeds)('an accepted key', () => {
  it.each([true, false])('in a file of the user has a name as HashKnownHosts says: %s', async (hashKnownHosts) => {
    const knownHosts = createKnownHosts({ berthFile: client.berthFile, userFile: client.userFile, systemFiles: [] });
    await writeFile(client.userFile, `|1|${'A'.repeat(27)}=|${'A'.repeat(27)}= ${await sshd.hostKey()}\n`);
    const [type = '', key = ''] = (await sshd.hostKey()).split(' ');
    const route = { hostKeyName: null, userKnownHosts: [client.userFile], globalKnownHosts: [], hashKnownHosts };
    const at = { address: 'new.example', port: 22, route };
    await knownHosts.add(at, { type, key }, 'user');
    const text = await readFile(client.userFile, 'utf8');
    expect(text.includes('new.example')).toBe(!hashKnownHosts);
    expect((await knownHosts.judge(at, { type, key }, new Set([type]))).kind).toBe('known');
    expect((await knownHosts.judge({ ...at, address: 'old' }, { type, key }, new Set([type]))).kind).toBe('unknown');
  });
});

describeWith(...sshdNeeds, 'ssh')('a changed key of which OpenSSH’s client told the fingerprint alone', () => {
  it('is taken out of what is known, and the next connection asks about the new one', async () => {
    const changed = client.knownHosts.changedKey('host');
    if (!changed) throw new Error('no changed key was noted');
    client.knownHosts.noteChanged('host', { ...changed, key: null });
    const change = await confirm({ inUserFile: true });
    expect(change).toMatchObject({ added: false, newFingerprint: shown });
    expect(await readFile(client.berthFile, 'utf8')).toBe('');
    const before = client.asked.length;
    (await pool.connect(targetOf(sshd), 'user')).close();
    expect(client.asked.slice(before)).toMatchObject([{ kind: 'host-key', fingerprint: shown }]);
  });
});
