import * as z from 'zod';
import { failure, type Failure } from '../errors/failure.ts';
import { readAnsibleList } from './ansible-inventory-tree.ts';
import { parseHostList, tooManyHosts, type ListedHost, type Listing } from './host-list.ts';
import { sourceLimits } from '../model/source.ts';

const text = z.string().trim().min(1);

/** A host of a JSON list, by the names that inventories usually give these things. */
const JsonHost = z
  .object({
    name: text.nullish(),
    address: text.nullish(),
    host: text.nullish(),
    hostname: text.nullish(),
    port: z.coerce.number().int().nullish().catch(null),
    user: text.nullish().catch(null),
    keyFile: text.nullish().catch(null),
    group: text.nullish().catch(null),
    groups: z.array(text).nullish().catch(null),
  })
  .transform(({ name, address, host, hostname, port, user, keyFile, group, groups }) => {
    const where = address ?? host ?? hostname ?? name;
    if (where === null || where === undefined) return null;
    const all = [...(group ? [group] : []), ...(groups ?? [])];
    return {
      name: name ?? where,
      line: null,
      address: where,
      port: port ?? null,
      user: user ?? null,
      keyFile: keyFile ?? null,
      groups: [...new Set(all)],
    } satisfies ListedHost;
  });

/**
 * Reads what an inventory command prints: Ansible's `--list`, or a list whose items are addresses or objects with `address` (or
 * `host`, `hostname`, `name`), `port`, `user`, `keyFile`, `group` or `groups`. Null when it is neither.
 */
export function readInventoryJson(data: unknown): Listing | null {
  if (Array.isArray(data)) return readList(data);
  if (typeof data !== 'object' || data === null) return null;
  const { hosts } = data as { hosts?: unknown };
  // Berth's own export, and what many other tools print: an object around the list.
  if (Array.isArray(hosts) && Object.keys(data).every((key) => ['hosts', 'version', 'berth'].includes(key)))
    return readList(hosts);
  return readAnsibleList(data as Record<string, unknown>);
}

function readList(items: readonly unknown[]): Listing {
  const hosts = new Map<string, ListedHost>();
  const notes: { line: null; failure: Failure }[] = [];
  for (const [index, item] of items.entries()) {
    if (hosts.size >= sourceLimits.hosts) {
      notes.push({ line: null, failure: tooManyHosts() });
      break;
    }
    const listing = typeof item === 'string' ? parseHostList(item) : null;
    const parsed = listing ? null : JsonHost.safeParse(item);
    const host = listing ? listing.hosts[0] : parsed?.success ? parsed.data : null;
    const detail = `item ${index + 1} of the list`;
    if (!host)
      notes.push({ line: null, failure: listing?.notes[0]?.failure ?? failure('source.not-understood', { detail }) });
    else if (hosts.has(host.name))
      notes.push({ line: null, failure: failure('source.not-understood', { detail: `${host.name} twice` }) });
    else hosts.set(host.name, { ...host, line: null });
  }
  return { hosts: [...hosts.values()], notes };
}
