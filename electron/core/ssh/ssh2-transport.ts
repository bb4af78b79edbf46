import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { HandshakeBudget } from './handshake-budget.ts';
import { createJumpHosts, type JumpLease } from './jump-hosts.ts';
import { createKeyRing } from './key-ring.ts';
import { atHop, chainKey, hostPlace, jumpPlaces, pathHop, resolution } from './places.ts';
import { createSsh2Connection, type Ssh2Connection } from './ssh2-connection.ts';
import { keyParser } from './ssh2-keys.ts';
import { loginSsh2, type Ssh2LoginOptions } from './ssh2-login.ts';
import { lackingAlgorithms } from './ssh2-algorithms.ts';
import type { BuiltInTransport, ConnectManners, SshPlace, Way } from './ssh-connection.ts';

/** From the first packet to being logged in, without the time the user thinks. Two packets lost on the way fit in. */
const READY_TIMEOUT_MS = 15_000;

const FAMILIES = { any: 0, inet: 4, inet6: 6 } as const;

export interface Ssh2TransportOptions extends Omit<Ssh2LoginOptions, 'keyRing' | 'readyTimeoutMs'> {
  readonly budget: HandshakeBudget;
  readonly readyTimeoutMs?: number | undefined;
  /** How often a connection is asked for a sign of life. */
  readonly keepaliveMs?: number | undefined;
}

/**
 * The built-in transport: ssh2, in this process. Each jump host on the way has a handshake of its own, with its own user, keys and
 * host key; one connection to it carries all that goes through it.
 */
export function createSsh2Transport(options: Ssh2TransportOptions): BuiltInTransport {
  const keyRing = createKeyRing(keyParser);
  const { budget } = options;
  const jumps = createJumpHosts<Ssh2Connection>();
  // What is forgotten opens nothing any more.
  const stopForgetting = options.remembered?.secrets.onForgotten(({ owner }) => {
    if (owner.kind === 'key-file') keyRing.close(owner.path);
  });

  /** Logs in at the last of `places`, through those before it. */
  async function logIn(
    places: readonly SshPlace[],
    about: Pick<Way, 'reason' | 'needs'>,
    signal: AbortSignal,
    manners: ConnectManners,
  ): Promise<Ssh2Connection> {
    const place = places.at(-1);
    if (!place) throw new Error('A way without an end');
    const before = await leaseJump(places.slice(0, -1), about, signal, manners);
    try {
      const key = chainKey(places.map((one) => ({ ...one, user: '' })));
      return await budget.spend(key, signal, manners.mayAsk(), async () => {
        const timeoutMs = place.route.connectTimeoutMs ?? options.readyTimeoutMs ?? READY_TIMEOUT_MS;
        const login = { ...options, keyRing, readyTimeoutMs: timeoutMs };
        const dialPlace = () => (before ? before.link.forward(place.address, place.port) : dial(place));
        const { client, stream, hostKey } = await loginSsh2(login, place, dialPlace, signal, manners);
        const hops = [...(before?.link.path.hops ?? []), pathHop(place, hostKey)];
        const path = { transport: 'built-in', ...about, hops, proxyCommand: null, ...resolution(places) } as const;
        const connection = createSsh2Connection(client, stream, place, path, options.keepaliveMs);
        if (before) connection.onClose(before.release);
        return connection;
      });
    } catch (error) {
      before?.release();
      throw atHop(error, place);
    }
  }

  async function leaseJump(
    places: readonly SshPlace[],
    about: Pick<Way, 'reason' | 'needs'>,
    signal: AbortSignal,
    manners: ConnectManners,
  ): Promise<JumpLease<Ssh2Connection> | null> {
    if (places.length === 0) return null;
    return jumps.lease(chainKey(places), signal, manners, (forAll, theirManners) =>
      logIn(places, about, forAll, theirManners),
    );
  }

  return {
    connect({ target, route, reason, needs }, signal, manners) {
      if (signal.aborted) return Promise.reject(new BerthError('ssh.cancelled', { address: route.address }));
      return logIn([...jumpPlaces(target, route), hostPlace(target, route)], { reason, needs }, signal, manners);
    },
    lacks: lackingAlgorithms,
    dispose() {
      stopForgetting?.();
      jumps.dispose();
      return Promise.resolve();
    },
  };
}

/** Node tries the addresses of a name in turn, and at once knows why none of them answers. */
function dial({ address, port, route }: SshPlace): Duplex {
  return connectSocket({ host: address, port, noDelay: true, family: FAMILIES[route.addressFamily] });
}
