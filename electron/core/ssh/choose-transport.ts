import { BerthError, type FailureCode } from '../../../shared/errors/failure.ts';
import type { ConnectionPath } from '../../../shared/model/connection-path.ts';
import type { KnownHosts } from './known-hosts.ts';
import { hostPlace, jumpPlaces } from './places.ts';
import type { BuiltInTransport, ConnectManners, RoutedTransport, SshTarget, SshTransport } from './ssh-connection.ts';
import type { SshRoute, SshRouter } from './ssh-route.ts';

export interface SshTransportOptions {
  readonly router: SshRouter;
  readonly knownHosts: KnownHosts;
  /** Loaded with the first connection: ssh2 takes a fifth of the core's start, and the window waits for that. */
  readonly loadBuiltIn: () => Promise<BuiltInTransport>;
  /** Why there is none, in words, where OpenSSH's client cannot be used. */
  readonly loadOpenSsh: () => Promise<RoutedTransport | { readonly missing: string }>;
}

/** As when a person asked for the connection. */
const FOR_A_PERSON: ConnectManners = { mayAsk: () => true, onAsking: () => undefined };

/** Without OpenSSH's client such a host is known by its plain key, as any other. */
const CERTIFICATE = 'a host certificate (@cert-authority)';
/** What a host insists on is no matter of the configuration: it is known once the built-in transport has failed. */
const FOUND_OUT: Partial<Record<FailureCode, string>> = {
  'ssh.no-common-algorithm': 'an algorithm that the built-in transport does not have',
  'ssh.packet-too-long': 'longer packets than the built-in transport takes',
};

/**
 * The transport of every home: finds out what `ssh` would do for a host, and does it with the built-in transport where that can do
 * all of it, else with OpenSSH's own client; a host can be set to one of them.
 */
export function createSshTransport(options: SshTransportOptions): SshTransport {
  const { router, knownHosts } = options;
  let builtIn: Promise<BuiltInTransport> | null = null;
  let openSsh: ReturnType<SshTransportOptions['loadOpenSsh']> | null = null;
  /** What was found out about hosts, by `address:port`. */
  const foundOut = new Map<string, string>();

  /** What of the lists that the configuration sets is nothing to the built-in transport, which is loaded only to ask it that. */
  async function lacksOf(routes: readonly SshRoute[]): Promise<readonly string[]> {
    const listed = routes.filter(({ algorithms }) => Object.values(algorithms).some((rule) => rule !== null));
    if (listed.length === 0) return [];
    builtIn ??= options.loadBuiltIn();
    const transport = await builtIn;
    return listed.flatMap((route) => transport.lacks(route));
  }

  async function needsOf(target: SshTarget, route: SshRoute): Promise<readonly string[]> {
    const places = [...jumpPlaces(target, route), hostPlace(target, route)];
    const needs = places.flatMap((place) => place.route.needsOpenSsh);
    const authorities = await Promise.all(places.map((place) => knownHosts.needsCertificateAuthority(place)));
    if (authorities.includes(true)) needs.push(CERTIFICATE);
    needs.push(...(await lacksOf(places.map(({ route: each }) => each))));
    needs.push(...[foundOut.get(placeKey(route))].filter((need) => need !== undefined));
    return [...new Set(needs)];
  }

  return {
    async connect(target, signal, manners = FOR_A_PERSON) {
      const cancelled = () => new BerthError('ssh.cancelled', { address: target.address });
      const route = await router.resolve(target, signal).catch((error: unknown) => {
        throw signal.aborted ? cancelled() : error;
      });
      const needs = await needsOf(target, route);
      if (signal.aborted) throw cancelled();

      const withBuiltIn = async (reason: ConnectionPath['reason']) => {
        builtIn ??= options.loadBuiltIn();
        return (await builtIn).connect({ target, route, reason, needs: [] }, signal, manners);
      };
      const withOpenSsh = async (reason: ConnectionPath['reason'], why: readonly string[]) => {
        openSsh ??= options.loadOpenSsh();
        const transport = await openSsh;
        if ('connect' in transport) return transport.connect({ target, route, reason, needs: why }, signal, manners);
        const asked = why.join(', ') || 'it is set for this host, its group or in the settings';
        throw new BerthError('ssh.openssh-missing', {
          address: route.address,
          needs: asked,
          detail: transport.missing,
        });
      };

      if (target.transport === 'openssh') return withOpenSsh('fixed', needs);
      if (target.transport === 'built-in') {
        // Everything else may turn out not to be needed; without the command the connection would go somewhere else, and what is
        // not in a list is not to be offered.
        const way = [...route.jumps, route];
        const detours = way.some(({ proxyCommand }) => proxyCommand !== null) ? ['ProxyCommand'] : [];
        const unable = [...detours, ...(await lacksOf(way))];
        if (unable.length === 0) return withBuiltIn('fixed');
        throw new BerthError('ssh.built-in-unable', { address: route.address, needs: unable.join(', ') });
      }
      openSsh ??= options.loadOpenSsh();
      const isSoft = needs.every((need) => need === CERTIFICATE) && 'missing' in (await openSsh);
      if (needs.length > 0 && !isSoft) return withOpenSsh('needed', needs);
      try {
        return await withBuiltIn('enough');
      } catch (error) {
        const need = error instanceof BerthError ? FOUND_OUT[error.failure.code] : undefined;
        if (need === undefined || signal.aborted || 'missing' in (await openSsh)) throw error;
        foundOut.set(placeKey(route), need);
        return withOpenSsh('needed', [need]);
      }
    },
    async dispose() {
      for (const transport of [await builtIn, await openSsh]) {
        if (transport && 'dispose' in transport) await transport.dispose();
      }
    },
  };
}

function placeKey({ address, port }: SshRoute): string {
  return `${address}:${String(port)}`;
}
