import { BerthError } from '../../../shared/errors/failure.ts';
import type { Remember } from '../../../shared/model/secret.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import type { OfferedKey } from '../../../shared/parse/known-hosts.ts';
import type { PromptBroker, PromptOutcome, Question } from '../prompts/prompt-broker.ts';
import type { SecretOffer, SecretStore } from '../secrets/secret-store.ts';
import type { SecretUse } from '../secrets/secret-use.ts';
import type { AuthQuestions } from './auth.ts';
import type { Passphrase } from './key-ring.ts';
import { fingerprint, fingerprintCommand } from './known-hosts.ts';
import type { SshPlace } from './ssh-connection.ts';

/** Longest texts of a host that are put before the user, in characters. */
const TITLE_LENGTH = 200;
const INSTRUCTION_LENGTH = 2000;
/** OpenSSH takes no more prompts either, and an answer to `Prompt` holds as many. */
const MAX_FIELDS = 16;

/** The questions that opening one connection may raise. */
export interface ConnectQuestions extends AuthQuestions {
  /** Resolves with where to keep the key; rejects with `ssh.host-key-refused` or `ssh.host-key-unknown`. */
  hostKey(offered: OfferedKey): Promise<'berth' | 'user'>;
  /** The same for a key of which only the fingerprint is known, which is all that OpenSSH's client tells. */
  hostKeyShown(shown: { readonly type: string; readonly fingerprint: string }): Promise<'berth' | 'user'>;
  /** The host took the answers: those that may be used again are kept. To be told before `signal` aborts. */
  loggedIn(): void;
  /**
   * The connection failed. A remembered password that was refused is forgotten, and the failure says so. Resolves what is to be told;
   * to be called before `signal` aborts.
   */
  failed(error: unknown): unknown;
}

/** What the user allowed to be used again, and the groups of the hosts that it may be used for. */
export interface RememberedSecrets {
  readonly secrets: SecretStore;
  /** Null: the host has none. */
  groupOf(hostId: string): string | null;
}

/** Waits for something that does not count as the host's time. `isQuestion`: a person is asked; else the keychain, or another host. */
export type Around = <T>(wait: () => Promise<T>, isQuestion: boolean) => Promise<T>;

/**
 * `mayAsk` is looked at for each question, see `ConnectManners`; `around` is where the connection stops its clock. A question that is withdrawn because `signal` aborted rejects with `ssh.cancelled`. A password or passphrase that is
 * remembered is given without a question, once.
 */
export function createConnectQuestions(
  target: SshPlace,
  prompts: PromptBroker,
  signal: AbortSignal,
  mayAsk: () => boolean,
  around: Around,
  remembered: RememberedSecrets | null = null,
): ConnectQuestions {
  const { hostId, name: hostName, address, port, user } = target;
  const use = passwordUse(target, remembered?.groupOf(hostId) ?? null);
  let offered: SecretOffer | null = null;
  // What was proven right is remembered, and not before.
  let keep: (() => void) | null = null;

  async function ask(question: Question): Promise<PromptOutcome | { kind: 'not-asked' }> {
    if (!mayAsk()) return { kind: 'not-asked' };
    const outcome = await around(() => prompts.ask(question, signal), true);
    if (signal.aborted) throw new BerthError('ssh.cancelled', { address });
    return outcome;
  }

  async function askSecrets(question: Question, what: string) {
    const outcome = await ask(question);
    if (outcome.kind === 'secrets') return outcome;
    if (outcome.kind === 'not-asked') throw new BerthError('auth.answer-needed', { address, what });
    if (outcome.kind === 'unattended') throw new BerthError('auth.prompt-unavailable', { address, what });
    throw new BerthError('auth.prompt-cancelled', { what });
  }

  /** What is remembered; the keychain may have to be unlocked by the user first. */
  async function find(wanted: SecretUse): Promise<SecretOffer | null> {
    const found = remembered ? await around(() => remembered.secrets.offer(wanted, signal), false) : null;
    if (signal.aborted) throw new BerthError('ssh.cancelled', { address });
    return found;
  }

  const keeper = (wanted: SecretUse, secret: string, remember: Remember | undefined) => () => {
    if (remember !== undefined) void remembered?.secrets.keep([wanted], secret, remember);
  };

  async function hostKeyShown(shown: {
    readonly type: string;
    readonly fingerprint: string;
  }): Promise<'berth' | 'user'> {
    const { type } = shown;
    const facts = { fingerprint: shown.fingerprint, command: fingerprintCommand(type) };
    const outcome = await ask({ kind: 'host-key', hostId, hostName, address, port, keyType: type, ...facts });
    if (outcome.kind === 'accept-host-key') return outcome.saveTo;
    if (outcome.kind === 'unattended' || outcome.kind === 'not-asked') {
      throw new BerthError('ssh.host-key-unknown', { address, type, ...facts });
    }
    throw new BerthError('ssh.host-key-refused', { address });
  }

  return {
    hostKey: ({ type, key }) => hostKeyShown({ type, fingerprint: fingerprint(key) }),
    hostKeyShown,
    async passphrase(keyFile): Promise<Passphrase> {
      const wanted: SecretUse = { kind: 'passphrase', keyFile };
      const known = await find(wanted);
      if (known) {
        const settle = (isRight: boolean) => known.settle(isRight ? 'accepted' : 'refused');
        return { text: known.secret, isRemembered: true, mayBeKept: false, settle };
      }
      const question = { kind: 'passphrase', hostId, hostName, keyFile } as const;
      const { values, remember } = await askSecrets(question, `the passphrase of ${keyFile}`);
      const text = values[0] ?? '';
      const remembering = keeper(wanted, text, remember);
      const settle = (isRight: boolean) => {
        if (isRight) remembering();
      };
      return { text, isRemembered: false, mayBeKept: remember !== undefined, settle };
    },
    async password() {
      offered = await find(use);
      if (offered) return offered.secret;
      const question = { kind: 'password', hostId, hostName, user, address } as const;
      const { values, remember } = await askSecrets(question, `the password of ${user}`);
      const secret = values[0] ?? '';
      keep = keeper(use, secret, remember);
      return secret;
    },
    passwordAccepted: () => offered?.settle('accepted'),
    loggedIn() {
      offered?.settle('accepted');
      keep?.();
    },
    failed(error) {
      if (!offered || !(error instanceof BerthError)) return error;
      const { code, attempts = [] } = error.failure;
      if (code !== 'auth.denied' && code !== 'auth.password-expired') return error;
      const isRefused = attempts.some(
        ({ method, reason }) => method === 'password' && (reason === 'answer-refused' || reason === 'password-expired'),
      );
      offered.settle(isRefused ? 'refused' : 'unused');
      if (!isRefused || code !== 'auth.denied') return error;
      return new BerthError('auth.remembered-refused', { address, user }, error, attempts);
    },
    async keyboard({ title, instruction, fields }) {
      if (fields.length > MAX_FIELDS)
        throw new BerthError('auth.prompt-cancelled', { what: `${fields.length} answers` });
      const texts = {
        title: cleanText(title, TITLE_LENGTH),
        instruction: cleanText(instruction, INSTRUCTION_LENGTH),
        fields: fields.map(({ label, echo }) => ({ label: cleanText(label, TITLE_LENGTH), echo })),
      };
      const { values } = await askSecrets(
        { kind: 'keyboard-interactive', hostId, hostName, user, address, ...texts },
        texts.fields[0]?.label ?? 'an answer',
      );
      return values;
    },
  };
}

/** A jump host belongs to no host of the inventory; the same address behind another jump host is another machine. */
function passwordUse({ hostId, name, address, port, user, hop, route }: SshPlace, group: string | null): SecretUse {
  const way = [...route.jumps, { address, port }].map((one) => `${one.address}:${String(one.port)}`);
  const place = [...way, ...[route.proxyCommand].filter((command) => command !== null)].join(' ');
  return hop === null
    ? { kind: 'password', hostId, name, user, place, group }
    : { kind: 'password', hostId: null, name: hop, user, place, group: null };
}
