import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerPrompts } from '../../../electron/cli/answer-prompts.ts';
import type { Console } from '../../../electron/cli/console.ts';
import { createPromptBroker, type Question } from '../../../electron/core/prompts/prompt-broker.ts';
import { answering } from '../../support/cli.ts';

const never = new AbortController().signal;
let dispose = () => undefined as void;
afterEach(() => {
  dispose();
});

function setUp(...answers: readonly (string | null)[]) {
  const prompts = createPromptBroker();
  const person = answering(...answers);
  let shown = '';
  const terminal: Console = {
    out: () => undefined,
    err: (text) => {
      shown += text;
    },
    progress: () => undefined,
    isOutTerminal: true,
    person,
  };
  const end = answerPrompts(prompts, terminal);
  dispose = () => {
    end();
    prompts.dispose();
  };
  return { prompts, person, shown: () => shown, ask: (question: Question) => prompts.ask(question, never) };
}

const of = { hostId: 'one', hostName: 'box' };
const hostKey: Question = {
  ...of,
  kind: 'host-key',
  address: 'box',
  port: 22,
  keyType: 'ssh-ed25519',
  fingerprint: 'SHA256:abc',
  command: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
};

describe('questions at the terminal', () => {
  it.each([
    ['yes', { kind: 'accept-host-key', saveTo: 'berth' }],
    ['YES ', { kind: 'accept-host-key', saveTo: 'berth' }],
    ['user', { kind: 'accept-host-key', saveTo: 'user' }],
    ['', { kind: 'cancel' }],
    ['y', { kind: 'cancel' }],
    [null, { kind: 'cancel' }],
  ] as const)('a host key, answered with %j', async (answer, expected) => {
    const { ask, shown } = setUp(answer);
    expect(await ask(hostKey)).toEqual(expected);
    expect(shown()).toContain('SHA256:abc');
    expect(shown()).toContain('ssh-keygen -lf');
  });

  it('secrets, one after the other, also of several hosts at once', async () => {
    const { ask, person } = setUp('one', 'two', null);
    const answers = await Promise.all([
      ask({ ...of, kind: 'password', user: 'admin', address: 'box' }),
      ask({ ...of, hostId: 'two', kind: 'passphrase', keyFile: '/home/a/.ssh/id_ed25519' }),
      ask({ ...of, hostId: 'three', kind: 'sudo-password', user: 'admin' }),
    ]);
    expect(answers).toEqual([
      { kind: 'secrets', values: ['one'] },
      { kind: 'secrets', values: ['two'] },
      { kind: 'cancel' },
    ]);
    expect(person.asked).toEqual([
      'Password of admin on box: ',
      'Passphrase for /home/a/.ssh/id_ed25519: ',
      'sudo password of admin on box: ',
    ]);
  });

  it('words of the host are shown without their control characters, and end at the first question without an answer', async () => {
    const { ask, person, shown } = setUp('123', null);
    const answer = await ask({
      ...of,
      kind: 'keyboard-interactive',
      user: 'admin',
      address: 'box',
      title: 'To\u001b[2Jken',
      instruction: '',
      fields: [
        { label: 'Code:\u0007', echo: true },
        { label: 'PIN:', echo: false },
        { label: 'Never asked:', echo: false },
      ],
    });
    expect(answer).toEqual({ kind: 'cancel' });
    expect(person.asked).toEqual(['  Code: ', '  PIN: ']);
    expect(shown()).toBe('box asks:\n  Token\n');
  });

  it('with nobody there nobody is taken to be there', async () => {
    vi.useFakeTimers();
    try {
      const prompts = createPromptBroker();
      dispose = () => {
        prompts.dispose();
      };
      answerPrompts(prompts, {
        out: () => undefined,
        err: () => undefined,
        progress: () => undefined,
        isOutTerminal: false,
        person: null,
      });
      const outcome = prompts.ask(hostKey, never);
      await vi.runAllTimersAsync();
      expect(await outcome).toEqual({ kind: 'unattended' });
    } finally {
      vi.useRealTimers();
    }
  });
});
