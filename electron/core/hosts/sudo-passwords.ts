import { BerthError } from '../../../shared/errors/failure.ts';
import type { PromptBroker } from '../prompts/prompt-broker.ts';
import type { SecretMemory, SecretUse } from '../ssh/secret-memory.ts';

/** A host as sudo on it is asked about. `where` changes when the host leads to another machine. */
export interface SudoHost {
  readonly name: string;
  readonly user: string;
  readonly group: string | null;
  readonly where: string;
}

export interface SudoPasswordsOptions {
  readonly prompts: PromptBroker;
  readonly memory: SecretMemory;
  /** Null for a host that is no more. */
  readonly host: (hostId: string) => SudoHost | null;
  /** Reads the facts of a host with the password that is held now. Rejects with `privilege.password-wrong`, and otherwise. */
  readonly read: (hostId: string) => Promise<unknown>;
}

/** The sudo passwords of the hosts, in memory only, each for the user and the machine that it was given for. */
export interface SudoPasswords {
  get(hostId: string): string | null;
  /** Takes the one that was given for the group of the host, if there is one. True: it is now held for the host. */
  takeFromGroup(hostId: string): boolean;
  /** The host did not take it: it is forgotten, for its group too. */
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

export function createSudoPasswords({ prompts, memory, host, read }: SudoPasswordsOptions): SudoPasswords {
  const held = new Map<string, { readonly where: string; readonly user: string; readonly password: string }>();
  const useOf = ({ user, where, group }: SudoHost): SecretUse => ({ kind: 'sudo-password', user, place: where, group });

  function hold(hostId: string, { where, user }: SudoHost, password: string): void {
    held.set(hostId, { where, user, password });
  }

  async function ask(asked: readonly (readonly [string, SudoHost])[], signal: AbortSignal) {
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
    return { password, remember: answer.remember };
  }

  return {
    get(hostId) {
      const entry = held.get(hostId);
      const now = entry && host(hostId);
      if (!entry || now?.where !== entry.where || now.user !== entry.user) return null;
      return entry.password;
    },
    takeFromGroup(hostId) {
      const now = host(hostId);
      const known = now && !held.has(hostId) ? memory.find(useOf(now)) : null;
      if (!now || known === null) return false;
      hold(hostId, now, known);
      return true;
    },
    refused(hostId) {
      const now = host(hostId);
      held.delete(hostId);
      if (now) memory.forget(useOf(now));
    },
    forget: (hostId) => void held.delete(hostId),
    async unlock(hostIds, signal) {
      const asked = hostIds.flatMap((hostId) => {
        const now = host(hostId);
        return now ? [[hostId, now] as const] : [];
      });
      const { password, remember } = await ask(asked, signal);
      // The question named a user of a machine: the answer is for no other.
      const same = asked.filter(
        ([hostId, was]) => host(hostId)?.where === was.where && host(hostId)?.user === was.user,
      );
      let isProven = false;
      let failure: unknown = new BerthError('auth.prompt-cancelled', { what: 'the sudo password' });
      const rest = [...same];
      for (let next = rest.shift(); next && !isProven; next = isProven ? undefined : rest.shift()) {
        const [hostId, was] = next;
        hold(hostId, was, password);
        try {
          await read(hostId);
          isProven = true;
          if (remember !== undefined) memory.keep(useOf(was), password, remember);
        } catch (error) {
          failure = error;
          if (error instanceof BerthError && error.failure.code === 'privilege.password-wrong') throw error;
        }
      }
      if (!isProven) throw failure;
      for (const [hostId, was] of rest) hold(hostId, was, password);
      await Promise.allSettled(rest.map(([hostId]) => read(hostId)));
    },
    dispose: () => held.clear(),
  };
}
