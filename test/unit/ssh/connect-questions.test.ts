import { describe, expect, it } from 'vitest';
import type { PromptBroker, PromptOutcome, Question } from '../../../electron/core/prompts/prompt-broker.ts';
import { createConnectQuestions, type ConnectQuestions } from '../../../electron/core/ssh/connect-questions.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { placeOf } from '../../support/ssh-places.ts';

const target = placeOf({ address: 'box.example', user: 'op' });
const offered = { type: 'ssh-ed25519', key: 'AAAA' };

function questionsWith(outcome: PromptOutcome, signal = new AbortController().signal, mayAsk = true) {
  const asked: Question[] = [];
  const log: string[] = [];
  const broker: PromptBroker = {
    ask(question) {
      asked.push(question);
      return Promise.resolve(outcome);
    },
    answer: () => undefined,
    list: () => [],
    onChange: () => () => undefined,
    dispose: () => undefined,
  };
  const questions = createConnectQuestions(
    target,
    broker,
    signal,
    () => mayAsk,
    async (question) => {
      log.push('begin');
      const answer = await question();
      log.push('end');
      return answer;
    },
  );
  return { questions, asked, log };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (error instanceof BerthError ? error.failure.code : String(error)),
  );
}

const all: [string, (questions: ConnectQuestions) => Promise<unknown>][] = [
  ['passphrase', (questions) => questions.passphrase('/key')],
  ['password', (questions) => questions.password()],
  [
    'keyboard',
    (questions) => questions.keyboard({ title: '', instruction: '', fields: [{ label: 'Code:', echo: true }] }),
  ],
];

describe('the questions of a connection', () => {
  it('stop its clock', async () => {
    const { questions, log } = questionsWith({ kind: 'secrets', values: ['x'] });
    expect(await questions.password()).toBe('x');
    expect(log).toEqual(['begin', 'end']);
  });

  it.each(all)('are not put to anybody when nobody asked for the connection: %s', async (_name, ask) => {
    const { questions, asked } = questionsWith({ kind: 'secrets', values: ['x'] }, undefined, false);
    expect(await codeOf(ask(questions))).toBe('auth.answer-needed');
    expect(await codeOf(questions.hostKey(offered))).toBe('ssh.host-key-unknown');
    expect(asked).toEqual([]);
  });

  it.each(all)(
    'end it when the user does not answer, when nobody is there, and when it is over: %s',
    async (_name, ask) => {
      expect(await codeOf(ask(questionsWith({ kind: 'cancel' }).questions))).toBe('auth.prompt-cancelled');
      expect(await codeOf(ask(questionsWith({ kind: 'unattended' }).questions))).toBe('auth.prompt-unavailable');
      expect(await codeOf(ask(questionsWith({ kind: 'cancel' }, AbortSignal.abort()).questions))).toBe('ssh.cancelled');
    },
  );

  it('about a host key name its fingerprint where nobody can be asked', async () => {
    expect(await codeOf(questionsWith({ kind: 'cancel' }).questions.hostKey(offered))).toBe('ssh.host-key-refused');
    expect(await codeOf(questionsWith({ kind: 'unattended' }).questions.hostKey(offered))).toBe('ssh.host-key-unknown');
    expect(await questionsWith({ kind: 'accept-host-key', saveTo: 'user' }).questions.hostKey(offered)).toBe('user');
  });

  it('show what a host says as plain, bounded text', async () => {
    const { questions, asked } = questionsWith({ kind: 'secrets', values: ['1'] });
    await questions.keyboard({
      title: '\u001b[31mred\u202e',
      instruction: 'x'.repeat(10_000),
      fields: [{ label: 'Code:\u0007 \n', echo: false }],
    });
    expect(asked[0]).toMatchObject({ title: 'red', fields: [{ label: 'Code:', echo: false }] });
    expect(asked[0]).toHaveProperty('instruction.length', 2000);
  });

  it('do not put more fields before the user than fit', async () => {
    const { questions, asked } = questionsWith({ kind: 'secrets', values: [] });
    const fields = Array.from({ length: 17 }, () => ({ label: 'x', echo: true }));
    expect(await codeOf(Promise.resolve().then(() => questions.keyboard({ title: '', instruction: '', fields })))).toBe(
      'auth.prompt-cancelled',
    );
    expect(asked).toEqual([]);
  });
});
