import type { ConnectionPath } from '../../../shared/model/connection-path.ts';
import type { ConnectionState } from '../../../shared/model/connection.ts';
import type { ConnectChoices } from '../../../shared/model/group.ts';
import { byWords } from '../../parts/connect-options.ts';

/** The way of an open connection; null where none is open. */
export function pathOf(connection: ConnectionState): ConnectionPath | null {
  return connection.kind === 'connected' ? (connection.path ?? null) : null;
}

const names = { 'built-in': 'Built in', openssh: 'OpenSSH’s own client' } as const;

/** Who makes the connection, and why that one. `path` null: not connected, so that only the wish is known. */
export function transportWords(
  { value, by }: ConnectChoices['transport'],
  group: string | null,
  path: ConnectionPath | null,
): { readonly name: string; readonly why: string } {
  const who = byWords(by, group);
  if (!path) {
    return value === 'auto'
      ? { name: 'Automatic', why: `Built in where that can do what the ssh configuration asks, else OpenSSH (${who}).` }
      : { name: names[value], why: `Always (${who}).` };
  }
  const name = names[path.transport];
  switch (path.reason) {
    case 'fixed':
      // What is open stays as it was made.
      return {
        name,
        why: value === path.transport ? `Always (${who}).` : 'Set otherwise since: from the next connection on.',
      };
    case 'enough':
      return { name, why: `Automatic (${who}): it can do all that the ssh configuration asks.` };
    case 'needed':
      return { name, why: `Automatic (${who}): only it can do what is asked: ${path.needs.join(', ')}.` };
  }
}

/** Who read the ssh configuration for a connection. */
export function resolverWords(by: ConnectionPath['resolvedBy']): { readonly name: string; readonly why: string } {
  switch (by) {
    case 'ssh -G':
      return { name: 'ssh -G', why: 'The ssh configuration as ssh itself reads it.' };
    case 'built-in':
      return { name: 'Berth’s own reader', why: 'There is no ssh here to be asked; it knows the usual keywords.' };
    case 'none':
      return { name: 'The host’s own fields', why: 'No ssh configuration is read in this workspace.' };
  }
}

/** The jump hosts on the way, for a line; null: there are none. */
export function viaWords({ hops, proxyCommand }: ConnectionPath): string | null {
  const jumps = hops.slice(0, -1).map(({ name }) => name);
  if (jumps.length > 0) return jumps.join(' and ');
  return proxyCommand === null ? null : 'a ProxyCommand';
}
