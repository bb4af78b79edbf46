import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SshRoute } from '../../../electron/core/ssh/ssh-route.ts';
import { createPlainRouter } from '../../../electron/core/ssh/plain-router.ts';
import type { AuthAttempt } from '../../../shared/model/auth-attempt.ts';
import { fingerprintOf, makeKey, startAgent, startSshd, type TestAgent, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type UserSandbox } from '../../support/user-sandbox.ts';
import { describeWith, sandboxNeeds, sshdNeeds } from '../../support/prerequisites.ts';
import {
  answerWith,
  createSshClient,
  failureOf,
  never,
  output,
  targetOf,
  trustHostKeys,
  type Answers,
  type SshClient,
} from './harness.ts';

const run = promisify(execFile);

/** A client for which the ssh configuration says this. */
function clientFor(route: Partial<SshRoute>, answers: Answers = trustHostKeys): Promise<SshClient> {
  const plain = createPlainRouter(
    { userKnownHosts: '/nonexistent', systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null },
    'nobody',
  );
  const router = {
    resolve: async (wish: Parameters<typeof plain.resolve>[0]) => ({
      ...(await plain.resolve(wish)),
      keyFilesByDefault: false,
      ...route,
    }),
  };
  return createSshClient(answers, {}, { router });
}

/** `outcome reason` of each line about a key, by the key's name; then of each method. */
function linesOf(attempts: readonly AuthAttempt[] | undefined): string[] {
  return (attempts ?? []).map(
    ({ method, key, outcome, reason }) => `${key ? key.name : method}: ${outcome}, ${reason}`,
  );
}

describeWith(...sshdNeeds, 'ssh-agent')('the keys of a login', () => {
  let sshd: TestSshd;
  let agent: TestAgent;
  let client: SshClient;

  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());
  beforeEach(async () => {
    agent = await startAgent();
  });
  afterEach(async () => {
    await agent.stop();
    await client.dispose();
  });

  const key = async (name: string, comment = name): Promise<string> => {
    const path = join(sshd.folder, `${name}-${String(Math.random()).slice(2)}`);
    await makeKey(path);
    await run('ssh-keygen', ['-q', '-c', '-C', comment, '-f', path]);
    return path;
  };
  const refused = (target = targetOf(sshd, { keyFile: null })) => failureOf(client.transport.connect(target, never));

  it('are offered as ssh does: those of the agent that the configuration names, its others, then the files', async () => {
    const [other, named, file] = [await key('other'), await key('named'), await key('file')];
    await agent.add(other);
    await agent.add(named);
    client = await clientFor({ agentSocket: agent.socket, keyFiles: [file, named] });
    const failure = await refused();
    expect(failure.code).toBe('auth.denied');
    expect(linesOf(failure.attempts)).toEqual([
      'named: denied, key-refused',
      'other: denied, key-refused',
      `${file}: denied, key-refused`,
      'keyboard-interactive: not-tried, not-offered',
      'password: not-tried, not-offered',
    ]);
    expect(failure.attempts?.[0]).toMatchObject({
      key: { from: 'agent', fingerprint: await fingerprintOf(named) },
      offered: true,
    });
    expect(failure.attempts?.[2]?.key?.fingerprint).toBe(await fingerprintOf(file));
  });

  it('of the agent that the configuration does not name are left out with IdentitiesOnly', async () => {
    const [other, named] = [await key('other'), await key('named')];
    await agent.add(other);
    await agent.add(named);
    client = await clientFor({ agentSocket: agent.socket, keyFiles: [named], keyFilesOnly: true });
    expect(linesOf((await refused()).attempts).slice(0, 2)).toEqual([
      'named: denied, key-refused',
      'other: not-tried, key-files-only',
    ]);
    expect(sshd.log()).not.toContain(await fingerprintOf(other));
  });

  it('may be named by a .pub alone, whose private half only the agent has', async () => {
    const [other, named] = [await key('other'), await key('named')];
    await sshd.authorize(`${named}.pub`);
    await agent.add(other);
    await agent.add(named);
    await run('rm', [named]);
    client = await clientFor({ agentSocket: agent.socket, keyFiles: [named], keyFilesOnly: true });
    const connection = await client.transport.connect(targetOf(sshd, { keyFile: null }), never);
    expect((await output(connection, 'id -un')).trim()).toBe(sshd.user);
    connection.close();
  });

  it('that cannot be used say why, and those behind them are offered all the same', async () => {
    const open = await key('open');
    await chmod(open, 0o640);
    const missing = join(sshd.folder, 'missing');
    client = await clientFor({ agentSocket: join(sshd.folder, 'no-agent'), keyFiles: [missing, open, sshd.folder] });
    const { attempts } = await refused();
    expect(linesOf(attempts).slice(0, 4)).toEqual([
      `${missing}: not-tried, key-unreadable`,
      `${open}: not-tried, key-permissions`,
      `${sshd.folder}: not-tried, key-unreadable`,
      `${join(sshd.folder, 'no-agent')}: not-tried, agent-silent`,
    ]);
    expect(attempts?.[1]?.detail).toBe('mode 0640');
    client = await clientFor({ keyFiles: [missing, open, sshd.keyFile] });
    (await client.transport.connect(targetOf(sshd, { keyFile: null }), never)).close();
  });

  it('with a certificate are left to OpenSSH, and the table says so', async () => {
    const [ca, certified] = [await key('ca'), await key('certified')];
    await run('ssh-keygen', ['-q', '-s', ca, '-I', 'someone', '-n', sshd.user, `${certified}.pub`]);
    await agent.add(certified);
    client = await clientFor({ agentSocket: agent.socket });
    const lines = linesOf((await refused()).attempts);
    expect(lines).toContain('certified: denied, key-refused');
    expect(lines.filter((line) => line.endsWith('not-tried, unsupported'))).toHaveLength(1);
  });

  it('that the agent does not sign with are passed over', async () => {
    const confirmed = await key('confirmed');
    await sshd.authorize(`${confirmed}.pub`);
    // The agent asks a person before it signs, and finds none to ask.
    await run('ssh-add', ['-q', '-c', confirmed], { env: { ...process.env, SSH_AUTH_SOCK: agent.socket } });
    client = await clientFor({ agentSocket: agent.socket });
    expect(linesOf((await refused()).attempts)[0]).toBe('confirmed: not-tried, agent-refused');
    client = await clientFor({ agentSocket: agent.socket, keyFiles: [sshd.keyFile] });
    (await client.transport.connect(targetOf(sshd, { keyFile: null }), never)).close();
  });

  it('that the host did not look at any more are told from those that it refused', async () => {
    const strict = await startSshd({ config: ['MaxAuthTries 2'] });
    const keys = [await key('a'), await key('b'), await key('c'), await key('d')];
    client = await clientFor({ keyFiles: keys });
    const outcomes = (await refused(targetOf(strict, { keyFile: null }))).attempts?.map(({ reason }) => reason);
    expect(outcomes?.[0]).toBe('key-refused');
    expect(outcomes).toContain('not-reached');
    await strict.stop();
  });
});

// Real passwords of real users need a private /etc, which needs root.
describeWith(...sandboxNeeds)('several factors', () => {
  let sandbox: UserSandbox;
  let client: SshClient;
  const servers: TestSshd[] = [];

  beforeAll(async () => {
    sandbox = await makeSandbox({ users: [{ name: 'op', password: 'correct horse' }] });
  });
  afterAll(() => sandbox.dispose());
  afterEach(async () => {
    await client.dispose();
    for (const sshd of servers.splice(0)) await sshd.stop();
  });

  async function start(...config: string[]): Promise<TestSshd> {
    const sshd = await startSshd({ wrapper: sandbox.wrapper, config });
    servers.push(sshd);
    return sshd;
  }

  async function login(sshd: TestSshd, answers: Answers): Promise<string> {
    client = await createSshClient(answers);
    const connection = await client.transport.connect(targetOf(sshd, { user: 'op' }), never);
    const name = (await output(connection, 'id -un')).trim();
    connection.close();
    return name;
  }

  it('are asked for in turn, and the table tells which of them was taken', async () => {
    const sshd = await start('AuthenticationMethods publickey,password', 'PasswordAuthentication yes');
    expect(await login(sshd, answerWith('password', 'correct horse'))).toBe('op');
    const failure = await failureOf(login(sshd, answerWith('password', 'wrong')));
    expect(failure.code).toBe('auth.denied');
    expect(linesOf(failure.attempts)).toEqual([
      `${sshd.keyFile}: accepted, one-of-several`,
      'password: denied, answer-refused',
      'keyboard-interactive: not-tried, not-offered',
    ]);
  });

  it('may both be typed', async () => {
    const sshd = await start(
      'AuthenticationMethods password,keyboard-interactive',
      'PasswordAuthentication yes',
      'KbdInteractiveAuthentication yes',
      'UsePAM yes',
    );
    const kinds: string[] = [];
    const answers: Answers = (prompt) => {
      if (prompt.kind === 'host-key') return trustHostKeys(prompt);
      kinds.push(prompt.kind);
      return { kind: 'secrets', values: ['correct horse'] };
    };
    expect(await login(sshd, answers)).toBe('op');
    expect(kinds).toEqual(['password', 'keyboard-interactive']);
  });
});
