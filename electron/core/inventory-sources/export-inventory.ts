import type { Host } from '../../../shared/model/host.ts';
import type { ExportedInventory, ExportFormat } from '../../../shared/model/source.ts';
import { formatAddress } from '../../../shared/parse/address.ts';
import { isAlias } from '../../../shared/parse/ssh-alias.ts';
import { cleanText } from '../../../shared/parse/text.ts';

/** A host with a name that is one word, and unique among those exported. */
interface Named {
  readonly alias: string;
  readonly host: Host;
}

const FILE_NAMES: Readonly<Record<ExportFormat, string>> = {
  'ssh-config': 'berth.ssh-config',
  'ansible-ini': 'berth-inventory.ini',
  'ansible-yaml': 'berth-inventory.yaml',
  list: 'berth-hosts.txt',
  json: 'berth-hosts.json',
};

/** Writes hosts in a format that others read. What is null in a host is left out, so that the reader's own configuration decides. */
export async function exportInventory(hosts: readonly Host[], format: ExportFormat): Promise<ExportedInventory> {
  const { named, leftOut } = nameAll(hosts, format);
  return { fileName: FILE_NAMES[format], text: await write(named, format), hosts: named.length, leftOut };
}

async function write(named: readonly Named[], format: ExportFormat): Promise<string> {
  switch (format) {
    case 'ssh-config':
      return named.map(sshHost).join('\n');
    case 'ansible-ini':
      return ansibleIni(named);
    case 'ansible-yaml': {
      // Loaded when it is needed: a start of Berth does without.
      const { stringify } = await import('yaml');
      return stringify(ansibleTree(named));
    }
    case 'list':
      return named.map(({ host }) => `${formatAddress(host)}\n`).join('');
    case 'json':
      return `${JSON.stringify({ version: 1, hosts: named.map(({ host }) => jsonHost(host)) }, null, 2)}\n`;
  }
}

/** Hosts that a format cannot hold are left out by name: a half-true entry would lead elsewhere. */
function nameAll(hosts: readonly Host[], format: ExportFormat): { named: readonly Named[]; leftOut: string[] } {
  const taken = new Set<string>();
  const named: Named[] = [];
  const leftOut: string[] = [];
  for (const host of hosts) {
    if (!fits(host, format)) {
      leftOut.push(host.name);
      continue;
    }
    const alias = aliasOf(host, taken);
    taken.add(alias.toLowerCase());
    named.push({ alias, host });
  }
  return { named, leftOut };
}

function fits({ keyFile }: Host, format: ExportFormat): boolean {
  // An environment variable cannot be quoted in an ssh configuration, nor a template in an inventory.
  if (format === 'ssh-config') return keyFile === null || !/\$\{|"/.test(keyFile);
  return format === 'list' || format === 'json' || keyFile === null || !/\{\{|\{%|["']/.test(keyFile);
}

/** The name it was imported as comes back as such; else Berth's own, as one word that no format gives a meaning to. */
function aliasOf({ name, address, source }: Host, taken: ReadonlySet<string>): string {
  const word = name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  const wishes = [...(source?.kind === 'ssh-config' ? [address] : []), word, address];
  const fitting = wishes.find((wish) => isAlias(wish) && !/[:%=+]/.test(wish) && !taken.has(wish.toLowerCase()));
  if (fitting !== undefined) return fitting;
  for (let number = 2; ; number += 1) {
    const numbered = `${word === '' ? 'host' : word}-${number}`;
    if (!taken.has(numbered.toLowerCase())) return numbered;
  }
}

function sshHost({ alias, host }: Named): string {
  const { name, address, port, user, keyFile, group, tags, note } = host;
  const about = [name === alias ? '' : name, group ?? '', ...tags.map((tag) => `#${tag}`), note].filter(
    (part) => part !== '',
  );
  return [
    ...(about.length > 0 ? [`# ${cleanText(about.join(' · '), 400)}`] : []),
    `Host ${alias}`,
    // The way to `web` that an ssh configuration knows must not become a way to the DNS name `web`.
    ...(address === alias ? [] : [`  HostName ${address.replaceAll('%', '%%')}`]),
    ...(port === null ? [] : [`  Port ${port}`]),
    ...(user === null ? [] : [`  User ${user}`]),
    ...(keyFile === null ? [] : [`  IdentityFile "${keyFile.replaceAll('%', '%%').replaceAll('\\', '\\\\')}"`]),
    '',
  ].join('\n');
}

function ansibleIni(named: readonly Named[]): string {
  const line = (one: Named) =>
    [one.alias, ...Object.entries(ansibleVariables(one)).map(([key, value]) => `${key}=${iniValue(value)}`)].join(' ');
  const { ungrouped, groups } = byGroup(named);
  const sections = [...groups].map(([group, hosts]) => `[${group}]\n${hosts.map(line).join('\n')}\n`);
  return [...(ungrouped.length > 0 ? [`${ungrouped.map(line).join('\n')}\n`] : []), ...sections].join('\n');
}

function iniValue(value: string | number): string {
  const text = String(value);
  return /^[\w@%+:,./~-]+$/.test(text) ? text : `"${text.replaceAll('\\', '\\\\')}"`;
}

function ansibleTree(named: readonly Named[]): unknown {
  const hosts = (list: readonly Named[]) => Object.fromEntries(list.map((one) => [one.alias, ansibleVariables(one)]));
  const { ungrouped, groups } = byGroup(named);
  return {
    all: {
      ...(ungrouped.length > 0 ? { hosts: hosts(ungrouped) } : {}),
      ...(groups.size > 0
        ? { children: Object.fromEntries([...groups].map(([group, list]) => [group, { hosts: hosts(list) }])) }
        : {}),
    },
  };
}

function ansibleVariables({ alias, host }: Named): Record<string, string | number> {
  const { address, port, user, keyFile } = host;
  return {
    ...(address === alias ? {} : { ansible_host: address }),
    ...(port === null ? {} : { ansible_port: port }),
    ...(user === null ? {} : { ansible_user: user }),
    ...(keyFile === null ? {} : { ansible_ssh_private_key_file: keyFile }),
  };
}

/** Names of groups are Python's identifiers to Ansible; two that become the same are one. */
function byGroup(named: readonly Named[]): {
  ungrouped: readonly Named[];
  groups: ReadonlyMap<string, readonly Named[]>;
} {
  const groups = new Map<string, Named[]>();
  for (const one of named) {
    if (one.host.group === null) continue;
    const group = one.host.group.replaceAll(/[^\p{L}\p{N}_]+/gu, '_').replace(/^(?=\p{N})|^(?:all|ungrouped)$/u, '_$&');
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return { ungrouped: named.filter(({ host }) => host.group === null), groups };
}

function jsonHost({ name, address, port, user, keyFile, group, tags, note, transport, privilege }: Host): unknown {
  return { name, address, port, user, keyFile, group, tags, note, transport, privilege };
}
