import { failure, type Failure } from '../errors/failure.ts';
import { sourceLimits } from '../model/source.ts';
import { formatAddress, parseAddress } from './address.ts';

/** A host as a source names it, unchecked. `line` counts from 1; null where the format has none. What is null was not said. */
export interface ListedHost {
  /** Unique in its source. */
  readonly name: string;
  readonly line: number | null;
  readonly address: string;
  readonly port: number | null;
  readonly user: string | null;
  readonly keyFile: string | null;
  /** The nearest first. */
  readonly groups: readonly string[];
}

/** What a source lists, in its order, and what of it was not understood or not taken. */
export interface Listing {
  readonly hosts: readonly ListedHost[];
  readonly notes: readonly { readonly line: number | null; readonly failure: Failure }[];
}

/**
 * Reads a plain list: an address a line, as `box`, `admin@box:2222` or `ssh://admin@[2001:db8::1]:22`. Empty lines and what follows
 * a `#` say nothing; an address that comes again neither.
 */
export function parseHostList(text: string): Listing {
  const hosts = new Map<string, ListedHost>();
  const names = new Set<string>();
  const notes: { line: number | null; failure: Failure }[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const words = raw.replace(/(?:^|\s)#.*$/s, '').trim();
    if (words === '') continue;
    if (hosts.size >= sourceLimits.hosts) {
      notes.push({ line, failure: tooManyHosts() });
      break;
    }
    const address = parseAddress(words);
    if (!address.ok) {
      notes.push({ line, failure: address.failure });
      continue;
    }
    const whole = formatAddress(address.value);
    if (hosts.has(whole)) continue;
    // The address alone where that tells the hosts apart, as people would call them.
    const name = names.has(address.value.address) ? whole : address.value.address;
    names.add(name);
    hosts.set(whole, { name, line, ...address.value, keyFile: null, groups: [] });
  }
  return { hosts: [...hosts.values()], notes };
}

export function tooManyHosts(): Failure {
  return failure('source.too-large', { detail: `more than ${sourceLimits.hosts} hosts` });
}
