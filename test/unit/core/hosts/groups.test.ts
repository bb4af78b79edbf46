import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGroups } from '../../../../electron/core/hosts/groups.ts';
import { createInventory, InventoryFile } from '../../../../electron/core/hosts/inventory.ts';
import { openJsonFile } from '../../../../electron/core/store/json-file.ts';
import { connectChoices, terminalChoices } from '../../../../shared/logic/connect-choices.ts';
import type { HostInput } from '../../../../shared/model/host.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-groups-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const box: HostInput = {
  ...{ name: 'box', address: 'box.example', port: null, user: null, keyFile: null, group: 'web' },
  ...{ tags: [], note: '', source: null, transport: 'openssh', privilege: 'sudo' },
};

async function open() {
  const path = join(dir, 'inventory.json');
  const file = await openJsonFile({ path, schema: InventoryFile, version: 1, defaults: { hosts: [] } });
  return { file, groups: createGroups(file), inventory: createInventory(file, () => 1000) };
}

describe('what was said of a group', () => {
  it('is kept in the file of the inventory, whatever is done to its hosts', async () => {
    const { file, groups, inventory } = await open();
    await groups.set({ name: 'web', transport: 'openssh' });
    const host = await inventory.add(box);
    await inventory.addAll([{ ...box, name: 'two', address: 'two' }]);
    await inventory.update(host.id, { ...box, note: 'changed' });
    await inventory.change(() => ({ add: [], update: new Map([[host.id, { tags: ['x'] }]]) }));
    await inventory.restore(await inventory.remove([host.id]));
    await file.dispose();
    const again = await open();
    expect(again.groups.get('web')).toEqual({ name: 'web', transport: 'openssh' });
    expect(again.groups.get(null)).toBeNull();
    expect(again.groups.get('other')).toBeNull();
    expect(again.inventory.list()).toHaveLength(2);
  });

  it('is said anew as a whole, and with nothing left to say it is gone', async () => {
    const { groups } = await open();
    await groups.set({ name: 'web', transport: 'openssh', privilege: 'sudo' });
    await groups.set({ name: 'db', privilege: 'none' });
    await groups.set({ name: 'web', privilege: 'doas' });
    expect(groups.get('web')).toEqual({ name: 'web', privilege: 'doas' });
    await groups.set({ name: 'web' });
    expect(groups.list()).toEqual([{ name: 'db', privilege: 'none' }]);
  });

  it('is remembered too when it is of terminals alone, and a host has the last word', async () => {
    const { groups } = await open();
    await groups.set({ name: 'web', clipboard: false, record: 'output' });
    const group = groups.get('web');
    expect(group).toEqual({ name: 'web', clipboard: false, record: 'output' });
    expect(terminalChoices({}, null)).toEqual({
      clipboard: { value: false, by: 'default' },
      record: { value: 'no', by: 'default' },
    });
    expect(terminalChoices({ clipboard: true }, group)).toEqual({
      clipboard: { value: true, by: 'host' },
      record: { value: 'output', by: 'group' },
    });
  });
});

describe('a host', () => {
  it('that says nothing of it any more goes by its group again', async () => {
    const { inventory } = await open();
    const { id } = await inventory.add(box);
    const { transport: _transport, privilege: _privilege, ...silent } = box;
    await inventory.update(id, silent);
    expect(inventory.get(id)).toEqual({ ...silent, id, createdAt: 1000 });
  });

  it('goes by its own word, then that of its group, then the settings, each for itself', () => {
    const defaults = { transport: 'auto', privilege: 'auto' } as const;
    const group = { transport: 'openssh' } as const;
    expect(connectChoices({ privilege: 'none' }, group, defaults)).toEqual({
      transport: { value: 'openssh', by: 'group' },
      privilege: { value: 'none', by: 'host' },
    });
    expect(connectChoices({ transport: 'auto' }, group, { ...defaults, privilege: 'doas' })).toEqual({
      transport: { value: 'auto', by: 'host' },
      privilege: { value: 'doas', by: 'default' },
    });
    expect(connectChoices({}, null, defaults).transport).toEqual({ value: 'auto', by: 'default' });
  });
});
