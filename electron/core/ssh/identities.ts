import { BerthError, type FailureCode } from '../../../shared/errors/failure.ts';
import type { AuthAttempt, AuthReason } from '../../../shared/model/auth-attempt.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import { listAgentKeys, signWithAgent, type AgentKey } from './agent.ts';
import type { AttemptLine, AuthLedger } from './auth-ledger.ts';
import { expandHome, readKeyFile, type KeyFile, type KeyParser } from './key-files.ts';
import type { KeyRing, Passphrase } from './key-ring.ts';
import { fingerprint } from './known-hosts.ts';
import type { SshPlace } from './ssh-connection.ts';

/** A key that may be offered. It signs only after the host said that it would accept it. */
export interface Identity {
  readonly blob: Buffer;
  /** What an RSA key must sign with, since the configuration says so; undefined: as the host can. */
  readonly algorithm: RsaAlgorithm | undefined;
  /** Rejects with BerthError when the user did not open the key; that ends the connection. */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>;
}

export type RsaAlgorithm = 'rsa-sha2-512' | 'rsa-sha2-256';

/** Whether the ssh configuration lets a public key be offered: with what, or why not. */
export type AcceptedKeys = (
  blob: Buffer,
) => { readonly algorithm: RsaAlgorithm | undefined } | { readonly refusal: string };

/** An identity that is being offered, and its line of the ledger. */
export interface OfferedIdentity extends Identity {
  readonly hasSigned: boolean;
  /** What became of it, unless that is known better already. */
  settle(reason: AuthReason): void;
}

export interface IdentityOptions {
  readonly target: Pick<SshPlace, 'keyFile' | 'route'>;
  readonly parser: KeyParser;
  readonly keyRing: Pick<KeyRing, 'open'>;
  readonly accepted: AcceptedKeys;
  readonly questions: {
    /** Asks for the passphrase of a key file, or knows it. */
    passphrase(keyFile: string): Promise<Passphrase>;
  };
}

const COMMENT_LENGTH = 80;

const REASONS: Partial<Record<FailureCode, AuthReason>> = {
  'auth.key-unreadable': 'key-unreadable',
  'auth.key-format': 'key-format',
  'auth.key-permissions': 'key-permissions',
};

/**
 * The keys in ssh's order: those of the agent that the configuration names too, the others of the agent (not with
 * IdentitiesOnly), then the files that the agent does not hold. A key is offered by its public half, and a passphrase asked for
 * only when the host would take it. What is left out stands in the ledger with the reason. A key file that the inventory names is
 * the only one, and must be usable: rejects with `auth.key-*` otherwise.
 */
export async function* offerIdentities(
  options: IdentityOptions,
  ledger: AuthLedger,
): AsyncGenerator<OfferedIdentity, void> {
  const { target, parser, keyRing, questions, accepted } = options;
  const { agentSocket } = target.route;
  const begin = (key: AuthAttempt['key']) => ledger.begin('publickey', key);
  const files = await readKeyFiles(options, begin);
  const held = agentSocket === null ? [] : await listKeys(agentSocket, begin);
  const isNamed = ({ blob }: AgentKey) => files.some((file) => file.blob?.equals(blob));
  const offered: Buffer[] = [];
  /** The key as it is to be offered; null, and told by its line, where the configuration leaves it out. */
  const offer = (blob: Buffer, line: AttemptLine, sign: Identity['sign']): OfferedIdentity | null => {
    offered.push(blob);
    const acceptance = accepted(blob);
    if ('algorithm' in acceptance) return track(blob, acceptance.algorithm, line, sign);
    line.close('not-accepted-here', acceptance.refusal);
    return null;
  };

  for (const key of [...held.filter(isNamed), ...held.filter((other) => !isNamed(other))]) {
    const { blob } = key;
    const line = begin({
      from: 'agent',
      name: cleanText(key.comment, COMMENT_LENGTH),
      fingerprint: fingerprintOf(blob),
    });
    if ((target.route.keyFilesOnly || target.keyFile !== null) && !isNamed(key)) line.close('key-files-only');
    else if (!parser.isUsable(blob)) line.close('unsupported', 'security keys and certificates need it');
    else {
      const identity = offer(blob, line, (data, hash) => signWithAgent(agentSocket ?? '', blob, data, hash));
      if (identity) yield identity;
    }
  }
  for (const file of files) {
    if (file.isPublic || (file.blob && offered.some((blob) => file.blob?.equals(blob)))) continue;
    const known = file.blob === null ? null : fingerprintOf(file.blob);
    const line = begin({ from: 'file', name: file.path, fingerprint: known });
    if (file.blob && !parser.isUsable(file.blob)) {
      line.close('unsupported', 'security keys need it');
      continue;
    }
    const open = () => keyRing.open(file, () => questions.passphrase(file.path));
    // Without its public half a key cannot be offered before it is opened.
    const blob = file.blob ?? (await open()).blob;
    const identity = offer(blob, line, async (data, hash) => (await open()).sign(data, hash));
    if (identity) yield identity;
  }
}

function track(
  blob: Buffer,
  algorithm: RsaAlgorithm | undefined,
  line: AttemptLine,
  sign: Identity['sign'],
): OfferedIdentity {
  let hasSigned = false;
  let hasFailed = false;
  return {
    ...{ blob, algorithm },
    get hasSigned() {
      return hasSigned;
    },
    async sign(data, hash) {
      try {
        const signature = await sign(data, hash);
        hasSigned = true;
        return signature;
      } catch (error) {
        hasFailed = true;
        line.close('agent-refused', error instanceof BerthError ? '' : cleanText(String(error), COMMENT_LENGTH));
        throw error;
      }
    },
    settle(reason) {
      if (!hasFailed) line.close(reason);
    },
  };
}

/** An agent that does not answer is as good as none: the files remain. */
async function listKeys(
  socketPath: string,
  begin: (key: AuthAttempt['key']) => AttemptLine,
): Promise<readonly AgentKey[]> {
  try {
    return await listAgentKeys(socketPath);
  } catch (error) {
    const detail = error instanceof Error && 'code' in error ? String(error.code) : '';
    begin({ from: 'agent', name: cleanText(socketPath), fingerprint: null }).close('agent-silent', detail);
    return [];
  }
}

async function readKeyFiles(
  { target, parser }: IdentityOptions,
  begin: (key: AuthAttempt['key']) => AttemptLine,
): Promise<readonly KeyFile[]> {
  const own = target.keyFile === null ? null : expandHome(target.keyFile);
  if (own !== null) return [await readKeyFile(own, parser)];
  const paths = [...new Set(target.route.keyFiles)];
  const read = await Promise.allSettled(paths.map((path) => readKeyFile(path, parser)));
  return read.flatMap((result, index) => {
    if (result.status === 'fulfilled') return [result.value];
    const path = paths[index] ?? '';
    if (!(result.reason instanceof BerthError)) throw result.reason;
    const { code, params } = result.reason.failure;
    if (params['detail'] === 'ENOENT' && target.route.keyFilesByDefault) return [];
    const detail = String(params['detail'] ?? '');
    begin({ from: 'file', name: path, fingerprint: null }).close(REASONS[code] ?? 'key-unreadable', detail);
    return [];
  });
}

function fingerprintOf(blob: Buffer): string {
  return fingerprint(blob.toString('base64'));
}
