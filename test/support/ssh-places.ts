import type { SshPlace } from '../../electron/core/ssh/ssh-connection.ts';
import type { ConnectionPath } from '../../shared/model/connection-path.ts';
import type { SshRoute } from '../../electron/core/ssh/ssh-route.ts';

/** A route without anything special, for tests that never follow it. */
export function routeOf(differs: Partial<SshRoute> = {}): SshRoute {
  return {
    wish: { address: 'box', port: null, user: null, keyFile: null },
    address: 'box',
    port: 22,
    user: 'admin',
    hostKeyName: null,
    keyFiles: [],
    keyFilesByDefault: true,
    keyFilesOnly: false,
    certificateFiles: [],
    agentSocket: null,
    jumps: [],
    proxyCommand: null,
    userKnownHosts: [],
    globalKnownHosts: [],
    strictHostKeyChecking: 'ask',
    connectTimeoutMs: null,
    addressFamily: 'any',
    algorithms: { keyExchange: null, hostKey: null, cipher: null, mac: null, userKey: null },
    minimumRsaBits: null,
    updateHostKeys: false,
    hashKnownHosts: false,
    needsOpenSsh: [],
    resolvedBy: 'none',
    notUnderstood: [],
    ...differs,
  };
}

/** A place that a handshake could be made with. */
export function placeOf(differs: Partial<SshPlace> = {}): SshPlace {
  const { address = 'box', port = 22, user = 'admin' } = differs;
  const route = routeOf({ address, port, user });
  return { hostId: 'h', name: 'box', address, port, user, keyFile: null, hop: null, route, ...differs };
}

/** A connection's path to one host, by the built-in transport. */
export function pathTo({ address, port, user }: SshPlace = placeOf()): ConnectionPath {
  const hops = [{ name: address, address, port, user, hostKey: null }];
  return {
    transport: 'built-in',
    reason: 'enough',
    needs: [],
    hops,
    proxyCommand: null,
    resolvedBy: 'none',
    notUnderstood: [],
  };
}
