import type { AuthAttempt, AuthReason } from '../../../shared/model/auth-attempt.ts';
import { cleanText } from '../../../shared/parse/text.ts';

/** An agent may hold any number of keys, and a host may name any number of ways: more lines than these help nobody. */
const MAX_ATTEMPTS = 100;
/** The names of the ways in are the host's; the honest ones are far shorter. */
const METHOD_LENGTH = 64;
const METHODS_LENGTH = 200;
const MAX_METHODS = 20;

const OUTCOMES: Readonly<Record<AuthReason, AuthAttempt['outcome']>> = {
  'one-of-several': 'accepted',
  'key-refused': 'denied',
  'signature-refused': 'denied',
  'answer-refused': 'denied',
  'password-expired': 'denied',
  'not-offered': 'not-tried',
  unsupported: 'not-tried',
  'key-unreadable': 'not-tried',
  'key-format': 'not-tried',
  'key-permissions': 'not-tried',
  'agent-silent': 'not-tried',
  'agent-refused': 'not-tried',
  'key-files-only': 'not-tried',
  'not-accepted-here': 'not-tried',
  'not-reached': 'not-tried',
};

/** A line of the ledger that is still open: what is under way gets its outcome later. */
export interface AttemptLine {
  /** Only the last call counts. */
  close(reason: AuthReason, detail?: string): void;
}

/** What became of every way in, for the failure that tells it. */
export interface AuthLedger {
  /** Begins a line; until it is closed its reason is `not-reached`. */
  begin(method: string, key?: AuthAttempt['key']): AttemptLine;
  /** What the host says it would still take. */
  offers(methods: readonly string[]): void;
  /** The lines so far, those of the host's ways that were never begun included. */
  attempts(): AuthAttempt[];
  /** All that the host ever said it takes, in its order: plain, bounded text; empty when it told nothing. */
  allowed(): string;
}

/** `supported`: the ways that can be tried here; a host's way beside them is `unsupported`. */
export function createAuthLedger(supported: readonly string[]): AuthLedger {
  const lines: { method: string; key: AuthAttempt['key']; reason: AuthReason; detail: string }[] = [];
  const offered = new Set<string>();
  let hasOffered = false;

  return {
    begin(method, key = null) {
      const line = { method, key, reason: 'not-reached' as AuthReason, detail: '' };
      if (lines.length < MAX_ATTEMPTS) lines.push(line);
      return {
        close(reason, detail = '') {
          line.reason = reason;
          line.detail = detail;
        },
      };
    },
    offers(methods) {
      hasOffered = true;
      for (const method of methods.slice(0, MAX_METHODS)) {
        // A way that has no name, or one that cannot be shown, is none that anybody could use.
        const name = cleanText(method, METHOD_LENGTH);
        if (name !== '' && offered.size < MAX_METHODS) offered.add(name);
      }
    },
    attempts() {
      const begun = new Set(lines.map(({ method }) => method));
      const others = [...new Set([...supported, ...offered])].filter((method) => !begun.has(method));
      const untried = others.map((method) => {
        const reason: AuthReason = !hasOffered
          ? 'not-reached'
          : !offered.has(method)
            ? 'not-offered'
            : supported.includes(method)
              ? 'not-reached'
              : 'unsupported';
        return { method, key: null, reason, detail: '' };
      });
      return [...lines, ...untried].map((line) => ({
        ...line,
        offered: hasOffered ? offered.has(line.method) : null,
        outcome: OUTCOMES[line.reason],
      }));
    },
    allowed: () => cleanText([...offered].join(', '), METHODS_LENGTH),
  };
}
