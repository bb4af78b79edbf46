import type { Host } from '../../../shared/model/host.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { ConnectReason } from '../ssh/connection-pool.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import type { SshConnection } from '../ssh/ssh-connection.ts';

/** What operations need of the hosts, and nothing more. */
export interface HostAccess {
  host(hostId: string): Host | null;
  /** `user@address:port` with the user resolved. */
  target(host: Host): string;
  /** The newest facts, null when never read. */
  facts(hostId: string): HostFacts | null;
  rootAccess(hostId: string): RootAccess;
  /** The open connection, or a new one. `user`: a person waits and may be asked. Rejects with BerthError `ssh.*`, `auth.*` or `input.host-unknown`. */
  connect(hostId: string, reason: ConnectReason): Promise<SshConnection>;
  /** Reads the facts now and resolves with them. Rejects with BerthError. */
  readFacts(hostId: string): Promise<HostFacts>;
  /** Calls back with the id of a host whose connection came (back) up. */
  onConnected(listener: (hostId: string) => void): () => void;
}
