import { failure, type Failure } from '../errors/failure.ts';
import type { HostInput } from '../model/host.ts';
import { hostLimits } from '../model/host-limits.ts';
import { isAlias } from '../parse/ssh-alias.ts';
import { formatAddress, isAddress, isUserName, type Address } from '../parse/address.ts';

/** What is wrong with a host that someone wants to add or change, at the field where it is wrong. */
export type HostInputFailures = Partial<Record<keyof HostInput, Failure>>;

// One word that can stand in a filter without quotes: letters and digits of any script, dots, dashes, underscores.
const TAG = /^[\p{L}\p{N}_.][\p{L}\p{N}_.-]*$/u;

const LINE_NOTE = /[^\P{Cc}\n\r\t]/u;
const CONTROL = /\p{Cc}/u;

/**
 * Checks what the user says about a host against the limits and the names of the other hosts; null when all is well.
 * The page asks while someone types, the core before it writes.
 */
export function checkHostInput(
  input: HostInput,
  otherHosts: Iterable<{ readonly name: string }>,
): HostInputFailures | null {
  const failures: HostInputFailures = {};
  const check = (field: keyof HostInput, found: Failure | null) => {
    if (found) failures[field] = found;
  };
  check('name', checkName(input.name, otherHosts));
  check('address', checkAddress(input));
  check('port', checkPort(input.port));
  check('user', input.user === null || isUserName(input.user) ? null : badUser(input.user));
  check('keyFile', input.keyFile === null ? null : checkText(input.keyFile, hostLimits.keyFile));
  check('group', input.group === null ? null : checkText(input.group, hostLimits.group));
  check('tags', checkTags(input.tags));
  check('note', checkText(input.note, hostLimits.note, LINE_NOTE));
  return Object.keys(failures).length > 0 ? failures : null;
}

/** A host from an address that someone typed, with a name that is not taken: the address, if need be with user, port or a number. */
export function hostInputFromAddress(address: Address, otherHosts: Iterable<{ readonly name: string }>): HostInput {
  const taken = new Set([...otherHosts].map(({ name }) => nameKey(name)));
  const base = address.address.slice(0, hostLimits.name);
  const candidates = [base, formatAddress({ ...address, user: null }), formatAddress(address)];
  let name = candidates.find((candidate) => isFree(candidate, taken));
  for (let number = 2; name === undefined; number += 1) {
    const numbered = `${base.slice(0, hostLimits.name - 8)} ${number}`;
    if (isFree(numbered, taken)) name = numbered;
  }
  return { name, ...address, keyFile: null, group: null, tags: [], note: '', source: null };
}

function isFree(name: string, taken: ReadonlySet<string>): boolean {
  return name.length <= hostLimits.name && !taken.has(nameKey(name));
}

/** Names that differ in case only would be mistaken for each other. */
function nameKey(name: string): string {
  return name.trim().toLowerCase();
}

function checkName(name: string, otherHosts: Iterable<{ readonly name: string }>): Failure | null {
  if (name.trim() === '') return failure('input.name-empty');
  const found = checkText(name, hostLimits.name);
  if (found) return found;
  for (const other of otherHosts) {
    if (nameKey(other.name) === nameKey(name)) return failure('input.name-taken', { value: other.name });
  }
  return null;
}

function checkAddress({ address, source }: Pick<HostInput, 'address' | 'source'>): Failure | null {
  if (address === '') return failure('input.address-empty');
  const tooLong = checkText(address, hostLimits.address);
  if (tooLong) return tooLong;
  // What a file calls a host may be a name that only the ssh configuration knows; from a person it would rather be a slip.
  const isFine = source === null ? isAddress(address) : isAlias(address);
  return isFine ? null : failure('input.address-invalid', { value: address });
}

function badUser(user: string): Failure {
  return checkText(user, hostLimits.user) ?? failure('input.user-invalid', { value: user });
}

function checkTags(tags: readonly string[]): Failure | null {
  if (tags.length > hostLimits.tags) return failure('input.too-many-tags', { max: hostLimits.tags });
  for (const tag of tags) {
    const tooLong = checkText(tag, hostLimits.tag);
    if (tooLong) return tooLong;
    if (!TAG.test(tag)) return failure('input.tag-invalid', { value: tag });
  }
  return null;
}

function checkText(text: string, max: number, forbidden = CONTROL): Failure | null {
  if (text.length > max) return failure('input.text-too-long', { max });
  return forbidden.test(text) ? failure('input.control-characters') : null;
}

function checkPort(port: number | null): Failure | null {
  if (port === null || (Number.isInteger(port) && port >= 1 && port <= 65535)) return null;
  return failure('input.port-invalid', { value: port });
}
