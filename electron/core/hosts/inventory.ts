import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { BerthError } from '../../../shared/errors/failure.ts';
import { GroupSettings } from '../../../shared/model/group.ts';
import { Host, type HostInput } from '../../../shared/model/host.ts';
import type { JsonFile } from '../store/json-file.ts';

/** What `inventory.json` holds (schema version 1); `groups` is for `groups.ts`. */
export const InventoryFile = z.object({ hosts: z.array(Host), groups: z.array(GroupSettings).optional() });
export type InventoryFile = z.infer<typeof InventoryFile>;

/** Many changes at once; `update` by the ids of hosts. */
export interface InventoryChange {
  readonly add: readonly HostInput[];
  readonly update: ReadonlyMap<string, Partial<HostInput>>;
}

/** The hosts that the user knows, in the order of adding. Another Berth may write the same file: `onChange` tells. */
export interface Inventory {
  list(): readonly Host[];
  get(id: string): Host | null;
  /** Adds a host, or returns the one that has the same address, port and user already. */
  add(input: HostInput): Promise<Host>;
  /** Adds many at once, in one write. */
  addAll(inputs: readonly HostInput[]): Promise<readonly Host[]>;
  update(id: string, input: HostInput): Promise<Host>;
  /** Adds and changes many in one write, decided on the newest state of the file. Returns what was added. */
  change(decide: (hosts: readonly Host[]) => InventoryChange): Promise<readonly Host[]>;
  /** Returns what was removed, for undo. */
  remove(ids: readonly string[]): Promise<readonly Host[]>;
  /** Undoes a removal: the same ids again, so that facts and history belong to them. */
  restore(hosts: readonly Host[]): Promise<void>;
  onChange(listener: () => void): () => void;
}

export function createInventory(file: JsonFile<InventoryFile>, now: () => number): Inventory {
  const list = () => file.read().hosts;
  // Asked for thousands of times for each change: an index, made anew when the file's value is another.
  let index: { readonly of: readonly Host[]; readonly byId: ReadonlyMap<string, Host> } = { of: [], byId: new Map() };
  function byId(): ReadonlyMap<string, Host> {
    const hosts = list();
    if (index.of !== hosts) index = { of: hosts, byId: new Map(hosts.map((host) => [host.id, host])) };
    return index.byId;
  }
  const makeHost = (input: HostInput): Host => ({ ...input, id: randomUUID(), createdAt: now() });

  return {
    list,
    get: (id) => byId().get(id) ?? null,
    async add(input) {
      let host = makeHost(input);
      await file.update((value) => {
        const same = value.hosts.find((known) => sameTarget(known, input));
        if (same) host = same;
        return same ? value : { ...value, hosts: [...value.hosts, host] };
      });
      return host;
    },
    async addAll(inputs) {
      const added = inputs.map(makeHost);
      await file.update((value) => ({ ...value, hosts: [...value.hosts, ...added] }));
      return added;
    },
    async update(id, input) {
      let updated: Host | null = null;
      await file.update((value) => ({
        ...value,
        // What the input leaves out is not said any more.
        hosts: value.hosts.map((host) => (host.id === id ? (updated = replaced(host, input)) : host)),
      }));
      if (!updated) throw new BerthError('input.host-unknown', { value: id });
      return updated;
    },
    async change(decide) {
      let added: readonly Host[] = [];
      await file.update(({ hosts, ...rest }) => {
        const { add, update } = decide(hosts);
        added = add.map(makeHost);
        return { ...rest, hosts: [...hosts.map((host) => ({ ...host, ...update.get(host.id) })), ...added] };
      });
      return added;
    },
    async remove(ids) {
      const doomed = new Set(ids);
      let removed: readonly Host[] = [];
      await file.update(({ hosts, ...rest }) => {
        removed = hosts.filter((host) => doomed.has(host.id));
        return { ...rest, hosts: hosts.filter((host) => !doomed.has(host.id)) };
      });
      return removed;
    },
    async restore(returning) {
      await file.update(({ hosts, ...rest }) => {
        const present = new Set(hosts.map((host) => host.id));
        return { ...rest, hosts: [...hosts, ...returning.filter((host) => !present.has(host.id))] };
      });
    },
    onChange: file.onChange,
  };
}

function replaced({ id, createdAt }: Host, input: HostInput): Host {
  return { ...input, id, createdAt };
}

function sameTarget(a: HostInput, b: HostInput): boolean {
  return a.address.toLowerCase() === b.address.toLowerCase() && a.port === b.port && a.user === b.user;
}
