import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSudoPasswords,
  type SudoHost,
  type SudoPasswords,
} from '../../../../electron/core/hosts/sudo-passwords.ts';
import { createPromptBroker, type PromptBroker } from '../../../../electron/core/prompts/prompt-broker.ts';
import type { SecretStore } from '../../../../electron/core/secrets/secret-store.ts';
import { BerthError } from '../../../../shared/errors/failure.ts';
import type { Prompt, PromptAnswer } from '../../../../shared/model/prompt.ts';
import { sessionSecrets } from '../../../support/secrets.ts';

const signal = new AbortController().signal;

describe('a sudo password for several hosts', () => {
  let hosts: Map<string, SudoHost>;
  let prompts: PromptBroker;
  let secrets: SecretStore;
  let sudo: SudoPasswords;
  let asked: Prompt[];
  /** What each host takes; those that are not in it cannot be read. */
  let right: Map<string, string>;
  let tried: string[];
  let answer: PromptAnswer;

  beforeEach(() => {
    const host = (name: string, group: string | null): SudoHost => ({ name, user: 'op', group, where: `op@${name}` });
    hosts = new Map([...['a', 'b', 'c'].map((name) => [name, host(name, 'web')] as const), ['d', host('d', null)]]);
    right = new Map(['a', 'b', 'c', 'd'].map((name) => [name, 'right']));
    tried = [];
    asked = [];
    answer = { kind: 'secrets', values: ['right'] };
    prompts = createPromptBroker();
    prompts.onChange(() => {
      for (const prompt of prompts.list()) {
        if (asked.some(({ id }) => id === prompt.id)) continue;
        asked.push(prompt);
        queueMicrotask(() => prompts.answer(prompt.id, answer));
      }
    });
    secrets = sessionSecrets();
    sudo = createSudoPasswords({
      prompts,
      secrets,
      host: (hostId) => hosts.get(hostId) ?? null,
      read(hostId) {
        tried.push(`${hostId} ${sudo.get(hostId) ?? 'none'}`);
        if (!right.has(hostId)) return Promise.reject(new BerthError('operation.not-connected', { host: hostId }));
        if (right.get(hostId) === sudo.get(hostId)) return Promise.resolve();
        sudo.refused(hostId);
        return Promise.reject(new BerthError('privilege.password-wrong'));
      },
    });
  });

  const unlock = (...hostIds: string[]) =>
    sudo.unlock(hostIds, signal).then(
      () => 'done',
      (error: unknown) => (error instanceof BerthError ? error.failure.code : String(error)),
    );

  /** What is tried by itself on a host, as its facts are read; null: nothing. */
  const remembered = (hostId: string) => sudo.tryRemembered(hostId, () => Promise.resolve(sudo.get(hostId)), signal);

  it('is asked for once, by the names of all of them', async () => {
    expect(await unlock('a', 'b', 'c')).toBe('done');
    expect(asked).toMatchObject([
      { kind: 'sudo-password', hostId: null, hostName: '3 hosts', user: 'op', hosts: ['a', 'b', 'c'] },
    ]);
    expect(tried).toEqual(['a right', 'b right', 'c right']);
    expect(sudo.get('c')).toBe('right');
    expect(sudo.get('d')).toBeNull();
  });

  it('that is wrong is tried on the first host alone, and on no other', async () => {
    answer = { kind: 'secrets', values: ['wrong'], remember: { keep: 'session', reach: 'group' } };
    expect(await unlock('a', 'b', 'c')).toBe('privilege.password-wrong');
    expect(tried).toEqual(['a wrong']);
    expect(['a', 'b', 'c'].map((hostId) => sudo.get(hostId))).toEqual([null, null, null]);
    expect(await remembered('b')).toBeNull();
  });

  it('is tried on the next host where the first cannot be asked', async () => {
    right.delete('a');
    expect(await unlock('a', 'b', 'c')).toBe('done');
    expect(tried).toEqual(['a right', 'b right', 'c right']);
    right.clear();
    expect(await unlock('b', 'c')).toBe('operation.not-connected');
  });

  it('that one of them does not take is told there, and spoils nothing elsewhere', async () => {
    right.set('b', 'another');
    expect(await unlock('a', 'b', 'c')).toBe('done');
    expect([sudo.get('a'), sudo.get('b'), sudo.get('c')]).toEqual(['right', null, 'right']);
  });

  it('is remembered for the group when that is allowed, and once it was right', async () => {
    await unlock('a');
    expect(await remembered('b')).toBeNull();
    answer = { kind: 'secrets', values: ['right'], remember: { keep: 'session', reach: 'group' } };
    await unlock('a');
    expect(await remembered('b')).toBe('right');
    expect(sudo.get('b')).toBe('right');
    expect(await remembered('d')).toBeNull();
    // Refused once: forgotten for all that have not tried it yet.
    sudo.refused('b');
    expect(await remembered('c')).toBeNull();
  });

  it('is kept for each host that took it, or for each of their groups', async () => {
    right.set('b', 'another');
    answer = { kind: 'secrets', values: ['right'], remember: { keep: 'keychain', reach: 'host' } };
    await unlock('a', 'b', 'c');
    const owners = () => secrets.state().secrets.map(({ owner }) => ('name' in owner ? owner.name : owner.path));
    expect(owners().sort()).toEqual(['a', 'c']);
    // There is no keychain here: that is told, and it is for the session.
    expect(secrets.state()).toMatchObject({ secrets: [{ keep: 'session' }, {}], problem: { code: 'secret.not-kept' } });
    await secrets.forget(({ owner }) => owner.kind === 'host' && owner.hostId === 'a');
    expect([sudo.get('a'), sudo.get('c')]).toEqual([null, 'right']);
    answer = { kind: 'secrets', values: ['right'], remember: { keep: 'session', reach: 'group' } };
    await unlock('a', 'd');
    expect(owners().sort()).toEqual(['c', 'd', 'web']);
  });

  it('is for no other machine and no other user than it was given for', async () => {
    await unlock('a', 'b');
    hosts.set('a', { name: 'a', user: 'op', group: 'web', where: 'op@elsewhere' });
    hosts.set('b', { name: 'b', user: 'root2', group: 'web', where: 'op@b' });
    expect([sudo.get('a'), sudo.get('b')]).toEqual([null, null]);
  });

  it('goes nowhere when the question is cancelled, or when the host has moved meanwhile', async () => {
    answer = { kind: 'cancel' };
    expect(await unlock('a')).toBe('auth.prompt-cancelled');
    const moving = unlock('a');
    hosts.set('a', { name: 'a', user: 'op', group: null, where: 'op@elsewhere' });
    answer = { kind: 'secrets', values: ['right'] };
    expect(await moving).toBe('auth.prompt-cancelled');
    expect(tried).toEqual([]);
  });
});
