import type { GroupSettings } from '../../../shared/model/group.ts';
import type { JsonFile } from '../store/json-file.ts';
import type { InventoryFile } from './inventory.ts';

/** What was said of groups of hosts, in the file of the inventory. A group is there as long as a host names it, or something was said. */
export interface Groups {
  /** Those of which something was said, whether hosts belong to them or not. */
  list(): readonly GroupSettings[];
  get(name: string | null): GroupSettings | null;
  /** Says it anew for one group; without a word there is nothing to remember. Rejects with BerthError `store.*`. */
  set(settings: GroupSettings): Promise<void>;
}

export function createGroups(file: JsonFile<InventoryFile>): Groups {
  const list = () => file.read().groups ?? [];
  return {
    list,
    get: (name) => list().find((group) => group.name === name) ?? null,
    async set(settings) {
      const { name: _name, ...said } = settings;
      const isSaid = Object.values(said).some((each) => each !== undefined);
      await file.update(({ hosts, groups = [] }) => {
        const others = groups.filter(({ name }) => name !== settings.name);
        return { hosts, groups: isSaid ? [...others, settings] : others };
      });
    },
  };
}
