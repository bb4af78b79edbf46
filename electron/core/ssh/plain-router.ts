import type { SshFiles } from '../default-paths.ts';
import { expandHome } from './key-files.ts';
import type { SshRouter } from './ssh-route.ts';

const SSH_PORT = 22;

/**
 * Routes without an ssh configuration: what was said of a host, else ssh's defaults. For a workspace that reads nothing of the
 * user's, as the demo's, and for tests. A host with a key file of its own is offered no other.
 */
export function createPlainRouter(ssh: SshFiles, user: string): SshRouter {
  return {
    resolve(wish) {
      const { address, port, keyFile } = wish;
      return Promise.resolve({
        wish: { address, port, user: wish.user, keyFile },
        address,
        port: port ?? SSH_PORT,
        user: wish.user ?? user,
        hostKeyName: null,
        keyFiles: keyFile === null ? ssh.defaultKeyFiles : [expandHome(keyFile)],
        keyFilesByDefault: keyFile === null,
        keyFilesOnly: keyFile !== null,
        certificateFiles: [],
        agentSocket: ssh.agentSocket,
        jumps: [],
        proxyCommand: null,
        userKnownHosts: [ssh.userKnownHosts],
        globalKnownHosts: ssh.systemKnownHosts,
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
      });
    },
  };
}
