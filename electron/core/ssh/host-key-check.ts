import { BerthError } from '../../../shared/errors/failure.ts';
import type { OfferedKey } from '../../../shared/parse/known-hosts.ts';
import type { Log } from '../log/log.ts';
import { createReader } from './agent.ts';
import { fingerprint, fingerprintCommand, type KnownHosts } from './known-hosts.ts';
import type { SshPlace } from './ssh-connection.ts';

/** Host key algorithms that Berth speaks, best first, and the type of key each of them needs. No SHA-1, as in OpenSSH. */
const ALGORITHMS = [
  { algorithm: 'ssh-ed25519', keyType: 'ssh-ed25519' },
  { algorithm: 'ecdsa-sha2-nistp256', keyType: 'ecdsa-sha2-nistp256' },
  { algorithm: 'ecdsa-sha2-nistp384', keyType: 'ecdsa-sha2-nistp384' },
  { algorithm: 'ecdsa-sha2-nistp521', keyType: 'ecdsa-sha2-nistp521' },
  { algorithm: 'rsa-sha2-512', keyType: 'ssh-rsa' },
  { algorithm: 'rsa-sha2-256', keyType: 'ssh-rsa' },
] as const;

export type HostKeyAlgorithm = (typeof ALGORITHMS)[number]['algorithm'];

const usableTypes: ReadonlySet<string> = new Set(ALGORITHMS.map(({ keyType }) => keyType));

/** All algorithms, those of known key types first: a host is asked for the key that can be checked, as OpenSSH does. */
export function orderAlgorithms(knownTypes: readonly string[]): HostKeyAlgorithm[] {
  const isKnown = ({ keyType }: { keyType: string }) => knownTypes.includes(keyType);
  const ordered = [...ALGORITHMS.filter(isKnown), ...ALGORITHMS.filter((entry) => !isKnown(entry))];
  return ordered.map(({ algorithm }) => algorithm);
}

/** An offered key, as failures name it. */
type KeyFacts = Readonly<Record<'address' | 'type' | 'fingerprint', string>>;

/** Checks the host key of one connection. */
export interface HostKeyCheck {
  /**
   * True for the key that was trusted before. A host shows it again at every re-keying, and there ssh2 must have its answer
   * at once: the data that goes on arriving meanwhile would break the connection.
   */
  isTrusted(blob: Buffer): boolean;
  /** Resolves when the key may be trusted; rejects with `ssh.host-key-*` or `ssh.cancelled`. */
  check(blob: Buffer): Promise<void>;
  /** To be called when the host has proven that it holds the key: keeps an accepted one. */
  proven(): Promise<void>;
}

export function createHostKeyCheck(
  target: SshPlace,
  knownHosts: KnownHosts,
  askUser: (offered: OfferedKey) => Promise<'berth' | 'user'>,
  log: Log,
): HostKeyCheck {
  const { address } = target;
  let trusted: OfferedKey | null = null;
  let saveTo: 'berth' | 'user' | null = null;

  /** As StrictHostKeyChecking says; but `no` asks as well: no key is ever taken unseen because a file says “any”. */
  function whereToKeep(offered: OfferedKey, facts: KeyFacts, command: string): Promise<'berth' | 'user'> {
    const { strictHostKeyChecking } = target.route;
    if (strictHostKeyChecking === 'yes') throw new BerthError('ssh.host-key-strict', { ...facts, command });
    return strictHostKeyChecking === 'accept-new' ? Promise.resolve('user') : askUser(offered);
  }

  return {
    isTrusted: (blob) => trusted?.key === blob.toString('base64'),
    async check(blob) {
      const offered: OfferedKey = { type: createReader(blob).bytes().toString('latin1'), key: blob.toString('base64') };
      const facts = { address, type: offered.type, fingerprint: fingerprint(offered.key) };
      const command = fingerprintCommand(offered.type);
      const verdict = await knownHosts.judge(target, offered, usableTypes);
      switch (verdict.kind) {
        case 'known':
          break;
        case 'unknown':
          // A connection that began with one key and goes on with another is no new host.
          if (trusted) throw new BerthError('ssh.host-key-refused', { address });
          saveTo = await whereToKeep(offered, facts, command);
          break;
        case 'revoked':
          throw new BerthError('ssh.host-key-revoked', {
            ...facts,
            file: verdict.entry.file,
            line: verdict.entry.line,
          });
        case 'changed':
          knownHosts.noteChanged(target.hostId, { place: target, ...offered, fingerprint: facts.fingerprint });
          throw new BerthError('ssh.host-key-changed', {
            ...facts,
            command,
            knownFingerprint: fingerprint(verdict.entry.key),
            file: verdict.entry.file,
            line: verdict.entry.line,
          });
      }
      trusted = offered;
    },
    async proven() {
      if (!trusted || !saveTo) return;
      try {
        await knownHosts.add(target, trusted, saveTo);
      } catch (error) {
        // As with ssh: the user has accepted the key, and will be asked again the next time.
        log.error('known-hosts-write', 'An accepted host key could not be kept', error, { address, saveTo });
      }
      saveTo = null;
    },
  };
}
