import type { Host } from '../../../shared/model/host.ts';
import { formatAddress } from '../../../shared/parse/address.ts';
import type { Inventory } from '../hosts/inventory.ts';
import type { Log } from '../log/log.ts';
import type { SecretStore } from './secret-store.ts';

/**
 * A host that is removed, or is another place from now on, takes its secrets with it, and the last host of a group that of the group. Only
 * what is seen to go counts: an inventory that could not be read, or another one, says nothing about secrets. Returns what ends it.
 */
export function forgetWithHosts(
  inventory: Pick<Inventory, 'list' | 'onChange'>,
  secrets: SecretStore,
  log: Log,
): () => void {
  let before = lookAt(inventory.list());

  return inventory.onChange(() => {
    const now = lookAt(inventory.list());
    const gone = new Set([...before.places].filter(([id, place]) => now.places.get(id) !== place).map(([id]) => id));
    const empty = new Set([...before.groups].filter((group) => !now.groups.has(group)));
    before = now;
    if (gone.size === 0 && empty.size === 0) return;
    secrets
      .forget(({ owner }) => {
        if (owner.kind === 'host') return owner.hostId !== null && gone.has(owner.hostId);
        return owner.kind === 'group' && empty.has(owner.name);
      })
      .catch((error: unknown) =>
        log.error('secret', 'What was remembered of removed hosts stands in its file still', error),
      );
  });
}

function lookAt(hosts: readonly Host[]) {
  return {
    places: new Map(hosts.map((host) => [host.id, formatAddress(host)])),
    groups: new Set(hosts.flatMap(({ group }) => group ?? [])),
  };
}
