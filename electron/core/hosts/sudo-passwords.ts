import { BerthError } from '../../../shared/errors/failure.ts';
import type { Remember, RememberedSecret } from '../../../shared/model/secret.ts';
import type { PromptBroker } from '../prompts/prompt-broker.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { SecretUse } from '../secrets/secret-use.ts';

/** A host as sudo on it is asked about. `where` changes when the host leads to another machine. */
export interface SudoHost {
  readonly name: string;
  readonly user: string;
  readonly group: string | null;
  readonly where: string;
}

export interface SudoPasswordsOptions {
  readonly prompts: PromptBroker;
  readonly secrets: SecretStore;
  /** Null for a host that is no more. */
  readonly host: (hostId: string) => SudoHost | null;
  /** Reads the facts of a host with the password that is held now. Rejects with `privilege.password-wrong`, and otherwise. */
  readonly read: (hostId: string) => Promise<unknown>;
}

/**
 * The sudo passwords of the hosts, each for the user and the machine that it was given for. What is held is in memory only; what may be
 * used again is remembered beside it.
 */
export interface SudoPasswords {
  get(hostId: string): string | null;
  /**
   * Tries the one that is remembered for the host or its group, if there is one: `read` is run with it held. Resolves with null where
   * there is none; rejects with what `read` rejected with.
   */
  tryRemembered<T>(hostId: string, read: () => Promise<T>, signal: AbortSignal): Promise<T | null>;
  /** The host did not take it: it is forgotten, wherever it is remembered for the host. */
  refused(hostId: string): void;
  forget(hostId: string): void;
  /**
   * Asks once, for all these hosts, and reads their facts with the answer. The first host that can be asked tries it alone: a wrong
   * password is refused once and not on every host, where it might lock the account. What becomes of the later ones is told by
   * their facts. Rejects with `auth.prompt-cancelled`, or with what the first host rejected with.
   */
  unlock(hostIds: readonly string[], signal: AbortSignal): Promise<void>;
  dispose(): void;
}

type Asked = readonly [hostId: string, host: SudoHost];

/** It is held for as long as Berth runs, which the list of what is remembered tells. */
const HELD: Remember = { keep: 'session', reach: 'host' };

export function createSudoPasswords({ prompts, secrets, host, read }: SudoPasswordsOptions): SudoPasswords {
  const held = new Map<string, { readonly of: SudoHost; readonly password: string }>();
  const stop = secrets.onForgotten(dropForgotten);

  const useOf = ([hostId, { name, user, where, group }]: Asked): SecretUse => {
    return { kind: 'sudo-password', hostId, name, user, place: where, group };
  };

  function hold([hostId, of]: Asked, password: string): void {
    held.set(hostId, { of, password });
  }

  function dropForgotten({ kind, owner }: RememberedSecret): void {
    if (kind !== 'sudo-password') return;
    for (const [hostId, { of }] of held) {
      const isIts = owner.kind === 'group' ? owner.name === of.group : owner.kind === 'host' && owner.hostId === hostId;
      if (isIts) held.delete(hostId);
    }
  }

  async function ask(asked: readonly Asked[], signal: AbortSignal) {
    const [first] = asked;
    if (!first) throw new BerthError('auth.prompt-cancelled', { what: 'the sudo password' });
    const names = asked.map(([, { name }]) => name);
    const user = [...new Set(asked.map(([, { user: name }]) => name))].join(', ');
    const question =
      asked.length === 1
        ? { kind: 'sudo-password' as const, hostId: first[0], hostName: first[1].name, user }
        : {
            kind: 'sudo-password' as const,
            hostId: null,
            hostName: `${String(names.length)} hosts`,
            user,
            hosts: names,
          };
    const answer = await prompts.ask(question, signal);
    const password = answer.kind === 'secrets' ? answer.values[0] : undefined;
    if (answer.kind !== 'secrets' || password === undefined) {
      throw new BerthError('auth.prompt-cancelled', { what: 'the sudo password' });
    }
    return { password, remember: answer.remember ?? HELD };
  }

  const isWrong = (error: unknown) => error instanceof BerthError && error.failure.code === 'privilege.password-wrong';

  return {
    get(hostId) {
      const entry = held.get(hostId);
      const now = entry && host(hostId);
      if (!entry || now?.where !== entry.of.where || now.user !== entry.of.user) return null;
      return entry.password;
    },
    async tryRemembered(hostId, readWith, signal) {
      const of = host(hostId);
      const offer = of && !held.has(hostId) ? await secrets.offer(useOf([hostId, of]), signal) : null;
      if (!of || !offer) return null;
      // It may lead elsewhere since.
      if (host(hostId)?.where !== of.where || held.has(hostId)) {
        offer.settle('unused');
        return null;
      }
      hold([hostId, of], offer.secret);
      try {
        const result = await readWith();
        offer.settle('accepted');
        return result;
      } catch (error) {
        held.delete(hostId);
        offer.settle(isWrong(error) ? 'refused' : 'unused');
        throw error;
      }
    },
    refused(hostId) {
      const entry = held.get(hostId);
      held.delete(hostId);
      if (entry) void secrets.refused(useOf([hostId, entry.of]), entry.password);
    },
    forget: (hostId) => void held.delete(hostId),
    async unlock(hostIds, signal) {
      const asked = hostIds.flatMap((hostId): readonly Asked[] => {
        const now = host(hostId);
        return now ? [[hostId, now]] : [];
      });
      const { password, remember } = await ask(asked, signal);
      // The question named a user of a machine: the answer is for no other.
      const same = asked.filter(
        ([hostId, was]) => host(hostId)?.where === was.where && host(hostId)?.user === was.user,
      );
      const proven: Asked[] = [];
      let failure: unknown = new BerthError('auth.prompt-cancelled', { what: 'the sudo password' });
      const rest = [...same];
      for (
        let next = rest.shift();
        next && proven.length === 0;
        next = proven.length === 0 ? rest.shift() : undefined
      ) {
        hold(next, password);
        try {
          await read(next[0]);
          proven.push(next);
        } catch (error) {
          failure = error;
          if (isWrong(error)) throw error;
        }
      }
      if (proven.length === 0) throw failure;
      for (const one of rest) hold(one, password);
      const results = await Promise.allSettled(rest.map(([hostId]) => read(hostId)));
      proven.push(...rest.filter((_, index) => results[index]?.status === 'fulfilled'));
      await secrets.keep(proven.map(useOf), password, remember);
    },
    dispose() {
      stop();
      held.clear();
    },
  };
}
