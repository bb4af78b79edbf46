import { failure } from '../../../shared/errors/failure.ts';
import { checkHostInput } from '../../../shared/logic/host-input.ts';
import type { Host, HostInput, HostSource } from '../../../shared/model/host.ts';
import { hostLimits } from '../../../shared/model/host-limits.ts';
import type { FoundHost, ImportResult, SourceChanges, SourcePlace, SourceSays } from '../../../shared/model/source.ts';
import type { InventoryChange } from '../hosts/inventory.ts';
import type { Reading } from './read-place.ts';

/** What a source said of its entries when they were last looked at; null: an entry that was not taken. */
export type Seen = ReadonlyMap<string, SourceSays | null>;

/** Everything that decides what a source means for the inventory. */
export interface ImportState {
  readonly place: SourcePlace;
  /** `HostSource.file` of its hosts; null where they come from several. */
  readonly file: string | null;
  /** Where new hosts go; null: the groups of the source. */
  readonly group: string | null;
  readonly reading: Reading;
  readonly seen: Seen;
}

export interface ImportPlan extends InventoryChange {
  readonly seen: Seen;
  /** By the ids of hosts; those that will be added have none yet. */
  readonly result: Pick<ImportResult, 'updated' | 'unchanged' | 'refused'>;
}

const FIELDS = ['address', 'port', 'user', 'keyFile', 'group'] as const satisfies readonly (keyof SourceSays)[];

/**
 * What taking these entries means for the inventory. Only what the source itself has changed is changed in a host: what a person
 * said of it since, its name, tags and note stay. A host with the same target that nobody imported becomes the source's.
 */
export function planImport(state: ImportState, names: ReadonlySet<string> | 'all', hosts: readonly Host[]): ImportPlan {
  const own = hostsOf(state, hosts);
  const others = new Map(hosts.filter(({ source }) => source === null).map((host) => [targetKey(host), host]));
  const taken = new Set(hosts.map(({ name }) => name.toLowerCase()));
  const add: HostInput[] = [];
  const update = new Map<string, Partial<HostInput>>();
  const result = { updated: [] as string[], unchanged: [] as string[], refused: [] as ImportResult['refused'] };
  const seen = new Map<string, SourceSays | null>();

  for (const found of state.reading.hosts) {
    const { name, file, line, refusal } = found;
    const says = saysOf(found, state.group);
    const before = state.seen.get(name) ?? null;
    const isWanted = names === 'all' || names.has(name);
    seen.set(name, isWanted && refusal === null ? says : before);
    if (!isWanted) continue;
    if (refusal !== null) {
      result.refused.push({ name, file, line, failure: refusal });
      continue;
    }
    const source: HostSource = { kind: state.place.kind, file, line, name };
    const known = own.get(name) ?? others.get(targetKey(says));
    if (!known) {
      add.push({ ...says, name: freeName(name, taken), tags: [], note: '', source });
      continue;
    }
    const fields =
      known.source === null
        ? { ...(known.group === null ? { group: says.group } : {}) }
        : changedFields(known, says, before);
    const isChanged = known.source === null || Object.keys(fields).length > 0;
    if (isChanged || !isSamePlace(known.source, found)) update.set(known.id, { ...fields, source });
    result[isChanged ? 'updated' : 'unchanged'].push(known.id);
  }
  if (names !== 'all') {
    for (const name of names) {
      if (!seen.has(name)) {
        result.refused.push({
          name,
          file: state.file ?? '',
          line: null,
          failure: failure('source.name-unknown', { value: name }),
        });
      }
    }
  }
  return { add, update, seen, result };
}

/** What became of a source since it was last taken over. */
export function sourceChanges(state: ImportState, hosts: readonly Host[]): SourceChanges {
  const own = hostsOf(state, hosts);
  const there = new Set(state.reading.hosts.map(({ name }) => name));
  const files = new Set(state.reading.files);
  const changes: SourceChanges = { added: [], changed: [], gone: [] };
  for (const found of state.reading.hosts) {
    const host = own.get(found.name);
    if (!host) {
      if (!state.seen.has(found.name) && found.refusal === null) changes.added.push(found);
      continue;
    }
    const fields = changedFields(host, saysOf(found, state.group), state.seen.get(found.name) ?? null);
    if (Object.keys(fields).length === 0 || found.refusal !== null) continue;
    changes.changed.push({ hostId: host.id, name: host.name, file: found.file, line: found.line, fields });
  }
  for (const [name, { id, name: called, source }] of own) {
    // What stood in a file that cannot be read now may well still be there.
    const isKnownToBeGone = state.reading.unread.length === 0 || (source !== null && files.has(source.file));
    if (there.has(name) || !source || !isKnownToBeGone) continue;
    changes.gone.push({ hostId: id, name: called, was: { file: source.file, line: source.line } });
  }
  return changes;
}

/** Hosts whose entries have moved to another line or file, with where they are now. Nothing of a person's changes by that. */
export function movedHosts(state: ImportState, hosts: readonly Host[]): ReadonlyMap<string, Partial<HostInput>> {
  const own = hostsOf(state, hosts);
  const moved = new Map<string, Partial<HostInput>>();
  for (const found of state.reading.hosts) {
    const host = own.get(found.name);
    if (!host || isSamePlace(host.source, found)) continue;
    moved.set(host.id, { source: { kind: state.place.kind, file: found.file, line: found.line, name: found.name } });
  }
  return moved;
}

/** The hosts of the inventory that came from a source, by their names there. */
export function hostsOf(
  { place, file }: Pick<ImportState, 'place' | 'file'>,
  hosts: readonly Host[],
): Map<string, Host> {
  const own = new Map<string, Host>();
  for (const host of hosts) {
    const { source } = host;
    if (source?.kind === place.kind && (file === null || source.file === file)) own.set(source.name, host);
  }
  return own;
}

/** What the source has changed, of fields that still have the value it gave them. */
function changedFields(host: Host, says: SourceSays, before: SourceSays | null): Partial<SourceSays> {
  if (!before) return {};
  const changed = FIELDS.filter(
    // A group is left by no source: without one it only says nothing.
    (field) =>
      says[field] !== before[field] && host[field] === before[field] && !(field === 'group' && says.group === null),
  );
  return Object.fromEntries(changed.map((field) => [field, says[field]]));
}

function saysOf({ address, port, user, keyFile, group }: FoundHost, chosen: string | null): SourceSays {
  return { address, port, user, keyFile, group: chosen ?? group };
}

function targetKey({ address, port, user }: Pick<SourceSays, 'address' | 'port' | 'user'>): string {
  return JSON.stringify([address.toLowerCase(), port, user]);
}

function isSamePlace(source: HostSource | null, found: FoundHost): boolean {
  return source?.file === found.file && source.line === found.line;
}

/** The name of the source, or the first that is free with a number after it; taken from then on. */
function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted.slice(0, hostLimits.name);
  for (let number = 2; taken.has(name.toLowerCase()); number += 1)
    name = `${wanted.slice(0, hostLimits.name - 8)} ${number}`;
  taken.add(name.toLowerCase());
  return name;
}

/** Whether a group that somebody chose is one. */
export function isGroupName(group: string | null): boolean {
  if (group === null) return true;
  const input = { name: 'x', address: 'x', port: null, user: null, keyFile: null, group, tags: [], note: '' };
  return group.trim() !== '' && checkHostInput({ ...input, source: null }, []) === null;
}
