import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createCore, type Core } from '../../../electron/core/create-core.ts';
import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';
import { makeKey, startSshd, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type UserSandbox } from '../../support/user-sandbox.ts';
import { describeWith, sandboxNeeds } from '../../support/prerequisites.ts';
import { keychainStandIn } from '../../support/secrets.ts';

/** Words that are in no file of this machine but where a test has put them. */
const PASSWORD = 'sEcret-pAssword-7c1e94';
const PASSPHRASE = 'sEcret-pAssphrase-0b52fd';
const WRONG = 'sEcret-wrOng-4410ab';
const PATIENCE = { timeout: 30_000, interval: 20 } as const;
const SECRETS = [PASSWORD, PASSPHRASE, WRONG];

// A whole run over real hosts: a login by password, one by an encrypted key, sudo right and wrong, all of it remembered with the keychain;
// then another start, where nobody is asked for anything.
describeWith(...sandboxNeeds)('after a full run no secret', () => {
  let sandbox: UserSandbox;
  let byPassword: TestSshd;
  let byKey: TestSshd;
  let core: Core;
  let dataDir: string;
  /** Everything that a page was or could be told. */
  const told: string[] = [];
  /** Command lines and environments of every process, looked at while secrets were in use. */
  const seen: string[] = [];
  let sudoAnswer = PASSWORD;
  const keychain = keychainStandIn();
  /** The kinds of all questions. */
  const asked: string[] = [];

  function answerTo(prompt: Prompt): PromptAnswer {
    switch (prompt.kind) {
      case 'host-key':
        return { kind: 'accept-host-key', saveTo: 'berth' };
      case 'passphrase':
        return { kind: 'secrets', values: [PASSPHRASE], remember: { keep: 'keychain', reach: 'host' } };
      case 'sudo-password':
        return { kind: 'secrets', values: [sudoAnswer], remember: { keep: 'keychain', reach: 'group' } };
      default:
        return { kind: 'secrets', values: [PASSWORD], remember: { keep: 'keychain', reach: 'host' } };
    }
  }

  async function lookAtProcesses(): Promise<void> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const pid of pids) {
      for (const file of ['cmdline', 'environ']) {
        seen.push((await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')).replaceAll('\0', '\n'));
      }
    }
  }

  async function openCore(): Promise<Core> {
    const opened = await createCore({
      dataDir,
      nativeDir: join(import.meta.dirname, '../../../native'),
      ssh: { userKnownHosts: join(dataDir, 'users'), systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null },
      user: 'tester',
      workstation: 'testbed',
      keychain,
    });
    opened.prompts.onChange(() => {
      for (const prompt of opened.prompts.list()) {
        asked.push(prompt.kind);
        told.push(JSON.stringify(prompt));
        opened.prompts.answer(prompt.id, answerTo(prompt));
      }
    });
    opened.hosts.onChange((hostId) => told.push(JSON.stringify(opened.hosts.state(hostId))));
    opened.secrets.onChange(() => told.push(JSON.stringify(opened.secrets.state())));
    return opened;
  }

  async function readBy(name: string, sshd: TestSshd, keyFile: string | null): Promise<string> {
    const { id } = await core.inventory.add({
      name,
      address: '127.0.0.1',
      port: sshd.port,
      user: 'op',
      keyFile,
      group: 'all',
      tags: [],
      note: '',
      transport: 'built-in',
      source: null,
    });
    core.hosts.connectAndRead(id, 'user');
    await vi.waitFor(() => expect(core.hosts.facts(id)).not.toBeNull(), PATIENCE);
    return id;
  }

  beforeAll(async () => {
    sandbox = await makeSandbox({ users: [{ name: 'op', password: PASSWORD }], sudoers: ['op ALL=(ALL) ALL'] });
    byPassword = await startSshd({
      wrapper: sandbox.wrapper,
      config: ['PasswordAuthentication yes', 'PubkeyAuthentication no'],
    });
    byKey = await startSshd({ wrapper: sandbox.wrapper });
    const keyFile = join(byKey.folder, 'locked');
    await makeKey(keyFile, { passphrase: PASSPHRASE });
    await byKey.authorize(`${keyFile}.pub`);

    dataDir = await mkdtemp(join(tmpdir(), 'berth-secrets-'));
    core = await openCore();

    const first = await readBy('first', byPassword, null);
    const second = await readBy('second', byKey, keyFile);
    sudoAnswer = WRONG;
    await expect(core.hosts.unlockSudo([first, second])).rejects.toMatchObject({
      failure: { code: 'privilege.password-wrong' },
    });
    sudoAnswer = PASSWORD;
    const unlocking = core.hosts.unlockSudo([first, second]);
    await lookAtProcesses();
    await unlocking;
    expect(core.hosts.rootAccess(first)).toEqual({ kind: 'sudo-password', password: PASSWORD });
    expect(core.hosts.rootAccess(second)).toEqual({ kind: 'sudo-password', password: PASSWORD });
    const reading = core.hosts.readFacts(first);
    await lookAtProcesses();
    await reading;
    // Lost, and back by itself with the password that may be used again.
    await byPassword.killSessions();
    await vi.waitFor(() => expect(core.pool.state(first).kind).toBe('waiting'), PATIENCE);
    await vi.waitFor(() => expect(core.pool.state(first).kind).toBe('connected'), PATIENCE);
    await lookAtProcesses();

    await core.dispose();
    asked.length = 0;
    core = await openCore();
    core.hosts.connectAndRead(first, 'user');
    core.hosts.connectAndRead(second, 'user');
    const access = () => [first, second].map((id) => core.hosts.rootAccess(id));
    const byPasswordOf = { kind: 'sudo-password', password: PASSWORD };
    await vi.waitFor(() => expect(access()).toEqual([byPasswordOf, byPasswordOf]), PATIENCE);
    await lookAtProcesses();
  });
  afterAll(async () => {
    await core.dispose();
    await Promise.all([byPassword.stop(), byKey.stop()]);
    await sandbox.dispose();
    await rm(dataDir, { recursive: true });
  });

  const found = (text: string) => SECRETS.filter((secret) => text.includes(secret));

  it('was asked for twice', () => {
    expect(asked).toEqual([]);
    expect(
      core.secrets
        .state()
        .secrets.map(({ kind, owner, keep }) => `${kind} ${owner.kind} ${keep}`)
        .sort(),
    ).toEqual(['passphrase key-file keychain', 'password host keychain', 'sudo-password group keychain']);
  });

  it('stands in a file of Berth, its log included', async () => {
    const files = (await readdir(dataDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toContain('secrets.json');
    for (const { parentPath, name } of files) {
      expect([name, found(await readFile(join(parentPath, name), 'utf8'))]).toEqual([name, []]);
    }
  });

  it('is in an argument or the environment of any process, here or on the hosts', () => {
    expect(seen.some((text) => text.includes('sh'))).toBe(true);
    expect(found(seen.join('\n'))).toEqual([]);
  });

  it('is told to a page', () => {
    expect(told.length).toBeGreaterThan(10);
    expect(found(told.join('\n'))).toEqual([]);
  });

  it('is in a log of a host', async () => {
    expect(found(byPassword.log() + byKey.log() + (await sandbox.sudoLog()))).toEqual([]);
  });

  it('outlives its host, but for that of a key file', async () => {
    await core.inventory.remove(core.inventory.list().map(({ id }) => id));
    const kinds = () => core.secrets.state().secrets.map(({ kind }) => kind);
    await vi.waitFor(() => expect(kinds()).toEqual(['passphrase']), PATIENCE);
    const kept = async () => await readFile(join(dataDir, 'secrets.json'), 'utf8');
    await vi.waitFor(async () => expect(await kept()).not.toMatch(/"(sudo-)?password"/), PATIENCE);
  });
});
