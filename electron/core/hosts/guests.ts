import { createHash } from 'node:crypto';
import type { Host, HostInput } from '../../../shared/model/host.ts';
import { createEmitter } from '../emitter.ts';
import type { Inventory } from './inventory.ts';

/** An inventory with hosts that nobody keeps: those that were named by their address alone, on a command line. */
export interface InventoryWithGuests extends Inventory {
  /**
   * Makes a host known for as long as this core lives; nothing is written. One that the inventory has already (same address,
   * port and user) is returned instead. A guest has the same id every time, so that its history belongs to it.
   */
  addGuest(input: HostInput): Host;
}

export function withGuests(inventory: Inventory, now: () => number): InventoryWithGuests {
  const guests = new Map<string, Host>();
  const changed = createEmitter<void>();

  return {
    ...inventory,
    list: () => (guests.size === 0 ? inventory.list() : [...inventory.list(), ...guests.values()]),
    get: (id) => inventory.get(id) ?? guests.get(id) ?? null,
    onChange(listener) {
      const stop = [inventory.onChange(listener), changed.subscribe(listener)];
      return () => {
        for (const end of stop) end();
      };
    },
    addGuest(input) {
      const known = inventory
        .list()
        .find(({ address, port, user }) => address === input.address && port === input.port && user === input.user);
      if (known) return known;
      const place = `${input.user ?? ''}@${input.address}:${input.port ?? ''}`;
      const id = `guest-${createHash('sha256').update(place).digest('hex').slice(0, 24)}`;
      const guest = guests.get(id) ?? { ...input, id, createdAt: now() };
      guests.set(id, guest);
      changed.emit();
      return guest;
    },
  };
}
