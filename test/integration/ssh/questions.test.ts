import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type AuthContext, type Connection, type KeyboardAuthContext } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import type { Prompt } from '../../../shared/model/prompt.ts';
import type { SshTarget } from '../../../electron/core/ssh/ssh-connection.ts';
import { startSshd } from '../../support/sshd.ts';
import { makeSandbox } from '../../support/user-sandbox.ts';
import { describeWith, sandboxNeeds } from '../../support/prerequisites.ts';
import { sessionSecrets } from '../../support/secrets.ts';
import {
  createSshClient,
  failureOf,
  never,
  output,
  targetOf,
  trustHostKeys,
  type Answers,
  type SshClient,
} from './harness.ts';

let client: SshClient;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  await client.dispose();
  for (const end of ends.splice(0)) await end();
});

/** A server of the SSH library that asks what no sshd can be made to ask; it simulates nothing but the login. */
async function simulatedServer(onAuthentication: (context: AuthContext) => void): Promise<SshTarget> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (connection: Connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', onAuthentication);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { hostId: 'h', name: 'box', address: '127.0.0.1', port, user: 'op', keyFile: null, transport: 'built-in' };
}

/** One round of questions to the client, and its answers. */
function round(
  context: KeyboardAuthContext,
  prompts: readonly { prompt: string; echo: boolean }[],
  instructions = '',
): Promise<readonly string[]> {
  return new Promise((resolve) => context.prompt([...prompts], 'Sign in', instructions, resolve));
}

const byKeyboard = (questions: (context: KeyboardAuthContext) => Promise<boolean>) => (context: AuthContext) => {
  if (context.method !== 'keyboard-interactive') {
    context.reject(['keyboard-interactive']);
    return;
  }
  void questions(context).then((isRight) => {
    if (isRight) context.accept();
    else context.reject(['keyboard-interactive']);
  });
};

/** Answers each field of keyboard-interactive by its label. */
const answerFields =
  (values: Readonly<Record<string, string>>): Answers =>
  (prompt) =>
    prompt.kind === 'keyboard-interactive'
      ? { kind: 'secrets', values: prompt.fields.map(({ label }) => values[label] ?? '') }
      : trustHostKeys(prompt);

const questionsOf = (asked: readonly Prompt[]) => asked.filter(({ kind }) => kind === 'keyboard-interactive');

describe('keyboard-interactive', () => {
  it('may have several questions at a time, and several rounds', async () => {
    const heard: unknown[] = [];
    const target = await simulatedServer(
      byKeyboard(async (context) => {
        heard.push(
          await round(
            context,
            [
              { prompt: 'Name:', echo: true },
              { prompt: 'PIN:', echo: false },
            ],
            'First\nround',
          ),
        );
        // Words without a question need no answer, and no dialog.
        heard.push(await round(context, [], 'Wait for it'));
        heard.push(await round(context, [{ prompt: 'Code:', echo: false }]));
        return true;
      }),
    );
    client = await createSshClient(answerFields({ 'Name:': 'me', 'PIN:': '1234', 'Code:': '987654' }));
    (await client.transport.connect(target, never)).close();
    expect(heard).toEqual([['me', '1234'], [], ['987654']]);
    expect(questionsOf(client.asked)).toMatchObject([
      {
        title: 'Sign in',
        instruction: 'First round',
        fields: [
          { label: 'Name:', echo: true },
          { label: 'PIN:', echo: false },
        ],
      },
      { fields: [{ label: 'Code:', echo: false }] },
    ]);
  });

  it('shows the words of a host as plain, bounded text', async () => {
    const target = await simulatedServer(
      byKeyboard(async (context) => {
        const prompt = `\u001b]0;owned\u0007\u202ePassword\u001b[2J${'x'.repeat(100_000)}`;
        await round(context, [{ prompt: prompt.slice(0, 20_000), echo: false }]);
        return true;
      }),
    );
    client = await createSshClient((prompt) =>
      prompt.kind === 'keyboard-interactive' ? { kind: 'secrets', values: ['x'] } : trustHostKeys(prompt),
    );
    (await client.transport.connect(target, never)).close();
    const [question] = questionsOf(client.asked);
    const label = question?.kind === 'keyboard-interactive' ? (question.fields[0]?.label ?? '') : '';
    expect(label.length).toBeLessThanOrEqual(200);
    expect(label.replace(/x+…$/, '').trim()).toBe('Password');
  });

  it('is not begun again by itself when an answer was refused', async () => {
    let rounds = 0;
    const target = await simulatedServer(
      byKeyboard(async (context) => {
        rounds += 1;
        await round(context, [{ prompt: 'Code:', echo: false }]);
        return false;
      }),
    );
    client = await createSshClient(answerFields({ 'Code:': 'wrong' }));
    const failure = await failureOf(client.transport.connect(target, never));
    expect(failure.code).toBe('auth.denied');
    expect(failure.attempts?.[0]).toMatchObject({
      method: 'keyboard-interactive',
      reason: 'answer-refused',
      offered: true,
    });
    expect(rounds).toBe(1);
  });
});

describe('a password that the host wants to be changed', () => {
  it('ends the login, and says where it can be done', async () => {
    const target = await simulatedServer((context) => {
      if (context.method === 'password') context.requestChange('Your password has expired', () => context.reject());
      else context.reject(['password']);
    });
    client = await createSshClient((prompt) =>
      prompt.kind === 'password' ? { kind: 'secrets', values: ['old'] } : trustHostKeys(prompt),
    );
    const failure = await failureOf(client.transport.connect(target, never));
    expect(failure).toMatchObject({ code: 'auth.password-expired', params: { user: 'op' } });
    expect(failure.attempts?.[0]).toMatchObject({ method: 'password', reason: 'password-expired' });
  });
});

describeWith(...sandboxNeeds)('real passwords', () => {
  it('that have expired are changed by the questions of PAM, in their rounds', async () => {
    const sandbox = await makeSandbox({ users: [{ name: 'op', password: 'correct horse', hasExpired: true }] });
    ends.push(() => sandbox.dispose());
    const sshd = await startSshd({
      wrapper: sandbox.wrapper,
      config: ['KbdInteractiveAuthentication yes', 'UsePAM yes', 'AuthenticationMethods keyboard-interactive'],
    });
    ends.unshift(() => sshd.stop());
    const answers: Answers = (prompt) => {
      if (prompt.kind !== 'keyboard-interactive') return trustHostKeys(prompt);
      const answer = (label: string) => (/new password/i.test(label) ? 'Battery-Staple-9' : 'correct horse');
      return { kind: 'secrets', values: prompt.fields.map(({ label }) => answer(label)) };
    };
    client = await createSshClient(answers);
    const connection = await client.transport.connect(targetOf(sshd, { user: 'op', keyFile: null }), never);
    expect((await output(connection, 'id -un')).trim()).toBe('op');
    connection.close();
    const labels = questionsOf(client.asked).map(
      (prompt) => prompt.kind === 'keyboard-interactive' && prompt.fields[0]?.label,
    );
    expect(labels.length).toBeGreaterThanOrEqual(3);
    expect(labels.at(-1)).toMatch(/new password/i);
  });

  it('that may be used again are given once more by themselves, and forgotten when they are refused', async () => {
    const sandbox = await makeSandbox({ users: [{ name: 'op', password: 'correct horse' }] });
    ends.push(() => sandbox.dispose());
    const sshd = await startSshd({ wrapper: sandbox.wrapper, config: ['PasswordAuthentication yes'] });
    ends.unshift(() => sshd.stop());
    const secrets = sessionSecrets();
    const remember = { keep: 'session', reach: 'host' } as const;
    let typed = 'correct horse';
    const answers: Answers = (prompt) =>
      prompt.kind === 'password' ? { kind: 'secrets', values: [typed], remember } : trustHostKeys(prompt);
    client = await createSshClient(answers, {}, { remembered: { secrets, groupOf: () => null } });
    const target = targetOf(sshd, { user: 'op', keyFile: null });
    const passwords = () => client.asked.filter(({ kind }) => kind === 'password').length;

    typed = 'wrong';
    expect((await failureOf(client.transport.connect(target, never))).code).toBe('auth.denied');
    typed = 'correct horse';
    (await client.transport.connect(target, never)).close();
    expect(passwords()).toBe(2);
    // Without a question, also where none may be asked: this is how a lost connection comes back.
    (await client.transport.connect(target, never, { mayAsk: () => false, onAsking: () => undefined })).close();
    expect(passwords()).toBe(2);

    const place = `127.0.0.1:${String(sshd.port)}`;
    const use = { kind: 'password', hostId: 'host', name: 'box', user: 'op', place, group: null } as const;
    await secrets.keep([use], 'changed there', remember);
    const refusals = () => sshd.log().match(/Failed password/g)?.length ?? 0;
    const before = refusals();
    const nobody = { mayAsk: () => false, onAsking: () => undefined };
    expect((await failureOf(client.transport.connect(target, never, nobody))).code).toBe('auth.remembered-refused');
    expect(await secrets.offer(use, never)).toBeNull();
    expect((await failureOf(client.transport.connect(target, never, nobody))).code).toBe('auth.answer-needed');
    expect([refusals() - before, passwords()]).toEqual([1, 2]);
  });
});
