import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadNativeScripts, type NativeScripts } from '../../../electron/core/ssh/native-scripts.ts';
import type { RootAccess } from '../../../electron/core/ssh/root-access.ts';
import { runScript, type ScriptRequest } from '../../../electron/core/ssh/run-script.ts';
import type { SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import { checkSudo } from '../../../electron/core/ssh/sudo-check.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type UserSandbox } from '../../support/user-sandbox.ts';
import { createSshClient, failureOf, never, targetOf, type SshClient } from './harness.ts';
import { describeWith, sandboxNeeds, sshdNeeds } from '../../support/prerequisites.ts';

const root = join(import.meta.dirname, '../../..');

const scriptTexts = {
  'probes/who': `
main() {
  frame user id -un
  frame words printf '%s|' "$@"
  frame broken sh -c 'echo out; echo err >&2; exit 7'
}
main "$@"
`,
  'probes/hash': `
main() {
  exec 5<&0
  frame input true
  frame hash sh -c 'cat <&5 | sha256sum'
}
main "$@"
`,
  'probes/slow': 'main() { frame slow sleep 60; }\nmain\n',
  'probes/large': 'main() { frame large head -c 20000000 /dev/zero; }\nmain\n',
  'probes/cmdlines': `
main() {
  mark begin cmdlines
  cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'
  mark end cmdlines 0
}
main
`,
};

let scripts: NativeScripts;
let folder: string;
let client: SshClient;
const opened: SshConnection[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-scripts-'));
  await cp(join(root, 'native/lib'), join(folder, 'lib'), { recursive: true });
  await mkdir(join(folder, 'probes'));
  for (const [name, text] of Object.entries(scriptTexts)) await writeFile(join(folder, `${name}.sh`), text);
  scripts = await loadNativeScripts(folder);
  client = await createSshClient();
});
afterEach(() => {
  for (const connection of opened.splice(0)) connection.close();
});
afterAll(async () => {
  await client.dispose();
  await rm(folder, { recursive: true });
});

async function connectTo(sshd: TestSshd, user: string = sshd.user): Promise<SshConnection> {
  const connection = await client.transport.connect(targetOf(sshd, { user, hostId: user }), never);
  opened.push(connection);
  return connection;
}

const request = (script: string, overrides: Partial<ScriptRequest> = {}): ScriptRequest => ({
  script,
  args: [],
  root: null,
  timeoutMs: 30_000,
  ...overrides,
});

describe('the scripts that are sent', () => {
  it('are all complete: frames.sh first, then what they need', async () => {
    const native = await loadNativeScripts(join(root, 'native'));
    const frames = await readFile(join(root, 'native/lib/frames.sh'), 'utf8');
    for (const kind of ['probes', 'actions']) {
      for (const file of await readdir(join(root, 'native', kind))) {
        const text = native.text(`${kind}/${file.replace(/\.sh$/, '')}`);
        expect(text.startsWith(frames)).toBe(true);
        expect(text.endsWith(await readFile(join(root, 'native', kind, file), 'utf8'))).toBe(true);
      }
    }
    expect(() => native.text('probes/none')).toThrow('probes/none');
  });
});

describeWith(...sshdNeeds)('a script as the login user', () => {
  let sshd: TestSshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  it('answers in frames, with its arguments whole and its streams apart', async () => {
    const connection = await connectTo(sshd);
    const args = ['plain', "it's", 'a b', '$HOME', '!bang', '\\back', '*', '', 'ünï'];
    const { frames, exit } = await runScript(connection, scripts, request('probes/who', { args }));
    expect(exit).toEqual({ code: 0, signal: null });
    expect(frames.map(({ name }) => name)).toEqual(['user', 'words', 'broken']);
    expect(frames[0]).toMatchObject({ stdout: `${sshd.user}\n`, exitCode: 0, complete: true });
    expect(frames[1]?.stdout).toBe(args.map((word) => `${word}|`).join(''));
    expect(frames[2]).toMatchObject({ stdout: 'out\n', stderr: 'err\n', exitCode: 7, complete: true });
  });

  it('reads what is sent along from its stdin, every byte, whatever its shell has read ahead', async () => {
    const connection = await connectTo(sshd);
    for (const length of [0, 1, 3_000_000]) {
      const input = randomBytes(length);
      const { frames } = await runScript(connection, scripts, request('probes/hash', { input }));
      expect(frames[1]?.stdout).toBe(`${createHash('sha256').update(input).digest('hex')}  -\n`);
    }
  });

  it('is cut off when it takes too long, and hung up', async () => {
    const connection = await connectTo(sshd);
    const failure = await failureOf(runScript(connection, scripts, request('probes/slow', { timeoutMs: 300 })));
    expect(failure.code).toBe('facts.no-answer');
    expect(connection.closed).toBe(false);
  });

  it('ends when its caller does not want it any more', async () => {
    const connection = await connectTo(sshd);
    const controller = new AbortController();
    const running = runScript(connection, scripts, {
      ...request('probes/slow', { signal: controller.signal }),
      onFrameBegin: () => controller.abort(),
    });
    expect((await failureOf(running)).code).toBe('ssh.cancelled');
    expect(
      (await failureOf(runScript(connection, scripts, request('probes/slow', { signal: controller.signal })))).code,
    ).toBe('ssh.cancelled');
  });

  it('tells a lost connection from a failure', async () => {
    const connection = await connectTo(sshd);
    const running = runScript(connection, scripts, {
      ...request('probes/slow'),
      onFrameBegin: () => void sshd.killSessions(),
    });
    expect((await failureOf(running)).code).toBe('ssh.closed');
  });

  it('keeps a bounded part of a huge answer, and hands on all of it to who wants to read it', async () => {
    const connection = await connectTo(sshd);
    const { frames } = await runScript(connection, scripts, request('probes/large'));
    expect(frames[0]?.stdout).toHaveLength(4 * 1024 * 1024);
    let bytes = 0;
    let pending = 0;
    const streamed = await runScript(connection, scripts, {
      ...request('probes/large'),
      async onFrameData(_name, chunk) {
        pending += 1;
        expect(pending).toBe(1);
        await new Promise(setImmediate);
        bytes += chunk.length;
        pending -= 1;
      },
    });
    expect(bytes).toBe(20_000_000);
    expect(streamed.frames[0]).toMatchObject({ name: 'large', stdout: '', complete: true });
  });
});

describeWith(
  ...sandboxNeeds,
  'bash',
  'dash',
  'fish',
  'tcsh',
  'zsh',
)('login shells and noise', () => {
  let sandbox: UserSandbox;
  let sshd: TestSshd;
  const noise = 'echo "{\\"status\\": {\\"booted\\": null}}"; echo trouble >&2\n';

  beforeAll(async () => {
    sandbox = await makeSandbox({
      users: [
        { name: 'bash', password: '', shell: '/bin/bash', home: { '.bashrc': noise } },
        { name: 'fish', password: '', shell: '/usr/bin/fish' },
        { name: 'tcsh', password: '', shell: '/bin/tcsh', home: { '.cshrc': 'echo noise\n' } },
        { name: 'dash', password: '', shell: '/bin/dash' },
        { name: 'zsh', password: '', shell: '/bin/zsh', home: { '.zshenv': 'echo noise\n' } },
        { name: 'none', password: '', shell: '/usr/sbin/nologin' },
      ],
    });
    sshd = await startSshd({ wrapper: sandbox.wrapper });
    await writeFile(join(sshd.folder, 'banner'), '{"motd": "prints JSON"}\n');
  });
  afterAll(async () => {
    await sshd.stop();
    await sandbox.dispose();
  });

  it.each(['bash', 'fish', 'tcsh', 'dash', 'zsh'])('do not get between a script and its words: %s', async (user) => {
    const connection = await connectTo(sshd, user);
    const args = ["it's", 'a b', '$HOME', '!bang', '\\back', '*', '', '~', '{a,b}', '`id`', '"', '#', '%1', 'ü'];
    const { frames } = await runScript(connection, scripts, request('probes/who', { args }));
    expect(frames.map(({ name }) => name)).toEqual(['user', 'words', 'broken']);
    expect(frames[0]?.stdout).toBe(`${user}\n`);
    expect(frames[1]?.stdout).toBe(args.map((word) => `${word}|`).join(''));
  });

  it('are told apart from answers: what a noisy rc file prints is stray', async () => {
    const { stray, frames } = await runScript(await connectTo(sshd, 'bash'), scripts, request('probes/who'));
    expect(stray).toContain('"booted": null');
    expect(stray).toContain('trouble');
    expect(frames[0]?.stdout).toBe('bash\n');
  });

  it('that run nothing leave no frames, and say why', async () => {
    const { frames, exit, stray } = await runScript(await connectTo(sshd, 'none'), scripts, request('probes/who'));
    expect(frames).toEqual([]);
    expect(exit.code).toBe(1);
    expect(stray).toContain('not available');
  });
});

describeWith(
  ...sandboxNeeds,
  'fish',
  'tcsh',
)('sudo', () => {
  let sandbox: UserSandbox;
  let bare: UserSandbox;
  let sshd: TestSshd;
  let withoutSudo: TestSshd;
  const withPassword = (password: string): RootAccess => ({ kind: 'sudo-password', password });
  const attempts = async () =>
    (await sandbox.sudoLog()).split('\n').filter((line) => line.includes('incorrect')).length;

  beforeAll(async () => {
    const users = ['free', 'asked', 'barred', 'once'].map((name) => ({ name, password: 's3cret-word' }));
    users.push({ name: 'tcsh', password: 's3cret-word', shell: '/bin/tcsh' } as (typeof users)[number]);
    users.push({ name: 'fish', password: 's3cret-word', shell: '/usr/bin/fish' } as (typeof users)[number]);
    sandbox = await makeSandbox({
      users,
      sudoers: [
        'free ALL=(ALL) NOPASSWD: ALL',
        'asked,tcsh,fish ALL=(ALL) ALL',
        'once ALL=(ALL) ALL',
        'Defaults:once passwd_tries=1',
      ],
    });
    bare = await makeSandbox({ users, withoutSudo: true });
    sshd = await startSshd({ wrapper: sandbox.wrapper });
    withoutSudo = await startSshd({ wrapper: bare.wrapper });
  });
  afterAll(async () => {
    await Promise.all([sshd.stop(), withoutSudo.stop()]);
    await Promise.all([sandbox.dispose(), bare.dispose()]);
  });

  async function who(user: string, access: RootAccess, at: TestSshd = sshd): Promise<string> {
    const connection = await connectTo(at, user);
    const { frames } = await runScript(
      connection,
      scripts,
      request('probes/who', { root: access, args: ['a b', "'"] }),
    );
    expect(frames[1]?.stdout).toBe("a b|'|");
    return frames[0]?.stdout.trim() ?? '';
  }

  it('hands on what is sent along behind the script, and the password before it', async () => {
    const input = randomBytes(300_000);
    const asked = request('probes/hash', { input, root: withPassword('s3cret-word') });
    const { frames } = await runScript(await connectTo(sshd, 'asked'), scripts, asked);
    expect(frames[1]?.stdout).toBe(`${createHash('sha256').update(input).digest('hex')}  -\n`);
  });

  it('without a password runs the script as root', async () => {
    expect(await who('free', { kind: 'sudo' })).toBe('root');
  });

  it.each(['asked', 'tcsh', 'fish', 'once'])('with the right password runs the script as root: %s', async (user) => {
    expect(await who(user, withPassword('s3cret-word'))).toBe('root');
  });

  it('that asks for nothing is not sent the password', async () => {
    expect(await who('free', withPassword('never needed'))).toBe('root');
  });

  it('with a wrong password is tried exactly once', async () => {
    const before = await attempts();
    expect((await failureOf(who('asked', withPassword('wrong')))).code).toBe('privilege.password-wrong');
    await expect.poll(attempts).toBe(before + 1);
    expect((await sandbox.sudoLog()).replace(/\n\s+/g, ' ')).toContain('1 incorrect password attempt');
    expect((await failureOf(who('once', withPassword('wrong')))).code).toBe('privilege.password-wrong');
    await expect.poll(attempts).toBe(before + 2);
  });

  it('is never sent more than one line', async () => {
    const before = (await sandbox.sudoLog()).length;
    const failure = await failureOf(who('asked', withPassword('s3cret-word\ntouch /tmp/not-here')));
    expect(failure.code).toBe('privilege.password-wrong');
    expect((await sandbox.sudoLog()).length).toBe(before);
  });

  it('that needs a password says so when there is none', async () => {
    expect((await failureOf(who('asked', { kind: 'sudo' }))).code).toBe('privilege.password-needed');
  });

  it('that does not allow it says so', async () => {
    const failure = await failureOf(who('barred', withPassword('s3cret-word')));
    expect(failure).toMatchObject({ code: 'privilege.not-allowed', params: { user: 'barred' } });
    expect(failure.params['detail']).toContain('not in the sudoers file');
  });

  it('that is missing is told from everything else', async () => {
    expect((await failureOf(who('free', { kind: 'sudo' }, withoutSudo))).code).toBe('privilege.no-sudo');
    expect((await failureOf(who('tcsh', withPassword('s3cret-word'), withoutSudo))).code).toBe('privilege.no-sudo');
  });

  it('can be checked without running anything', async () => {
    const connection = await connectTo(sshd, 'asked');
    await checkSudo(connection, withPassword('s3cret-word'));
    expect((await failureOf(checkSudo(connection, withPassword('wrong')))).code).toBe('privilege.password-wrong');
  });

  it('leaves the password in no argument list, no environment and no log', async () => {
    const connection = await connectTo(sshd, 'asked');
    const access = withPassword('s3cret-word');
    const { frames } = await runScript(connection, scripts, request('probes/cmdlines', { root: access }));
    expect(frames[0]?.stdout).toContain('probes/cmdlines');
    expect(frames[0]?.stdout).not.toContain('s3cret-word');
    expect(sshd.log()).not.toContain('s3cret-word');
    expect(await sandbox.sudoLog()).not.toContain('s3cret-word');
  });
});
