import { describe, expect, it, vi } from 'vitest';
import { withGuests } from '../../../electron/core/hosts/guests.ts';
import type { Inventory } from '../../../electron/core/hosts/inventory.ts';
import type { Host, HostInput } from '../../../shared/model/host.ts';

const input = (address: string, differs: Partial<HostInput> = {}): HostInput => ({
  name: address,
  address,
  port: 22,
  user: 'admin',
  keyFile: null,
  group: null,
  tags: [],
  note: '',
  transport: 'auto',
  source: null,
  ...differs,
});
const kept: Host = { ...input('box'), id: 'kept', createdAt: 1 };
const unused = () => Promise.reject(new Error('not asked for'));
const inventory: Inventory = {
  list: () => [kept],
  get: (id) => (id === kept.id ? kept : null),
  add: unused,
  addAll: unused,
  update: unused,
  change: unused,
  remove: unused,
  restore: unused,
  onChange: () => () => undefined,
};

describe('guests of an inventory', () => {
  it('are hosts like the others while this core lives, with the same id every time', () => {
    const guests = withGuests(inventory, () => 7);
    const changed = vi.fn();
    guests.onChange(changed);
    const guest = guests.addGuest(input('other'));
    expect(changed).toHaveBeenCalledTimes(1);
    expect(guests.list()).toEqual([kept, guest]);
    expect(guests.get(guest.id)).toBe(guest);
    expect(guests.get('kept')).toBe(kept);
    expect(guests.addGuest(input('other'))).toBe(guest);
    expect(withGuests(inventory, () => 8).addGuest(input('other')).id).toBe(guest.id);
    expect(guests.addGuest(input('other', { port: 2222 })).id).not.toBe(guest.id);
    expect(guests.addGuest(input('other', { user: null })).id).not.toBe(guest.id);
  });

  it('a host that is kept is not made a guest', () => {
    expect(withGuests(inventory, () => 7).addGuest(input('box'))).toBe(kept);
  });
});
