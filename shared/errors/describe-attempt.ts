import type { AuthAttempt, AuthReason } from '../model/auth-attempt.ts';

/** A way in, and why it did not open, in words: plain text. */
export interface AttemptDescription {
  readonly way: string;
  readonly why: string;
}

const WHY: Readonly<Record<AuthReason, string>> = {
  'one-of-several': 'Accepted, and another factor is wanted',
  'key-refused': 'The host does not accept this key',
  'signature-refused': 'The host knows this key and was not content with it alone',
  'answer-refused': 'The answer was not accepted',
  'password-expired': 'The password has expired and must be changed first',
  'not-offered': 'The host does not offer it',
  unsupported: 'Only the OpenSSH transport can',
  'key-unreadable': 'The file cannot be read',
  'key-format': 'Not a private key that can be used',
  'key-permissions': 'Others may read the file',
  'agent-silent': 'The agent does not answer',
  'agent-refused': 'The agent did not sign',
  'key-files-only': 'Left out: only the configured keys are used (IdentitiesOnly)',
  'not-accepted-here': 'Left out by the ssh configuration',
  'not-reached': 'The host ended the login before',
};

/** Words for a line of the table `Failure.attempts`. */
export function describeAttempt({ method, key, reason, detail }: AuthAttempt): AttemptDescription {
  const why = WHY[reason];
  return { way: nameWay(method, key), why: detail === '' ? why : `${why}: ${detail}` };
}

function nameWay(method: string, key: AuthAttempt['key']): string {
  if (key === null) return method;
  if (key.from === 'file') return `key file ${key.name}`;
  if (key.fingerprint === null) return key.name === '' ? 'agent' : `agent ${key.name}`;
  return `agent key ${key.fingerprint}${key.name === '' ? '' : ` (${key.name})`}`;
}
