import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { AuthStep } from './auth.ts';
import type { Identity, RsaAlgorithm } from './identities.ts';
import type { KeyParser } from './key-files.ts';

const HASHES: Readonly<Record<RsaAlgorithm, string>> = { 'rsa-sha2-512': 'sha512', 'rsa-sha2-256': 'sha256' };

/** A step of the authentication as ssh2 takes it. `fail` ends the connection. */
export function toMethod(step: AuthStep, username: string, fail: (error: unknown) => void): AnyAuthMethod {
  switch (step.kind) {
    case 'none':
      return { type: 'none', username };
    case 'password':
      return { type: 'password', username, password: step.password };
    case 'key':
      return { type: 'agent', username, agent: new SingleKey(step.identity, fail) };
    case 'keyboard-interactive':
      return {
        type: 'keyboard-interactive',
        username,
        prompt(title, instruction, _language, prompts, finish) {
          const fields = prompts.map(({ prompt, echo }) => ({ label: prompt, echo: echo === true }));
          step.answer({ title, instruction, fields }).then((answers) => finish([...answers]), fail);
        },
      };
  }
}

/**
 * One key in the shape of an agent, the only way in which ssh2 offers a public key first and waits for the signature: a
 * passphrase is asked for only when the host would take the key. A class because ssh2 wants an instance.
 */
class SingleKey extends ssh2.BaseAgent<ParsedKey> {
  readonly identity: Identity;
  readonly fail: (error: unknown) => void;
  readonly pinned: RsaAlgorithm | undefined;

  constructor(identity: Identity, fail: (error: unknown) => void) {
    super();
    this.identity = identity;
    this.fail = fail;
    this.pinned = identity.algorithm;
  }

  override getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    const key = parseOne(this.identity.blob);
    if (key instanceof Error) callback(key);
    // ssh2 names the algorithm after the type, and chooses among several only for “ssh-rsa”.
    else callback(null, [this.pinned ? (Object.create(key, { type: { value: this.pinned } }) as ParsedKey) : key]);
  }

  override sign(_key: unknown, data: Buffer, ...rest: unknown[]): void {
    const callback = rest.pop() as (error?: Error | null, signature?: Buffer) => void;
    const options = rest[0] as { hash?: string } | undefined;
    this.identity.sign(data, this.pinned ? HASHES[this.pinned] : options?.hash).then(
      (signature) => callback(null, signature),
      (error: unknown) => {
        // The user did not open the key: that ends the connection. An agent that refuses only ends this key.
        if (error instanceof BerthError) this.fail(error);
        callback(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }
}

/** Keys as ssh2 reads them. */
export const keyParser: KeyParser = {
  private(text, passphrase) {
    const key = parseOne(text, passphrase ?? undefined);
    if (key instanceof Error) {
      return passphrase !== null && /passphrase/i.test(key.message) ? 'wrong-passphrase' : { unusable: key.message };
    }
    if (!key.isPrivateKey()) return { unusable: 'it holds no private key' };
    return {
      blob: key.getPublicSSH(),
      sign(data, hash) {
        const signature: Buffer | Error = key.sign(data, hash);
        if (signature instanceof Error) throw signature;
        return signature;
      },
    };
  },
  public(text) {
    const key = parseOne(text);
    return key instanceof Error || key.isPrivateKey() ? null : key.getPublicSSH();
  },
  isUsable: (blob) => !(parseOne(blob) instanceof Error),
};

/** OpenSSH's format could hold several keys; nothing has ever written more than one. */
function parseOne(key: string | Buffer, passphrase?: string): ParsedKey | Error {
  const parsed: ParsedKey | readonly ParsedKey[] | Error = ssh2.utils.parseKey(key, passphrase);
  return isList(parsed) ? (parsed[0] ?? new Error('it holds no key')) : parsed;
}

function isList(parsed: ParsedKey | readonly ParsedKey[] | Error): parsed is readonly ParsedKey[] {
  return Array.isArray(parsed);
}
