import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { readFacts } from '../../../electron/core/hosts/facts-reader.ts';
import { loadNativeScripts, type NativeScripts } from '../../../electron/core/ssh/native-scripts.ts';
import type { RootAccess } from '../../../electron/core/ssh/root-access.ts';
import type { SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import { checkSudo } from '../../../electron/core/ssh/sudo-check.ts';
import { sudoRules } from '../../../shared/logic/sudo-rules.ts';
import type { PrivilegeChoice } from '../../../shared/model/host.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type SandboxOptions, type UserSandbox } from '../../support/user-sandbox.ts';
import { describeWith, sandboxNeeds } from '../../support/prerequisites.ts';
import { createSshClient, failureOf, never, output, targetOf, type SshClient } from './harness.ts';

const PASSWORD = 's3cret-word';
const withPassword: RootAccess = { kind: 'sudo-password', password: PASSWORD };
const viaDoas: RootAccess = { kind: 'sudo', by: 'doas' };
const viaRun0: RootAccess = { kind: 'sudo', by: 'run0' };

const DIGEST = 'sha256:2222222222222222222222222222222222222222222222222222222222222222';
const STATUS = readFileSync(join(import.meta.dirname, '../../data/bootc/status-booted-rollback.json'), 'utf8');

let scripts: NativeScripts;
let client: SshClient;
let sandbox: UserSandbox;
let sshd: TestSshd;
let connection: SshConnection;

beforeAll(async () => {
  scripts = await loadNativeScripts(join(import.meta.dirname, '../../../native'));
});

/** A host with these users and rules, and a connection of one of them. */
async function host(options: SandboxOptions, user: string): Promise<void> {
  sandbox = await makeSandbox(options);
  sshd = await startSshd({ wrapper: sandbox.wrapper });
  client = await createSshClient();
  connection = await client.transport.connect(targetOf(sshd, { user }), never);
}

const users = (...names: string[]) => names.map((name) => ({ name, password: PASSWORD }));
const facts = (root: RootAccess = { kind: 'none' }): Promise<HostFacts> =>
  readFacts(connection, scripts, root, Date.now);

async function end(): Promise<void> {
  connection.close();
  await client.dispose();
  await sshd.stop();
  await sandbox.dispose();
}

describeWith(...sandboxNeeds)('sudo', () => {
  afterEach(end);

  it('that lectures is answered all the same', async () => {
    await host({ users: users('op'), sudoers: ['op ALL=(ALL) ALL', 'Defaults lecture=always'] }, 'op');
    await checkSudo(connection, withPassword);
    expect((await facts(withPassword)).privilege).toEqual({ kind: 'sudo-password' });
  });

  it('that insists on a terminal says so, with and without a password', async () => {
    await host({ users: users('op'), sudoers: ['op ALL=(ALL) NOPASSWD: ALL', 'Defaults requiretty'] }, 'op');
    expect((await failureOf(checkSudo(connection, { kind: 'sudo' }))).code).toBe('privilege.requires-tty');
    expect((await failureOf(checkSudo(connection, withPassword))).code).toBe('privilege.requires-tty');
    expect((await facts()).privilege).toMatchObject({ kind: 'none', failure: { code: 'privilege.requires-tty' } });
  });
});

describeWith(...sandboxNeeds, 'doas')('doas, where there is no sudo', () => {
  afterEach(end);

  it('without a password makes root', async () => {
    await host({ users: users('op'), withoutSudo: true, doas: ['permit nopass op'] }, 'op');
    const { privilege } = await facts();
    expect(privilege).toEqual({ kind: 'sudo', by: 'doas' });
    // And is found again by the next look, which knows the last answer.
    expect((await facts({ kind: 'sudo' })).privilege).toEqual(privilege);
    await checkSudo(connection, viaDoas);
  });

  it('that wants a password says that it takes none without a terminal', async () => {
    await host({ users: users('op'), withoutSudo: true, doas: ['permit op'] }, 'op');
    expect((await facts()).privilege).toMatchObject({ kind: 'none', failure: { code: 'privilege.needs-terminal' } });
    expect((await failureOf(checkSudo(connection, viaDoas))).code).toBe('privilege.needs-terminal');
  });

  it('that has no rule for the user says so', async () => {
    await host({ users: users('op', 'other'), withoutSudo: true, doas: ['permit nopass other'] }, 'op');
    expect((await facts()).privilege).toMatchObject({ kind: 'none', failure: { code: 'privilege.not-allowed' } });
    expect((await failureOf(checkSudo(connection, viaDoas))).code).toBe('privilege.not-allowed');
  });

  it('that is missing too is told with everything that was looked for', async () => {
    await host({ users: users('op'), withoutSudo: true }, 'op');
    expect((await failureOf(checkSudo(connection, viaRun0))).code).toBe('privilege.no-sudo');
  });
});

describeWith(...sandboxNeeds)('what a host is set to', () => {
  afterEach(end);

  const read = (choice: PrivilegeChoice) => readFacts(connection, scripts, { kind: 'none' }, Date.now, choice);

  it('is done, and nothing else', async () => {
    await host({ users: users('op'), sudoers: ['op ALL=(ALL) NOPASSWD: ALL'], doas: ['permit nopass nobody'] }, 'op');
    expect((await read('auto')).privilege).toEqual({ kind: 'sudo' });
    expect((await read('sudo')).privilege).toEqual({ kind: 'sudo' });
    const before = await sandbox.sudoLog();
    expect((await read('none')).privilege).toMatchObject({ failure: { code: 'privilege.not-wanted' } });
    expect(await sandbox.sudoLog()).toBe(before);
  });

  it('run0 refuses where polkit does not allow it (a stand-in that says what run0 says)', async () => {
    const refusal = 'Failed to start transient service unit: Interactive authentication required.';
    const programs = { run0: `#!/bin/sh\necho '${refusal}' >&2\nexit 1\n` };
    await host({ users: users('op'), withoutSudo: true, programs }, 'op');
    expect((await read('run0')).privilege).toMatchObject({ failure: { code: 'privilege.needs-terminal' } });
    expect((await failureOf(checkSudo(connection, viaRun0))).code).toBe('privilege.needs-terminal');
  });
});

describeWith(...sandboxNeeds)('the rules for reading', () => {
  // Stand-ins that say as what they run; sudo, which has to let them through, is the real one.
  const rules = sudoRules('op');
  const text = rules.ok ? rules.value.text : '';

  beforeEach(async () => {
    const programs = {
      bootc: '#!/bin/sh\n[ "$(id -u)" = 0 ] || exit 1\ncat /usr/bin/bootc-status\n',
      'bootc-status': STATUS,
      'grub2-editenv': '#!/bin/sh\n[ "$(id -u)" = 0 ] && echo boot_counter=-1\n',
    };
    await host({ users: users('op'), sudoers: text.split('\n'), programs }, 'op');
  });
  afterEach(end);

  /** What the real sudo says that the user may run, without running it. */
  async function may(command: string): Promise<boolean> {
    return (await output(connection, `sudo -n -l ${command} >/dev/null 2>&1 && echo yes || echo no`)).trim() === 'yes';
  }

  it('are taken by visudo', () => {
    expect(execFileSync('visudo', ['-cf', '-'], { input: text }).toString()).toContain('parsed OK');
  });

  it('allow what the probe runs, word by word, and nothing that is near to it', async () => {
    for (const command of [
      '/usr/bin/bootc status --format=json --format-version=1',
      '/usr/bin/bootc status --json',
      '/usr/bin/grub2-editenv - list',
    ]) {
      expect([command, await may(command)]).toEqual([command, true]);
    }
    for (const command of [
      '/usr/bin/bootc status',
      '/usr/bin/bootc status --json --booted',
      '/usr/bin/bootc upgrade',
      '/usr/bin/bootc',
      '/usr/bin/grub2-editenv - set boot_counter=9',
      '/usr/bin/sh',
      '/usr/bin/true',
      '/bin/sh -c id',
    ]) {
      expect([command, await may(command)]).toEqual([command, false]);
    }
  });

  it('are enough to read the deployments', async () => {
    const { deployments, privilege } = await facts();
    expect(privilege.kind).toBe('none');
    expect(deployments).toMatchObject({ state: 'known', value: { booted: { image: { digest: DIGEST } } } });
  });

  it('are no way to become root for a script', async () => {
    const failure = await failureOf(checkSudo(connection, { kind: 'sudo' }));
    expect(['privilege.password-needed', 'privilege.not-allowed']).toContain(failure.code);
  });
});
