import * as z from 'zod';
import { failure } from '../errors/failure.ts';
import { createAnsibleInventory, type AnsibleInventory } from './ansible-inventory.ts';
import type { Listing } from './host-list.ts';
import { cleanText } from './text.ts';

const Variables = z.record(z.string(), z.unknown()).nullish().catch(null);
const Tree = z.record(z.string(), z.unknown());

/** Groups in groups deeper than this are none that anybody wrote by hand. */
const MAX_DEPTH = 32;

/** A group of the YAML format; unknown keys are told, not followed. */
const YamlGroup = z
  .object({ hosts: Tree.nullish(), children: Tree.nullish(), vars: Variables })
  .catchall(z.unknown())
  .nullable();

/**
 * Reads an inventory of Ansible's YAML format, given as plain data. `lineOf` tells the line where the key at the end of a path
 * stands. Null when it is no such inventory.
 */
export function readAnsibleYaml(
  data: unknown,
  lineOf: (path: readonly string[]) => number | null = () => null,
): Listing | null {
  const tree = Tree.safeParse(data);
  if (!tree.success) return null;
  const inventory = createAnsibleInventory();
  for (const [name, value] of Object.entries(tree.data)) readGroup(inventory, name, value, [name], lineOf);
  return inventory.listing();
}

function readGroup(
  inventory: AnsibleInventory,
  name: string,
  value: unknown,
  path: readonly string[],
  lineOf: (path: readonly string[]) => number | null,
): void {
  const parsed = YamlGroup.safeParse(value);
  if (!parsed.success || path.length > MAX_DEPTH * 2) {
    inventory.note(lineOf(path), failure('source.not-understood', { detail: cleanText(name, 200) }));
    return;
  }
  const { hosts, children, vars, ...others } = parsed.data ?? {};
  inventory.addVariables(name, vars ?? {});
  for (const key of Object.keys(others)) {
    inventory.note(lineOf([...path, key]), failure('source.not-understood', { detail: cleanText(key, 200) }));
  }
  for (const [host, variables] of Object.entries(hosts ?? {})) {
    inventory.addHosts(name, host, Variables.parse(variables) ?? {}, lineOf([...path, 'hosts', host]));
  }
  for (const [child, group] of Object.entries(children ?? {})) {
    inventory.addChild(name, child);
    readGroup(inventory, child, group, [...path, 'children', child], lineOf);
  }
}

const JsonGroup = z.union([
  z.array(z.string()).transform((hosts) => ({ hosts, children: [] as string[], vars: null })),
  z.object({
    hosts: z.array(z.string()).catch([]),
    children: z.array(z.string()).catch([]),
    vars: Variables,
  }),
]);
const Meta = z.object({ hostvars: z.record(z.string(), Variables).catch({}) });

/** Reads what an inventory script prints for `--list`: groups with lists of hosts, variables of hosts in `_meta`. */
export function readAnsibleList(data: Readonly<Record<string, unknown>>): Listing {
  const inventory = createAnsibleInventory();
  const meta = Meta.safeParse(data['_meta']);
  const variables = new Map(Object.entries(meta.success ? meta.data.hostvars : {}));
  for (const [name, value] of Object.entries(data)) {
    if (name === '_meta') continue;
    const group = JsonGroup.safeParse(value);
    if (!group.success) {
      inventory.note(null, failure('source.not-understood', { detail: cleanText(name, 200) }));
      continue;
    }
    inventory.addVariables(name, group.data.vars ?? {});
    for (const host of group.data.hosts) inventory.addHosts(name, host, variables.get(host) ?? {}, null);
    for (const child of group.data.children) inventory.addChild(name, child);
  }
  return inventory.listing();
}
