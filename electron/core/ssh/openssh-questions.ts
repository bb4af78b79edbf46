import { BerthError } from '../../../shared/errors/failure.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import type { ConnectQuestions } from './connect-questions.ts';
import { readKeyFile, unlock } from './key-files.ts';
import type { AskpassQuestion } from './openssh-askpass.ts';

/** The types of keys as OpenSSH's sentences name them, by the family that `ssh-keygen -lf` files are named after. */
const KEY_TYPES: Readonly<Record<string, string>> = {
  ED25519: 'ssh-ed25519',
  ECDSA: 'ecdsa-sha2-nistp256',
  RSA: 'ssh-rsa',
  'ED25519-SK': 'sk-ssh-ed25519@openssh.com',
  'ECDSA-SK': 'sk-ecdsa-sha2-nistp256@openssh.com',
};

export function keyTypeOf(name: string): string {
  return KEY_TYPES[name.toUpperCase()] ?? cleanText(name, 40);
}

/** What ssh was answered, as far as a later failure has to know. */
export interface Answered {
  /** The host key that the user accepted, and where it is to be kept. */
  hostKey: { readonly fingerprint: string; readonly saveTo: 'berth' | 'user' } | null;
  /** The key file that a passphrase was given for. */
  passphraseFor: string | null;
  password: boolean;
}

/**
 * ssh does not tell whether a passphrase was right. One that is remembered, or is to be, is tried here first: a wrong one is forgotten,
 * and somebody asked in its place.
 */
async function answerPassphrase(keyFile: string, questions: ConnectQuestions): Promise<string> {
  for (;;) {
    const passphrase = await questions.passphrase(keyFile);
    if (!passphrase.isRemembered && !passphrase.mayBeKept) return passphrase.text;
    const isRight = await opensKey(keyFile, passphrase.text);
    if (isRight !== null) passphrase.settle(isRight);
    if (isRight !== false || !passphrase.isRemembered) return passphrase.text;
  }
}

/** Null: it cannot be told here, as for security keys. */
async function opensKey(keyFile: string, passphrase: string): Promise<boolean | null> {
  const { keyParser } = await import('./ssh2-keys.ts');
  try {
    const { path, text } = await readKeyFile(keyFile, keyParser);
    unlock(path, text, passphrase, keyParser);
    return true;
  } catch (error) {
    return error instanceof BerthError && error.failure.code === 'auth.passphrase-wrong' ? false : null;
  }
}

/**
 * Answers a question of ssh through Berth's own dialogs. Rejects with BerthError where there is no answer. ssh's questions are
 * constants of its source (sshconnect.c, sshconnect2.c), which nobody translates.
 */
export async function answerQuestion(
  { isNotice, text }: AskpassQuestion,
  questions: ConnectQuestions,
  answered: Answered,
): Promise<string> {
  const label = cleanText(text, 400);
  if (isNotice) {
    await questions.keyboard({ title: 'Security key', instruction: label, fields: [] });
    return '';
  }
  const [, type, fingerprint] = /^(\S+) key fingerprint is (SHA256:[\w+/]+)\.?$/m.exec(text) ?? [];
  if (text.startsWith('The authenticity of host') && type !== undefined && fingerprint !== undefined) {
    const saveTo = await questions.hostKeyShown({ type: keyTypeOf(type), fingerprint });
    answered.hostKey = { fingerprint, saveTo };
    // ssh compares it itself: yes to this key, and to no other.
    return fingerprint;
  }
  const [, keyFile] = /^Enter passphrase for (?:key )?'?(.*?)'?: ?$/s.exec(text) ?? [];
  if (keyFile !== undefined) {
    answered.passphraseFor = cleanText(keyFile);
    return answerPassphrase(answered.passphraseFor, questions);
  }
  if (/^\S+'s password: ?$/.test(text)) {
    answered.password = true;
    return questions.password();
  }
  // ssh asks it for a token that it has found on this computer (ssh-pkcs11.c); no host is to be taken for the one who asks.
  if (/^Enter PIN for '.*': ?$/s.test(text)) {
    const title = 'Security token (PKCS#11)';
    const [pin] = await questions.keyboard({ title, instruction: '', fields: [{ label, echo: false }] });
    return pin ?? '';
  }
  // What a host asks (keyboard-interactive) has the login before it, which the dialog names anyway.
  const asked = label.replace(/^\([^()\s]+@[^()\s]+\) /, '');
  const [answer] = await questions.keyboard({ title: '', instruction: '', fields: [{ label: asked, echo: false }] });
  return answer ?? '';
}
