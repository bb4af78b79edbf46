import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInventory, InventoryFile } from '../../../../electron/core/hosts/inventory.ts';
import { openJsonFile } from '../../../../electron/core/store/json-file.ts';
import type { HostInput } from '../../../../shared/model/host.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-inventory-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const box: HostInput = {
  name: 'box',
  address: 'box.example',
  port: 22,
  user: 'admin',
  keyFile: null,
  group: null,
  tags: ['lab'],
  note: '',
  transport: 'auto',
  source: null,
};

async function openInventory() {
  const file = await openJsonFile({
    path: join(dir, 'inventory.json'),
    schema: InventoryFile,
    version: 1,
    defaults: { hosts: [] },
  });
  return { inventory: createInventory(file, () => 1000), file };
}

describe('inventory', () => {
  it('keeps a host over a restart', async () => {
    const first = await openInventory();
    const added = await first.inventory.add(box);
    await first.file.dispose();
    const second = await openInventory();
    expect(second.inventory.list()).toEqual([{ ...box, id: added.id, createdAt: 1000 }]);
  });

  it('returns the host that is there instead of adding the same target twice', async () => {
    const { inventory } = await openInventory();
    const first = await inventory.add(box);
    const again = await inventory.add({ ...box, name: 'other', address: 'BOX.example' });
    expect(again).toEqual(first);
    expect(await inventory.add({ ...box, name: 'second', port: 2222 })).not.toEqual(first);
    expect(inventory.list()).toHaveLength(2);
  });

  it('undoes a removal with the same id', async () => {
    const { inventory } = await openInventory();
    const host = await inventory.add(box);
    const removed = await inventory.remove([host.id, 'unknown']);
    expect(removed).toEqual([host]);
    expect(inventory.list()).toEqual([]);
    await inventory.restore(removed);
    await inventory.restore(removed);
    expect(inventory.list()).toEqual([host]);
  });

  it('rejects an update of a host that is gone', async () => {
    const { inventory } = await openInventory();
    await expect(inventory.update('gone', box)).rejects.toMatchObject({ failure: { code: 'input.host-unknown' } });
  });

  it('sees what another Berth adds, and loses nothing of either', async () => {
    const one = await openInventory();
    const other = await openInventory();
    const heard = vi.fn();
    one.inventory.onChange(heard);
    await Promise.all([one.inventory.add(box), other.inventory.add({ ...box, name: 'two', address: 'two.example' })]);
    await vi.waitFor(() =>
      expect(
        one.inventory
          .list()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['box', 'two']),
    );
    expect(heard).toHaveBeenCalled();
  });

  it('sets a broken file aside and keeps its content', async () => {
    await writeFile(join(dir, 'inventory.json'), '{"version":1,"hosts":[{"id":"x"}]');
    const { inventory, file } = await openInventory();
    expect(inventory.list()).toEqual([]);
    expect(file.problem?.code).toBe('store.unreadable');
    expect(await readFile(String(file.problem?.params['setAside']), 'utf8')).toContain('"id":"x"');
  });
});
