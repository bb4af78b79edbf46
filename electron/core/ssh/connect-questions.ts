import { BerthError } from '../../../shared/errors/failure.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import type { OfferedKey } from '../../../shared/parse/known-hosts.ts';
import type { PromptBroker, PromptOutcome, Question } from '../prompts/prompt-broker.ts';
import type { AuthQuestions } from './auth.ts';
import { fingerprint, fingerprintCommand } from './known-hosts.ts';
import type { SecretMemory, SecretUse } from './secret-memory.ts';
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
  /** The host took the answers: those that may be used again are kept. */
  loggedIn(): void;
}

/** What the user allowed to be used again, and the group of the host that it may be used for. */
export interface RememberedSecrets {
  readonly memory: SecretMemory;
  readonly group: string | null;
}

/**
 * `mayAsk` is looked at for each question, see `ConnectManners`; `around` runs a question, and is where the connection stops its
 * clock. A question that is withdrawn because `signal` aborted rejects with `ssh.cancelled`. A login password that is remembered
 * is given without a question, once.
 */
export function createConnectQuestions(
  target: SshPlace,
  prompts: PromptBroker,
  signal: AbortSignal,
  mayAsk: () => boolean,
  around: <T>(question: () => Promise<T>) => Promise<T>,
  remembered: RememberedSecrets | null = null,
): ConnectQuestions {
  const { hostId, name: hostName, address, port, user } = target;
  const group = target.hop === null ? (remembered?.group ?? null) : null;
  // What was proven right is remembered, and not before.
  let keep: (() => void) | null = null;
  const use: SecretUse = { kind: 'password', user, place: `${address}:${String(port)}`, group };

  async function ask(question: Question): Promise<PromptOutcome | { kind: 'not-asked' }> {
    if (!mayAsk()) return { kind: 'not-asked' };
    const outcome = await around(() => prompts.ask(question, signal));
    if (signal.aborted) throw new BerthError('ssh.cancelled', { address });
    return outcome;
  }

  async function askSecrets(question: Question, what: string): Promise<readonly string[]> {
    const outcome = await ask(question);
    if (outcome.kind === 'secrets') {
      const [secret] = outcome.values;
      if (question.kind === 'password' && outcome.remember !== undefined && secret !== undefined) {
        keep = () => remembered?.memory.keep(use, secret, outcome.remember ?? 'host');
      }
      return outcome.values;
    }
    if (outcome.kind === 'not-asked') throw new BerthError('auth.answer-needed', { address, what });
    if (outcome.kind === 'unattended') throw new BerthError('auth.prompt-unavailable', { address, what });
    throw new BerthError('auth.prompt-cancelled', { what });
  }

  const askSecret = async (question: Question, what: string) => (await askSecrets(question, what))[0] ?? '';

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
    passphrase: (keyFile) =>
      askSecret({ kind: 'passphrase', hostId, hostName, keyFile }, `the passphrase of ${keyFile}`),
    async password() {
      const known = remembered?.memory.find(use) ?? null;
      return known ?? askSecret({ kind: 'password', hostId, hostName, user, address }, `the password of ${user}`);
    },
    passwordRefused() {
      keep = null;
      remembered?.memory.forget(use);
    },
    loggedIn: () => keep?.(),
    async keyboard({ title, instruction, fields }) {
      if (fields.length > MAX_FIELDS)
        throw new BerthError('auth.prompt-cancelled', { what: `${fields.length} answers` });
      const texts = {
        title: cleanText(title, TITLE_LENGTH),
        instruction: cleanText(instruction, INSTRUCTION_LENGTH),
        fields: fields.map(({ label, echo }) => ({ label: cleanText(label, TITLE_LENGTH), echo })),
      };
      return askSecrets(
        { kind: 'keyboard-interactive', hostId, hostName, user, address, ...texts },
        texts.fields[0]?.label ?? 'an answer',
      );
    },
  };
}
