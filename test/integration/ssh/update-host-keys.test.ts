import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { hostKeyOf, startSshd, type TestSshd } from '../../support/sshd.ts';
import { createConfiguredClient, type ConfiguredClient } from './configured-client.ts';
import { output } from './harness.ts';

let sshd: TestSshd;
let client: ConfiguredClient;
let knownHosts: string;
let second: string;

/** A host with two keys, of which the user's known_hosts has the first. */
beforeEach(async () => {
  sshd = await startSshd({ secondHostKeyType: 'ecdsa' });
  second = await hostKeyOf(sshd.secondHostKeyFile);
  knownHosts = join(sshd.folder, 'known_hosts');
  await writeFile(knownHosts, `# mine\n${place()} ${await sshd.hostKey()}\n`);
});
afterEach(async () => {
  await client.dispose();
  await sshd.stop();
});

const place = () => `[127.0.0.1]:${String(sshd.port)}`;
const known = async (file: string) =>
  (await readFile(file, 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line.startsWith(place()))
    .map((line) => line.split(' ').slice(1).join(' '))
    .sort();

async function start(...config: readonly string[]): Promise<void> {
  const lines = ['Host box', 'HostName 127.0.0.1', `Port ${String(sshd.port)}`, `IdentityFile ${sshd.keyFile}`];
  const text = [...lines, `UserKnownHostsFile ${knownHosts}`, ...config, ''].join('\n');
  client = await createConfiguredClient(text, () => null);
}

/** Connects, and waits until both sides have said all that they have to say. */
async function visit(transport: 'built-in' | 'openssh'): Promise<void> {
  const connection = await client.open('box', { transport });
  expect(await output(connection, 'echo ok')).toBe('ok\n');
  connection.close();
}

describeWith(...sshdNeeds, 'ssh')('UpdateHostKeys', () => {
  it.each(['built-in', 'openssh'] as const)(
    'over %s: a second key of a known host is kept beside the first',
    async (by) => {
      await start('UpdateHostKeys yes');
      await visit(by);
      await vi.waitFor(
        async () => expect(await known(knownHosts)).toEqual([await sshd.hostKey(), second].sort()),
        5000,
      );
      expect(await readFile(knownHosts, 'utf8')).toContain('# mine\n');
      expect(await known(client.berthFile)).toEqual([]);
      expect(client.asked).toEqual([]);
    },
  );

  it.each(['built-in', 'openssh'] as const)(
    'over %s: a key that the host has no longer goes, once another is known',
    async (by) => {
      await start('UpdateHostKeys yes');
      await visit(by);
      await vi.waitFor(async () => expect(await known(knownHosts)).toHaveLength(2), 5000);
      await sshd.replaceHostKey('rsa');
      await visit(by);
      await vi.waitFor(
        async () => expect(await known(knownHosts)).toEqual([await sshd.hostKey(), second].sort()),
        5000,
      );
      expect(await readFile(`${knownHosts}.old`, 'utf8')).toContain('# mine\n');
      expect(client.asked).toEqual([]);
    },
  );

  it.each([
    ['built-in', 'UpdateHostKeys no'],
    ['openssh', 'UpdateHostKeys no'],
    ['built-in', 'UpdateHostKeys ask'],
    ['openssh', 'UpdateHostKeys ask'],
  ] as const)('over %s: with “%s” nothing is kept', async (by, config) => {
    await start(config);
    await visit(by);
    // The keys are told right after the login: a second visit ends behind what the first has done.
    await visit(by);
    expect(await known(knownHosts)).toEqual([await sshd.hostKey()]);
    expect(await known(client.berthFile)).toEqual([]);
  });

  it('keeps a second key where the first is: in the file of Berth', async () => {
    await start('UpdateHostKeys yes');
    await writeFile(client.berthFile, `${place()} ${await sshd.hostKey()}\n`);
    await writeFile(knownHosts, '');
    await visit('built-in');
    await vi.waitFor(async () => expect(await known(client.berthFile)).toHaveLength(2), 5000);
    expect(await readFile(knownHosts, 'utf8')).toBe('');
  });

  it('writes names as HashKnownHosts says', async () => {
    await start('UpdateHostKeys yes', 'HashKnownHosts yes');
    await visit('built-in');
    await vi.waitFor(async () => expect(await readFile(knownHosts, 'utf8')).toContain('|1|'), 5000);
    expect(await known(knownHosts)).toHaveLength(1);
    // Found again: nothing is asked.
    await visit('built-in');
  });
});
