import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import { checkHostInput } from '../../../shared/logic/host-input.ts';
import type { HostInput } from '../../../shared/model/host.ts';
import { hostLimits } from '../../../shared/model/host-limits.ts';
import { sourceLimits, type Discovery, type FoundHost, type SourcePlace } from '../../../shared/model/source.ts';
import { parseAnsibleIni } from '../../../shared/parse/ansible-inventory-ini.ts';
import { parseHostList, type ListedHost, type Listing } from '../../../shared/parse/host-list.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import { discoverSshHosts } from '../ssh-config/discover-hosts.ts';
import type { SshConfig } from '../ssh-config/ssh-config.ts';
import { commandLabel, runInventoryCommand } from './run-inventory-command.ts';

/** What reading a source needs of the workstation. `sshConfig` null: there is none, as in the demo. */
export interface PlaceContext {
  readonly sshConfig: SshConfig | null;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What stands at a place now. */
export interface Reading extends Discovery {
  /** Files that should have been read and could not: hosts from them are not known to be gone. */
  readonly unread: readonly string[];
  /** Files and folders that tell of a change, for watching. */
  readonly watched: readonly string[];
}

/** Reads a source. Rejects with BerthError `source.*` when nothing of it can be read; parts are told in `problems`. */
export async function readPlace(place: SourcePlace, context: PlaceContext): Promise<Reading> {
  if (place.kind === 'ssh-config') {
    const config = await context.sshConfig?.fresh();
    if (!config) return { hosts: [], leftOut: [], problems: [], files: [], unread: [], watched: [] };
    return { ...discoverSshHosts(config), unread: config.unread, watched: [...config.watched.keys()] };
  }
  const file = fileOf(place, context.home);
  const listing = place.kind === 'command' ? await readCommand(place.words, context) : await readText(place.kind, file);
  return {
    hosts: listing.hosts.map((host) => toFound(host, file, place.kind)),
    leftOut: [],
    problems: listing.notes.map((note) => ({ ...note, file })),
    files: place.kind === 'command' ? [] : [file],
    unread: [],
    watched: place.kind === 'command' ? [] : [file],
  };
}

/** What `HostSource.file` is for hosts of a place that has one: an absolute path, or the command. */
export function fileOf(place: Exclude<SourcePlace, { kind: 'ssh-config' }>, home: string): string {
  if (place.kind === 'command') return commandLabel(place.words);
  const path = place.file.startsWith('~/') ? join(home, place.file.slice(2)) : place.file;
  if (!isAbsolute(path)) throw new BerthError('source.unreadable', { file: path, detail: 'the path is not absolute' });
  return path;
}

async function readCommand(words: readonly string[], { env, home }: PlaceContext): Promise<Listing> {
  const { readInventoryJson } = await import('../../../shared/parse/host-list-json.ts');
  const listing = readInventoryJson(await runInventoryCommand(words, { env, cwd: home }));
  if (!listing) throw notAnInventory(commandLabel(words), 'it is neither an object nor a list');
  return listing;
}

async function readText(kind: 'ansible' | 'list', file: string): Promise<Listing> {
  const text = await readBounded(file);
  const isJson = /^\s*[[{]/.test(text) && parsesAsJson(text);
  if (kind === 'list') {
    const { readInventoryJson } = await import('../../../shared/parse/host-list-json.ts');
    const listing = isJson ? readInventoryJson(JSON.parse(text)) : parseHostList(text);
    if (!listing) throw notAnInventory(file, 'it is neither an object nor a list');
    return listing;
  }
  if (text.startsWith('#!')) throw notAnInventory(file, 'it is a program; import it as a command');
  if (!isJson && !looksLikeYaml(file, text)) return parseAnsibleIni(text);
  // Loaded when they are needed: a start of Berth does without.
  const { readAnsibleList, readAnsibleYaml } = await import('../../../shared/parse/ansible-inventory-tree.ts');
  if (isJson) return readAnsibleList(JSON.parse(text) as Record<string, unknown>);
  const { readYaml } = await import('./read-yaml.ts');
  try {
    const { data, lineOf } = readYaml(text);
    const listing = readAnsibleYaml(data, lineOf);
    if (listing) return listing;
  } catch (error) {
    throw notAnInventory(file, cleanText(error instanceof Error ? error.message : String(error), 300), error);
  }
  throw notAnInventory(file, 'it has no groups');
}

async function readBounded(file: string): Promise<string> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new BerthError('source.unreadable', { file, detail: 'it is not a file' });
    if (found.size > sourceLimits.bytes) {
      throw new BerthError('source.too-large', { detail: `${file} has more than ${sourceLimits.bytes >> 20} MiB` });
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof BerthError) throw error;
    const detail = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new BerthError('source.unreadable', { file, detail }, error);
  }
}

/** As Ansible: by the name; without one that tells, by the first line that says something. */
function looksLikeYaml(file: string, text: string): boolean {
  if (/\.ya?ml$/i.test(file)) return true;
  if (/\.(?:ini|cfg)$/i.test(file)) return false;
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^\s*[#;]/.test(line)) ?? '';
  return /^(?:---|["']?[\w.-]+["']?:\s*(?:#.*)?$)/.test(first.trimEnd());
}

function parsesAsJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function notAnInventory(file: string, detail: string, cause?: unknown): BerthError {
  return new BerthError('source.format', { file, detail }, cause);
}

/** A listed host as it goes to a page: within the limits, and with the reason when it cannot be taken. */
function toFound(host: ListedHost, file: string, kind: 'ansible' | 'list' | 'command'): FoundHost {
  const { name, line, address, port, user, keyFile, groups } = host;
  const group = groups[0] ?? null;
  const refusal = refusalOf({ ...host, group }, { kind, file, line, name });
  return {
    file,
    line,
    name: cleanText(name, 255),
    address: cleanText(address, hostLimits.address),
    port: refusal?.code === 'input.port-invalid' ? null : port,
    user: user === null ? null : cleanText(user, hostLimits.user),
    keyFile: keyFile === null ? null : cleanText(keyFile, hostLimits.keyFile),
    group: group === null ? null : cleanText(group, hostLimits.group),
    groups: groups.map((one) => cleanText(one, 200)),
    hostId: null,
    refusal,
  };
}

function refusalOf(
  says: Pick<HostInput, 'name' | 'address' | 'port' | 'user' | 'keyFile' | 'group'>,
  source: NonNullable<HostInput['source']>,
): Failure | null {
  if (says.name.length > 255) return failure('input.text-too-long', { max: 255 });
  const { name, address, port, user, keyFile, group } = says;
  const input = { name: name.slice(0, hostLimits.name), address, port, user, keyFile, group };
  // The worst first: an address, or a port, that is none.
  const found = checkHostInput({ ...input, tags: [], note: '', source }, []);
  return found === null ? null : (found.port ?? Object.values(found)[0] ?? null);
}
