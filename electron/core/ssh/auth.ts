import { describeAttempt } from '../../../shared/errors/describe-attempt.ts';
import { BerthError, type FailureCode } from '../../../shared/errors/failure.ts';
import { createAuthLedger, type AttemptLine } from './auth-ledger.ts';
import type { Passphrase } from './key-ring.ts';
import { offerIdentities, type Identity, type IdentityOptions, type OfferedIdentity } from './identities.ts';
import type { SshPlace } from './ssh-connection.ts';

/** A question of the host in keyboard-interactive authentication (RFC 4256). Texts are the host's: plain text. */
export interface KeyboardQuestion {
  readonly title: string;
  readonly instruction: string;
  readonly fields: readonly { readonly label: string; readonly echo: boolean }[];
}

/** The next way to try. */
export type AuthStep =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly identity: Identity }
  | { readonly kind: 'keyboard-interactive'; answer(question: KeyboardQuestion): Promise<readonly string[]> }
  | { readonly kind: 'password'; readonly password: string };

/** Asks the user. Each rejects with `auth.prompt-cancelled`, `auth.prompt-unavailable` or `ssh.cancelled`. */
export interface AuthQuestions {
  passphrase(keyFile: string): Promise<Passphrase>;
  keyboard(question: KeyboardQuestion): Promise<readonly string[]>;
  password(): Promise<string>;
  /** The host took the password, and wants another factor. */
  passwordAccepted(): void;
}

export interface AuthOptions extends IdentityOptions {
  readonly target: SshPlace;
  readonly questions: AuthQuestions;
}

/** Decides how one connection authenticates. */
export interface AuthFlow {
  /**
   * What to try now, null when nothing is left. `methodsLeft`: what the host says could still work, null before it said
   * anything; `partial`: it took the last answer and wants another factor. Rejects with BerthError when the connection
   * should end.
   */
  next(methodsLeft: readonly string[] | null, partial: boolean): Promise<AuthStep | null>;
  /** The failure to report when the host accepted nothing: `auth.denied`, with what became of every way. */
  denied(): BerthError;
  /** The failure to report when the host wants another password in place of the one it has just taken. */
  passwordExpired(): BerthError;
}

/** The ways that this flow knows. */
const METHODS = ['publickey', 'keyboard-interactive', 'password'] as const;

/**
 * The order of OpenSSH: `none` (which asks the host what it takes), keys, keyboard-interactive, password; the order of the keys
 * is told in `identities.ts`. Nothing is tried twice unless the host took it and wants more: a refused answer of the user ends
 * it, and he is asked again when he connects again.
 */
export function createAuthFlow(options: AuthOptions): AuthFlow {
  const { target, questions } = options;
  const ledger = createAuthLedger(METHODS);
  const tried = new Set<string>();
  const identities = offerIdentities(options, ledger);
  let methods: readonly string[] = [];
  let last: AuthStep['kind'] | null = null;
  let line: AttemptLine | null = null;
  let key: OfferedIdentity | null = null;
  let hasAnswered = false;

  /** The host answered the last step; `isAccepted`: it took it, and wants another factor. */
  function settle(isAccepted: boolean): void {
    if (isAccepted) {
      line?.close('one-of-several');
      if (last === 'password') questions.passwordAccepted();
      tried.clear();
      hasAnswered = false;
    } else if (last === 'keyboard-interactive' || last === 'password') {
      line?.close('answer-refused');
    }
    line = null;
  }

  async function nextKey(): Promise<AuthStep | null> {
    const offered = await identities.next();
    if (offered.done) return null;
    key = offered.value;
    return { kind: 'key', identity: key };
  }

  function keyboard(): AuthStep {
    line = ledger.begin('keyboard-interactive');
    const answer = async (question: KeyboardQuestion) => {
      const values = await questions.keyboard(question);
      hasAnswered = true;
      return values;
    };
    return { kind: 'keyboard-interactive', answer };
  }

  async function choose(): Promise<AuthStep | null> {
    if (last === null) return { kind: 'none' };
    // The library forgets what the host answered to a key. Where the host took the signature and still wants more (two
    // factors), or refused it, another `none` asks what is left.
    if (last === 'key' && key?.hasSigned === true) return { kind: 'none' };
    if (methods.includes('publickey')) {
      const step = await nextKey();
      if (step) return step;
    }
    if (methods.includes('keyboard-interactive') && !tried.has('keyboard-interactive')) {
      tried.add('keyboard-interactive');
      return keyboard();
    }
    // Who has just typed a password that was refused is not asked for it once more under another name.
    if (last === 'keyboard-interactive' && hasAnswered) return null;
    if (methods.includes('password') && !tried.has('password')) {
      tried.add('password');
      line = ledger.begin('password');
      return { kind: 'password', password: await questions.password() };
    }
    return null;
  }

  function refusal(code: FailureCode): BerthError {
    const attempts = ledger.attempts();
    const names = attempts
      .filter(({ outcome }) => outcome !== 'not-tried')
      .map((attempt) => describeAttempt(attempt).way);
    const params = {
      address: target.address,
      user: target.user,
      tried: names.join(', ') || 'nothing that it takes',
      allowed: ledger.allowed() || 'nothing it told of',
    };
    return new BerthError(code, params, undefined, attempts);
  }

  return {
    async next(methodsLeft, partial) {
      // After a key the library repeats an older answer, see above.
      if (methodsLeft && last !== 'key') {
        // What is left has changed since a key signed: it counted.
        const hasCounted = last === 'none' && key?.hasSigned === true && methodsLeft.join() !== methods.join();
        methods = methodsLeft;
        ledger.offers(methods);
        if (last === 'none') key?.settle(hasCounted ? 'one-of-several' : 'signature-refused');
        if (last === 'none') key = null;
        settle(partial || hasCounted);
      } else if (last === 'key' && key?.hasSigned === false) {
        key.settle('key-refused');
      }
      const step = await choose();
      last = step?.kind ?? last;
      return step;
    },
    denied() {
      // A host that has had enough ends the connection in place of an answer.
      line?.close('answer-refused');
      return refusal('auth.denied');
    },
    passwordExpired() {
      line?.close('password-expired');
      return refusal('auth.password-expired');
    },
  };
}
