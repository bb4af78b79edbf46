import { BerthError } from '../../../shared/errors/failure.ts';
import type { OfferedKey } from '../../../shared/parse/known-hosts.ts';
import type { Log } from '../log/log.ts';
import { readKeyBlob } from './key-blob.ts';
import { fingerprint, fingerprintCommand, type KnownHosts } from './known-hosts.ts';
import type { SshPlace } from './ssh-connection.ts';

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
  /** To be called with the keys that the host has proven to hold once it was logged in to: keeps them, and never rejects. */
  keep(blobs: readonly Buffer[]): Promise<void>;
}

/** `usableTypes`: the types of keys that the host is asked for. */
export function createHostKeyCheck(
  target: SshPlace,
  knownHosts: KnownHosts,
  usableTypes: ReadonlySet<string>,
  askUser: (offered: OfferedKey) => Promise<'berth' | 'user'>,
  log: Log,
): HostKeyCheck {
  const { address } = target;
  const minimum = target.route.minimumRsaBits;
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
      const { type, rsaBits } = readKeyBlob(blob);
      const offered: OfferedKey = { type, key: blob.toString('base64') };
      if (minimum !== null && rsaBits !== null && rsaBits < minimum) {
        throw new BerthError('ssh.host-key-short', { address, bits: rsaBits, minimum });
      }
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
    async keep(blobs) {
      if (!trusted) return;
      const held = blobs.map((blob) => ({ blob, ...readKeyBlob(blob) }));
      const longEnough = held.filter(({ rsaBits }) => minimum === null || rsaBits === null || rsaBits >= minimum);
      const keys = longEnough.map(({ type, blob }) => ({ type, key: blob.toString('base64') }));
      try {
        const { added, removed } = await knownHosts.update(target, { trusted, held: keys, usableTypes });
        if (added.length + removed.length === 0) return;
        log.info('host-keys-updated', 'A host has proven its other keys (UpdateHostKeys)', { address, added, removed });
      } catch (error) {
        log.error('host-keys-update', 'The other keys of a host could not be kept', error, { address });
      }
    },
  };
}
