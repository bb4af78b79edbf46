import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import type { ConnectionState } from '../../../shared/model/connection.ts';
import type { ConnectChoices } from '../../../shared/model/group.ts';
import type { Host, PrivilegeChoice } from '../../../shared/model/host.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { formatAddress, SSH_PORT } from '../../../shared/parse/address.ts';
import { createEmitter } from '../emitter.ts';
import type { Log } from '../log/log.ts';
import type { PromptBroker } from '../prompts/prompt-broker.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { ConnectionPool } from '../ssh/connection-pool.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import type { SshTarget } from '../ssh/ssh-connection.ts';
import { createLifetime } from '../lifetime.ts';
import { createChangeWatcher, type ChangeWatcher } from './change-watcher.ts';
import type { FactsCache } from './facts-cache.ts';
import { isOutdated, readChanges, readFacts } from './facts-reader.ts';
import type { HostAccess } from './host-access.ts';
import { createIdleCloser } from './idle-closer.ts';
import type { Inventory } from './inventory.ts';
import { createSudoPasswords } from './sudo-passwords.ts';
import { createVisibleHosts } from './visible-hosts.ts';

export interface HostRegistryOptions {
  readonly inventory: Inventory;
  readonly pool: ConnectionPool;
  readonly prompts: PromptBroker;
  readonly scripts: NativeScripts;
  readonly cache: FactsCache;
  /** The user name where the inventory gives none. */
  readonly defaultUser: string;
  /** True while an operation runs on the host: `bootc status` would wait for it, so nothing is read by itself. */
  readonly isBusy: (hostId: string) => boolean;
  /** True while something else goes on over the connection, so that it is kept though nobody looks at the host. */
  readonly isInUse?: ((hostId: string) => boolean) | undefined;
  readonly log: Log;
  readonly now: () => number;
  /** How a host is to be reached, and root had there. */
  readonly choices: (host: Host) => ConnectChoices;
  /** What the user allowed to be used again. */
  readonly secrets: SecretStore;
  /** See `idle-closer.ts`. */
  readonly idleMs?: number | undefined;
}

/** What is known of one host at this moment. */
export interface HostState {
  readonly host: Host;
  readonly choices: ConnectChoices;
  readonly connection: ConnectionState;
  readonly facts: HostFacts | null;
  readonly factsFailure: { readonly failure: Failure; readonly at: number } | null;
  readonly reading: boolean;
}

/**
 * The hosts as they are now: inventory, connection and facts of each, joined by id. Owns the rules of who is connected
 * (what is on a screen, or what somebody asked for), when facts are read (after connecting, and when the stamps changed),
 * and the sudo passwords, which it forgets when it is disposed.
 */
export interface HostRegistry extends HostAccess {
  ids(): readonly string[];
  state(hostId: string): HostState | null;
  /** Calls back with the id of each host of which something changed, was added or was removed. */
  onChange(listener: (hostId: string) => void): () => void;
  setVisible(viewer: object, hostIds: readonly string[]): void;
  removeViewer(viewer: object): void;
  /** Connects because a person asked, also after a failure that is not tried again by itself; then reads the facts. */
  connectAndRead(hostId: string, reason: 'user' | 'retry'): void;
  disconnect(hostId: string): void;
  /** The user who logs in at a host, as far as it is known without connecting. Rejects unknown hosts with `input.host-unknown`. */
  loginUser(hostId: string): string;
  /**
   * Asks once for the sudo password of all these hosts and reads their facts with it; see `SudoPasswords.unlock`. Rejects with
   * BerthError when it was wrong or the question cancelled.
   */
  unlockSudo(hostIds: readonly string[]): Promise<void>;
  /** Resolves when the facts that were being kept are on the disk. */
  dispose(): Promise<void>;
}

interface Entry {
  /** `user@address:port`, as far as the inventory says: what an operation is written down for. */
  place: string;
  /** Where the last connection led, as the ssh configuration had resolved it: what the password was given for. */
  reached: string | null;
  facts: HostFacts | null;
  factsFailure: { failure: Failure; at: number } | null;
  reading: Promise<HostFacts> | null;
  watcher: ChangeWatcher | null;
  /** A person disconnected it: being on the screen does not connect it again. */
  parked: boolean;
}

/** Of these, only sudo takes a password without a terminal. */
const SUDO_CHOICES: ReadonlySet<PrivilegeChoice> = new Set(['auto', 'sudo']);

export function createHostRegistry(options: HostRegistryOptions): HostRegistry {
  const { inventory, pool, prompts, scripts, cache, log, now } = options;
  const entries = new Map<string, Entry>();
  const visible = createVisibleHosts();
  const changed = createEmitter<string>();
  const connected = createEmitter<string>();
  const lifetime = createLifetime();
  const writes = new Set<Promise<void>>();

  const sudo = createSudoPasswords({
    prompts,
    secrets: options.secrets,
    host(hostId) {
      const host = inventory.get(hostId);
      if (!host) return null;
      const where = `${placeOf(hostId)} ${entries.get(hostId)?.reached ?? ''}`;
      return { name: host.name, user: userOf(host), group: host.group, where };
    },
    async read(hostId) {
      await entries.get(hostId)?.reading?.catch(() => undefined);
      await startReading(hostId);
    },
  });
  const idle = createIdleCloser({
    connected: () => [...entries.keys()].filter((hostId) => pool.current(hostId) !== null),
    isInUse: (hostId) =>
      visible.has(hostId) ||
      options.isBusy(hostId) ||
      options.isInUse?.(hostId) === true ||
      entries.get(hostId)?.reading !== null,
    close: (hostId) => pool.disconnect(hostId),
    now,
    idleMs: options.idleMs,
  });

  const unsubscribe = [inventory.onChange(syncWithInventory), pool.onState(onPoolState)];
  syncWithInventory();

  function requireHost(hostId: string): Host {
    const host = inventory.get(hostId);
    if (!host) throw new BerthError('input.host-unknown', { value: hostId });
    return host;
  }

  function entryOf(hostId: string): Entry {
    let entry = entries.get(hostId);
    if (!entry) {
      const nothingYet = { facts: null, factsFailure: null, reading: null, watcher: null };
      entry = { ...nothingYet, place: placeOf(hostId), reached: null, parked: false };
      entries.set(hostId, entry);
    }
    return entry;
  }

  function placeOf(hostId: string): string {
    const host = inventory.get(hostId);
    return host ? formatAddress(host) : '';
  }

  function targetOf(host: Host): SshTarget {
    const { id: hostId, name, address, port, user, keyFile } = host;
    return { hostId, name, address, port, user, keyFile, transport: options.choices(host).transport.value };
  }

  function syncWithInventory(): void {
    const present = new Set(inventory.list().map((host) => host.id));
    for (const [hostId, entry] of entries) {
      if (present.has(hostId)) continue;
      entry.watcher?.dispose();
      sudo.forget(hostId);
      entries.delete(hostId);
      pool.forget(hostId);
      changed.emit(hostId);
    }
    for (const hostId of present) {
      const entry = entries.get(hostId);
      if (!entry) void loadCached(hostId, entryOf(hostId));
      else if (entry.place !== placeOf(hostId)) moveTo(hostId, entry);
      changed.emit(hostId);
    }
  }

  /** The same host at another place may be another machine: what was trusted to the one is not shown to the other. */
  function moveTo(hostId: string, entry: Entry): void {
    entry.place = placeOf(hostId);
    sudo.forget(hostId);
    pool.disconnect(hostId);
    if (visible.has(hostId)) connectInBackground(hostId);
  }

  async function loadCached(hostId: string, entry: Entry): Promise<void> {
    const facts = await cache.load(hostId);
    if (facts && !entry.facts && entries.get(hostId) === entry) {
      entry.facts = facts;
      changed.emit(hostId);
    }
  }

  function onPoolState(hostId: string): void {
    const entry = entries.get(hostId);
    if (!entry) return;
    const isConnected = pool.state(hostId).kind === 'connected';
    if (isConnected) noteReached(hostId, entry);
    if (isConnected && !entry.watcher) {
      entry.watcher = createChangeWatcher({ ask: () => askForChanges(hostId), isVisible: () => visible.has(hostId) });
      connected.emit(hostId);
      // The end of an operation reads them anyhow.
      if (!options.isBusy(hostId)) readInBackground(hostId);
    } else if (!isConnected && entry.watcher) {
      entry.watcher.dispose();
      entry.watcher = null;
    }
    changed.emit(hostId);
  }

  /** The same name may lead to another machine once the ssh configuration has changed: a password is for the old one alone. */
  function noteReached(hostId: string, entry: Entry): void {
    const target = pool.current(hostId)?.target;
    if (!target) return;
    const { jumps, proxyCommand } = target.route;
    entry.reached = [...[...jumps, target].map(formatAddress), proxyCommand ?? ''].join(' ');
  }

  /** Who logs in, as far as that is known: the ssh configuration is asked when connecting. */
  function userOf(host: Host): string {
    return pool.current(host.id)?.target.user ?? host.user ?? options.defaultUser;
  }

  /** One look at the stamps; the facts are read again only where they are outdated. */
  async function askForChanges(hostId: string): Promise<void> {
    const entry = entries.get(hostId);
    const connection = pool.current(hostId);
    if (!entry || !connection || entry.reading || options.isBusy(hostId)) return;
    const changes = await readChanges(connection, scripts);
    if (changes === null || options.isBusy(hostId)) return;
    if (!entry.facts || isOutdated(entry.facts, changes)) readInBackground(hostId);
  }

  function readInBackground(hostId: string): void {
    if (entries.get(hostId)?.reading) return;
    // The failure is kept in the entry; nobody waits here.
    startReading(hostId).catch(() => undefined);
  }

  function startReading(hostId: string): Promise<HostFacts> {
    const entry = entryOf(hostId);
    const reading = readInto(entry, hostId).finally(() => {
      if (entry.reading === reading) entry.reading = null;
      changed.emit(hostId);
    });
    entry.reading = reading;
    changed.emit(hostId);
    return reading;
  }

  async function readInto(entry: Entry, hostId: string): Promise<HostFacts> {
    try {
      const connection = pool.current(hostId);
      if (!connection) throw new BerthError('operation.not-connected', { host: inventory.get(hostId)?.name ?? hostId });
      const facts = await readFacts(connection, scripts, rootAccess(hostId), now, privilegeOf(hostId));
      entry.facts = facts;
      entry.factsFailure = null;
      // What is remembered for it or its group opens this host too, or is refused once and forgotten.
      const { privilege } = facts;
      if (privilege.kind === 'none' && privilege.failure.code === 'privilege.password-needed') {
        const again = await sudo.tryRemembered(hostId, () => readInto(entry, hostId), lifetime.signal);
        if (again) return again;
      }
      if (!lifetime.signal.aborted) keep(cache.save(hostId, facts));
      return facts;
    } catch (error) {
      const reason = toFailure(error);
      if (reason.code === 'privilege.password-wrong') sudo.refused(hostId);
      entry.factsFailure = { failure: reason, at: now() };
      throw error;
    }
  }

  function keep(write: Promise<void>): void {
    const done = write.finally(() => writes.delete(done));
    writes.add(done);
  }

  function toFailure(error: unknown): Failure {
    if (error instanceof BerthError) return error.failure;
    return failure('internal', { logId: log.error('facts-read', 'Reading facts failed', error) });
  }

  function privilegeOf(hostId: string): PrivilegeChoice {
    const host = inventory.get(hostId);
    return host ? options.choices(host).privilege.value : 'none';
  }

  function rootAccess(hostId: string): RootAccess {
    const host = inventory.get(hostId);
    const entry = entries.get(hostId);
    if (!host || !entry) return { kind: 'none' };
    if (userOf(host) === 'root') return { kind: 'root' };
    const wish = privilegeOf(hostId);
    if (wish === 'none') return { kind: 'none' };
    const password = SUDO_CHOICES.has(wish) ? sudo.get(hostId) : null;
    if (password !== null) return { kind: 'sudo-password', password };
    const privilege = entry.facts?.privilege;
    return privilege?.kind === 'root' || privilege?.kind === 'sudo' ? privilege : { kind: 'none' };
  }

  function connectInBackground(hostId: string): void {
    const host = inventory.get(hostId);
    const entry = entries.get(hostId);
    if (!host || !entry || entry.parked || pool.state(hostId).kind !== 'idle') return;
    pool.want(targetOf(host));
  }

  function leaveScreen(hostId: string): void {
    idle.touch(hostId);
    pool.unwant(hostId);
  }

  return {
    ids: () => [...entries.keys()],
    host: (hostId) => inventory.get(hostId),
    target(host) {
      const target = pool.current(host.id)?.target;
      return target
        ? formatAddress({ ...target, port: target.port === SSH_PORT ? null : target.port })
        : formatAddress(host);
    },
    facts: (hostId) => entries.get(hostId)?.facts ?? null,
    rootAccess,
    onChange: changed.subscribe,
    onConnected: connected.subscribe,

    state(hostId) {
      const host = inventory.get(hostId);
      const entry = entries.get(hostId);
      if (!host || !entry) return null;
      const { facts, factsFailure } = entry;
      const [choices, connection, reading] = [options.choices(host), pool.state(hostId), entry.reading !== null];
      return { host, choices, connection, facts, factsFailure, reading };
    },

    setVisible(viewer, hostIds) {
      const { come, gone } = visible.set(viewer, hostIds);
      // First, so that what is seen now does not stand in line behind what was only scrolled past.
      for (const hostId of gone) leaveScreen(hostId);
      for (const hostId of come) {
        connectInBackground(hostId);
        entries.get(hostId)?.watcher?.hurry();
      }
    },
    removeViewer(viewer) {
      for (const hostId of visible.remove(viewer)) leaveScreen(hostId);
    },

    async connect(hostId, reason) {
      return pool.connect(targetOf(requireHost(hostId)), reason);
    },

    connectAndRead(hostId, reason) {
      const host = requireHost(hostId);
      entryOf(hostId).parked = false;
      const open = pool.current(hostId);
      pool.connect(targetOf(host), reason).then(
        () => {
          // A new connection reads by itself.
          if (open) readInBackground(hostId);
        },
        () => undefined,
      );
    },

    disconnect(hostId) {
      entryOf(hostId).parked = true;
      pool.disconnect(hostId);
    },

    async readFacts(hostId) {
      requireHost(hostId);
      // A read that began earlier may have looked too early for whoever asks now.
      await entries.get(hostId)?.reading?.catch(() => undefined);
      return startReading(hostId);
    },

    loginUser: (hostId) => userOf(requireHost(hostId)),
    async unlockSudo(hostIds) {
      await sudo.unlock(
        hostIds.map((hostId) => requireHost(hostId).id),
        lifetime.signal,
      );
    },

    async dispose() {
      lifetime.abort();
      for (const end of unsubscribe) end();
      for (const entry of entries.values()) {
        entry.watcher?.dispose();
      }
      idle.dispose();
      sudo.dispose();
      await Promise.all(writes);
    },
  };
}
