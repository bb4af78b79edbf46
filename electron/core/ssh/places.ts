import { BerthError } from '../../../shared/errors/failure.ts';
import type { ConnectionHop, ConnectionPath } from '../../../shared/model/connection-path.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import type { SshPlace, SshTarget } from './ssh-connection.ts';
import type { SshRoute } from './ssh-route.ts';

/** The jump hosts on the way to a host. */
export function jumpPlaces(target: SshTarget, { jumps }: SshRoute): readonly SshPlace[] {
  return jumps.map((route) => {
    const { address, port, user, wish } = route;
    const name = `${wish.address}, on the way to ${target.name}`;
    return { hostId: target.hostId, name, address, port, user, keyFile: null, hop: wish.address, route };
  });
}

/** The host itself. */
export function hostPlace({ hostId, name, keyFile }: SshTarget, route: SshRoute): SshPlace {
  const { address, port, user } = route;
  return { hostId, name, address, port, user, keyFile, hop: null, route };
}

/** What makes one connection to a jump host as good as another: who logs in where, with what, and through what. */
export function chainKey(places: readonly SshPlace[]): string {
  return JSON.stringify(
    places.map(({ address, port, user, route }) => {
      const { hostKeyName, keyFiles, certificateFiles, agentSocket, wish, proxyCommand } = route;
      return [address, port, user, hostKeyName, keyFiles, certificateFiles, agentSocket, wish, proxyCommand];
    }),
  );
}

/** A place as the path of a connection shows it. */
export function pathHop({ address, port, user, route }: SshPlace, hostKey: ConnectionHop['hostKey']): ConnectionHop {
  return { name: route.wish.address, address, port, user, hostKey };
}

/** Who read the ssh configuration for these hops, and what of it was left out. */
export function resolution(places: readonly SshPlace[]): Pick<ConnectionPath, 'resolvedBy' | 'notUnderstood'> {
  const notUnderstood = new Map(
    places.flatMap(({ route }) => route.notUnderstood.map((line) => [JSON.stringify(line), line])),
  );
  return { resolvedBy: places.at(-1)?.route.resolvedBy ?? 'none', notUnderstood: [...notUnderstood.values()] };
}

/** The same failure, which names the jump host that it happened at. */
export function atHop(error: unknown, { hop }: SshPlace): unknown {
  if (hop === null || !(error instanceof BerthError) || error.failure.code === 'ssh.cancelled') return error;
  const { failure } = error;
  return BerthError.of({ ...failure, params: { hop, ...failure.params } }, error);
}

/** Why an SSH server opens no channel (RFC 4254, 5.1). */
const PROHIBITED = 1;
const DETAIL_LENGTH = 200;

/** The failure of a jump host to pass a connection on; `reason` and `text` as it gave them. */
export function forwardFailure(
  jump: SshPlace,
  address: string,
  port: number,
  reason: number,
  text: string,
): BerthError {
  const via = { hop: jump.hop ?? jump.name, address, port, user: jump.user };
  if (reason === PROHIBITED) return new BerthError('ssh.forward-refused', via);
  const detail = cleanText(text.replace(/^.*Channel open failure: /s, ''), DETAIL_LENGTH);
  return new BerthError('ssh.forward-failed', { ...via, detail });
}
