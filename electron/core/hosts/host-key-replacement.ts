import { BerthError } from '../../../shared/errors/failure.ts';
import { HostKeyChange } from '../../../shared/model/host-key-change.ts';
import type { ConnectionPool } from '../ssh/connection-pool.ts';
import type { KnownHosts } from '../ssh/known-hosts.ts';
import { appendJsonLines, readJsonLines } from '../store/append-log.ts';
import type { Inventory } from './inventory.ts';

export interface HostKeyReplacementOptions {
  readonly inventory: Pick<Inventory, 'get'>;
  readonly pool: Pick<ConnectionPool, 'state'>;
  readonly knownHosts: KnownHosts;
  /** JSON lines, one a replacement. */
  readonly historyFile: string;
  /** `user@workstation`. */
  readonly replacedBy: string;
  readonly now: () => number;
}

/** What a person confirms: `typedName` by hand, `fingerprint` of the key that was shown as the new one. */
export interface KeyConfirmation {
  readonly hostId: string;
  readonly typedName: string;
  readonly fingerprint: string;
  /** Also replace it in the known_hosts of the user, of which a copy is kept. */
  readonly inUserFile: boolean;
}

/** The one way in which a changed host key becomes a known one. */
export interface HostKeyReplacement {
  /**
   * Only while the host is refused for exactly this key, and only with its name typed. Does not connect. Rejects with
   * `ssh.host-key-not-shown`, `ssh.host-key-name-wrong`, `ssh.host-key-store`, `input.host-unknown` or `store.write-failed`.
   */
  replace(confirmation: KeyConfirmation): Promise<HostKeyChange>;
  /** All replacements of a host, newest first. */
  history(hostId: string): Promise<HostKeyChange[]>;
}

export function createHostKeyReplacement(options: HostKeyReplacementOptions): HostKeyReplacement {
  const { inventory, pool, knownHosts, historyFile } = options;
  return {
    async replace({ hostId, typedName, fingerprint, inUserFile }) {
      const host = inventory.get(hostId);
      if (!host) throw new BerthError('input.host-unknown', { value: hostId });
      if (typedName !== host.name)
        throw new BerthError('ssh.host-key-name-wrong', { value: typedName, host: host.name });
      const state = pool.state(hostId);
      const refused = state.kind === 'failed' && state.failure.code === 'ssh.host-key-changed' ? state.failure : null;
      const changed = knownHosts.changedKey(hostId);
      if (refused?.params['fingerprint'] !== fingerprint || changed?.fingerprint !== fingerprint) {
        throw new BerthError('ssh.host-key-not-shown', { host: host.name });
      }

      const { removed, backup } = await knownHosts.replace(changed, inUserFile);
      const change: HostKeyChange = {
        at: options.now(),
        hostId,
        hostName: host.name,
        address: changed.place.address,
        port: changed.place.port,
        keyType: changed.type,
        oldFingerprints: [
          ...new Set([String(refused.params['knownFingerprint']), ...removed.map((line) => line.fingerprint)]),
        ],
        newFingerprint: fingerprint,
        added: changed.key !== null,
        files: [...new Set(removed.map(({ file }) => file))],
        backup,
        replacedBy: options.replacedBy,
      };
      await appendJsonLines(historyFile, [change]);
      return change;
    },
    async history(hostId) {
      const changes = await readJsonLines(historyFile, HostKeyChange);
      return changes.filter((change) => change.hostId === hostId).reverse();
    },
  };
}
