import type { SshTransport } from './ssh-connection.ts';

/** A transport that is loaded with the first connection: ssh2 takes a fifth of the core's start, and the window waits for that. */
export function createLazyTransport(load: () => Promise<SshTransport>): SshTransport {
  let transport: Promise<SshTransport> | null = null;
  return {
    async connect(target, signal, manners) {
      transport ??= load();
      return (await transport).connect(target, signal, manners);
    },
  };
}
