import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type UserSandbox } from '../../support/user-sandbox.ts';
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
import { describeWith, sandboxNeeds } from '../../support/prerequisites.ts';

// Real passwords of real users need a private /etc, which needs root.
describeWith(...sandboxNeeds)('logging in with what a person types', () => {
  let sandbox: UserSandbox;
  let byPassword: TestSshd;
  let byQuestions: TestSshd;
  let twoFactors: TestSshd;
  let client: SshClient;

  beforeAll(async () => {
    sandbox = await makeSandbox({ users: [{ name: 'op', password: 'correct horse' }] });
    const { wrapper } = sandbox;
    byPassword = await startSshd({ wrapper, config: ['PasswordAuthentication yes'] });
    byQuestions = await startSshd({ wrapper, config: ['KbdInteractiveAuthentication yes', 'UsePAM yes'] });
    twoFactors = await startSshd({
      wrapper,
      config: [
        'AuthenticationMethods publickey,keyboard-interactive',
        'KbdInteractiveAuthentication yes',
        'UsePAM yes',
      ],
    });
  });
  afterAll(async () => {
    await Promise.all([byPassword.stop(), byQuestions.stop(), twoFactors.stop()]);
    await sandbox.dispose();
  });
  afterEach(() => client.dispose());

  async function login(at: TestSshd, answers: Answers, keyFile: string | null = null): Promise<string> {
    client = await createSshClient(answers);
    const connection = await client.transport.connect(targetOf(at, { user: 'op', keyFile }), never);
    const name = (await output(connection, 'id -un')).trim();
    connection.close();
    return name;
  }

  it('takes a password', async () => {
    expect(await login(byPassword, answerWith('password', 'correct horse'))).toBe('op');
    expect(client.asked.at(-1)).toMatchObject({ kind: 'password', user: 'op', address: '127.0.0.1' });
  });

  it('does not repeat a wrong password', async () => {
    const failure = await failureOf(login(byPassword, answerWith('password', 'wrong')));
    expect(failure).toMatchObject({ code: 'auth.denied', params: { tried: 'password' } });
    expect(client.asked.filter(({ kind }) => kind === 'password')).toHaveLength(1);
    expect(byPassword.log().match(/Failed password/g)).toHaveLength(1);
  });

  it('answers the questions of keyboard-interactive', async () => {
    expect(await login(byQuestions, answerWith('keyboard-interactive', 'correct horse'))).toBe('op');
    expect(client.asked.at(-1)).toMatchObject({ kind: 'keyboard-interactive', fields: [{ echo: false }] });
    expect(client.asked.at(-1)).toHaveProperty('fields.0.label', expect.stringContaining('Password:'));
  });

  it('does not ask for the same password under another name', async () => {
    const failure = await failureOf(login(byQuestions, answerWith('keyboard-interactive', 'wrong')));
    expect(failure).toMatchObject({ code: 'auth.denied', params: { tried: 'keyboard-interactive' } });
    expect(client.asked.filter(({ kind }) => kind !== 'host-key')).toHaveLength(1);
  });

  it('ends when a question is cancelled', async () => {
    const cancel: Answers = (prompt) => (prompt.kind === 'password' ? { kind: 'cancel' } : trustHostKeys(prompt));
    expect(await failureOf(login(byPassword, cancel))).toEqual({
      code: 'auth.prompt-cancelled',
      params: { what: 'the password of op' },
    });
  });

  it('goes on with the second factor after a key', async () => {
    const answers = answerWith('keyboard-interactive', 'correct horse');
    expect(await login(twoFactors, answers, twoFactors.keyFile)).toBe('op');
  });
});
