import { failure, type Failure } from '../errors/failure.ts';
import { sourceLimits } from '../model/source.ts';
import { expandRanges } from './ansible-inventory-ranges.ts';
import { tooManyHosts, type ListedHost, type Listing } from './host-list.ts';
import { cleanText } from './text.ts';

/** Variables of a host or a group, by name; only those of the connection are looked at. */
export type AnsibleVariables = Readonly<Record<string, unknown>>;

/** Takes an inventory of Ansible in, in the order it is written, whatever it is written in. */
export interface AnsibleInventory {
  /** Adds hosts by a pattern (`web[01:20]`, `box:2222`) to a group; a host may be in several. */
  addHosts(group: string, pattern: string, variables: AnsibleVariables, line: number | null): void;
  addChild(parent: string, child: string): void;
  addVariables(group: string, variables: AnsibleVariables): void;
  note(line: number | null, failure: Failure): void;
  /** Everything, with variables of groups handed down to their hosts. */
  listing(): Listing;
}

interface Group {
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly variables: Record<string, unknown>;
}

/** Groups that every inventory has and nobody named. */
const IMPLIED: ReadonlySet<string> = new Set(['all', 'ungrouped']);
/** By hand or over SSH: the connections that lead to a host as Berth's do. */
const OVER_SSH: ReadonlySet<unknown> = new Set([
  undefined,
  null,
  'ssh',
  'smart',
  'paramiko',
  'paramiko_ssh',
  'openssh',
]);
const IGNORED_ARGUMENTS = ['ansible_ssh_common_args', 'ansible_ssh_extra_args', 'ansible_ssh_args'];
const PASSWORD = /^ansible_(?:.*_)?(?:pass|password)$/;

export function createAnsibleInventory(): AnsibleInventory {
  const groups = new Map<string, Group>();
  const hosts = new Map<string, { readonly line: number | null; readonly variables: Record<string, unknown> }>();
  const notes: { line: number | null; failure: Failure }[] = [];
  const group = (name: string): Group => {
    const known = groups.get(name) ?? { hosts: new Set(), children: new Set(), variables: record() };
    groups.set(name, known);
    return known;
  };

  /** The groups of each host: the nearest first, and those that contain them after them. */
  function groupsByHost(parents: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
    const byHost = new Map<string, string[]>();
    for (const [name, { hosts: members }] of groups) {
      for (const host of members) byHost.set(host, [...(byHost.get(host) ?? []), name]);
    }
    return new Map([...byHost].map(([host, direct]) => [host, withAncestors(direct, parents)]));
  }

  return {
    addHosts(groupName, pattern, variables, line) {
      const [, bracketed, plain = '', port] = /^(?:\[([\da-f:.]+)\]|(.*?))(?::(\d{1,5}))?$/i.exec(pattern) ?? [];
      const isIpv6 = bracketed?.includes(':') ?? false;
      const whole = (plain.match(/:/g)?.length ?? 0) > 1 && !plain.includes('[') ? pattern : (bracketed ?? plain);
      const names = isIpv6 ? [whole] : expandRanges(whole);
      if (!names) {
        notes.push({ line, failure: failure('source.not-understood', { detail: cleanText(pattern, 200) }) });
        return;
      }
      const members = group(groupName).hosts;
      for (const name of names) {
        const known = hosts.get(name);
        if (!known && hosts.size >= sourceLimits.hosts) {
          notes.push({ line, failure: tooManyHosts() });
          return;
        }
        members.add(name);
        // `box:2222` says it of the host itself, which wins over its groups.
        const said = record(whole === pattern || port === undefined ? {} : { ansible_port: port }, variables);
        if (known) Object.assign(known.variables, said);
        else hosts.set(name, { line, variables: said });
      }
    },
    addChild(parent, child) {
      group(parent).children.add(child);
      group(child);
    },
    addVariables(name, variables) {
      Object.assign(group(name).variables, variables);
    },
    note: (line, found) => notes.push({ line, failure: found }),
    listing() {
      const parents = parentsOf(groups);
      const depths = new Map([...groups.keys()].map((name) => [name, depthOf(name, parents)]));
      const byHost = groupsByHost(parents);
      const listed: ListedHost[] = [];
      const skipped = new Map<string, { line: number | null; count: number }>();
      for (const [name, { line, variables }] of hosts) {
        const memberOf = byHost.get(name) ?? [];
        // Deeper groups win, then later names, then the host itself: as Ansible merges them.
        const inherited = ['all', ...memberOf.filter((one) => one !== 'all')].sort(
          (a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0) || (a < b ? -1 : a > b ? 1 : 0),
        );
        const merged = record(...inherited.map((one) => groups.get(one)?.variables ?? {}), variables);
        for (const what of notFollowed(merged)) {
          const before = skipped.get(what);
          skipped.set(what, { line: before ? before.line : line, count: (before?.count ?? 0) + 1 });
        }
        const host = connectionOf(name, merged);
        if (host) listed.push({ ...host, line, groups: memberOf.filter((one) => !IMPLIED.has(one)) });
      }
      // Once for each kind: thousands of hosts inherit the same variable.
      const more = [...skipped].map(([what, { line, count }]) => ({
        line,
        failure: failure('source.skipped', { what: count === 1 ? what : `${what} (of ${count} hosts)` }),
      }));
      return { hosts: listed, notes: [...notes, ...more] };
    },
  };
}

/** Null: it is not reached over SSH. */
function connectionOf(name: string, variables: AnsibleVariables): Omit<ListedHost, 'line' | 'groups'> | null {
  if (!OVER_SSH.has(variables['ansible_connection'])) return null;
  const text = (...names: readonly string[]) => {
    const value = names.map((one) => variables[one]).find((one) => typeof one === 'string' || typeof one === 'number');
    return value === undefined || isTemplate(value) || String(value).trim() === '' ? null : String(value).trim();
  };
  const number = Number(text('ansible_port', 'ansible_ssh_port') ?? Number.NaN);
  return {
    name,
    address: text('ansible_host', 'ansible_ssh_host') ?? name,
    port: Number.isInteger(number) ? number : null,
    user: text('ansible_user', 'ansible_ssh_user'),
    keyFile: text('ansible_ssh_private_key_file', 'ansible_private_key_file'),
  };
}

/** What of the variables would change the way to the host, and is not taken over. */
function notFollowed(variables: AnsibleVariables): readonly string[] {
  const found = IGNORED_ARGUMENTS.filter((name) => variables[name] !== undefined);
  if (!OVER_SSH.has(variables['ansible_connection'])) {
    found.push(
      `ansible_connection=${cleanText(String(variables['ansible_connection']), 40)}: hosts that are not reached over SSH`,
    );
  }
  for (const [name, value] of Object.entries(variables)) {
    if (PASSWORD.test(name)) found.push(`${name}: passwords are asked for`);
    else if (/^ansible_(?:ssh_)?(?:host|port|user|private_key_file)$/.test(name) && isTemplate(value)) {
      found.push(`the template in ${name}`);
    }
  }
  return found;
}

function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && /\{\{|\{%/.test(value);
}

function parentsOf(groups: ReadonlyMap<string, Group>): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const [name, { children }] of groups) {
    for (const child of children) parents.set(child, [...(parents.get(child) ?? []), name]);
  }
  return parents;
}

/** The longest way up; a circle counts once. */
function depthOf(name: string, parents: ReadonlyMap<string, readonly string[]>, below: readonly string[] = []): number {
  if (name === 'all' || below.includes(name) || below.length > 32) return 0;
  const above = (parents.get(name) ?? []).map((parent) => depthOf(parent, parents, [...below, name]));
  return 1 + Math.max(0, ...above);
}

function withAncestors(direct: readonly string[], parents: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = new Set<string>();
  let level = direct;
  while (level.length > 0) {
    for (const name of level) found.add(name);
    level = level.flatMap((name) => parents.get(name) ?? []).filter((name) => !found.has(name));
  }
  return [...found];
}

/** Names come from a file: none of them may be `__proto__`. */
function record(...parts: readonly AnsibleVariables[]): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, ...parts) as Record<string, unknown>;
}
