import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ATTENDANCE_GRACE_MS,
  createPromptBroker,
  PROMPT_TIMEOUT_MS,
  type PromptBroker,
  type Question,
} from '../../../electron/core/prompts/prompt-broker.ts';

let broker: PromptBroker;
const signal = new AbortController().signal;
const password = (hostId: string | null, hostName = 'box'): Question => ({
  kind: 'password',
  hostId,
  hostName,
  user: 'root',
  address: 'box',
});

beforeEach(() => {
  vi.useFakeTimers();
  broker = createPromptBroker(() => 1000);
});
afterEach(() => {
  broker.dispose();
  vi.useRealTimers();
});

describe('the prompt broker', () => {
  it('brings a question to an answer', async () => {
    const changes = vi.fn();
    broker.onChange(changes);
    const asked = broker.ask(password('a'), signal);
    const [prompt] = broker.list();
    expect(prompt).toMatchObject({ kind: 'password', hostId: 'a', askedAt: 1000 });
    broker.answer(prompt!.id, { kind: 'secrets', values: ['x'] });
    expect(await asked).toEqual({ kind: 'secrets', values: ['x'] });
    expect(broker.list()).toEqual([]);
    expect(changes).toHaveBeenCalledTimes(2);
  });

  it('asks the questions of one host one after another, those of others at once', async () => {
    broker.onChange(() => undefined);
    const first = broker.ask(password('a', 'first'), signal);
    const second = broker.ask(password('a', 'second'), signal);
    void broker.ask(password('b', 'third'), signal);
    void broker.ask(password(null, 'fourth'), signal);
    const names = () => broker.list().map(({ hostName }) => hostName);
    expect(names()).toEqual(['first', 'third', 'fourth']);
    broker.answer(broker.list()[0]!.id, { kind: 'cancel' });
    expect(await first).toEqual({ kind: 'cancel' });
    expect(names()).toEqual(['second', 'third', 'fourth']);
    broker.answer(broker.list()[0]!.id, { kind: 'secrets', values: ['y'] });
    expect(await second).toEqual({ kind: 'secrets', values: ['y'] });
  });

  it('does not take an answer that does not fit', async () => {
    broker.onChange(() => undefined);
    const asked = broker.ask(password('a'), signal);
    const id = broker.list()[0]!.id;
    broker.answer(id, { kind: 'accept-host-key', saveTo: 'user' });
    broker.answer(id, { kind: 'secrets', values: [] });
    broker.answer(id, { kind: 'secrets', values: ['a', 'b'] });
    broker.answer('another', { kind: 'cancel' });
    expect(broker.list()).toHaveLength(1);
    broker.answer(id, { kind: 'secrets', values: ['only'] });
    expect(await asked).toEqual({ kind: 'secrets', values: ['only'] });
  });

  it('cancels when nobody answers in time, counted from when it was its turn', async () => {
    broker.onChange(() => undefined);
    const first = broker.ask(password('a'), signal);
    const second = broker.ask(password('a'), signal);
    await vi.advanceTimersByTimeAsync(PROMPT_TIMEOUT_MS);
    expect(await first).toEqual({ kind: 'cancel' });
    expect(broker.list()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(PROMPT_TIMEOUT_MS);
    expect(await second).toEqual({ kind: 'cancel' });
  });

  it('says when nobody is there, after a moment in which somebody may come', async () => {
    const nobody = broker.ask(password('a'), signal);
    await vi.advanceTimersByTimeAsync(ATTENDANCE_GRACE_MS);
    expect(await nobody).toEqual({ kind: 'unattended' });

    const asked = broker.ask(password('a'), signal);
    const leave = broker.onChange(() => undefined);
    await vi.advanceTimersByTimeAsync(ATTENDANCE_GRACE_MS);
    expect(broker.list()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(PROMPT_TIMEOUT_MS);
    expect(await asked).toEqual({ kind: 'cancel' });

    leave();
    leave();
    const alone = broker.ask(password('a'), signal);
    await vi.advanceTimersByTimeAsync(ATTENDANCE_GRACE_MS);
    expect(await alone).toEqual({ kind: 'unattended' });
  });

  it('withdraws a question that is not needed any more, asked or still waiting', async () => {
    broker.onChange(() => undefined);
    const first = new AbortController();
    const second = new AbortController();
    const asked = broker.ask(password('a'), first.signal);
    const waiting = broker.ask(password('a'), second.signal);
    second.abort();
    expect(await waiting).toEqual({ kind: 'cancel' });
    first.abort();
    expect(await asked).toEqual({ kind: 'cancel' });
    expect(broker.list()).toEqual([]);
    expect(await broker.ask(password('a'), first.signal)).toEqual({ kind: 'cancel' });
  });

  it('cancels everything when it ends, also what comes later', async () => {
    broker.onChange(() => undefined);
    const open = [broker.ask(password('a'), signal), broker.ask(password('a'), signal)];
    broker.dispose();
    expect(await Promise.all(open)).toEqual([{ kind: 'cancel' }, { kind: 'cancel' }]);
    expect(broker.list()).toEqual([]);
    expect(await broker.ask(password('a'), signal)).toEqual({ kind: 'cancel' });
  });
});
